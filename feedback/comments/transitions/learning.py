"""Learning from what staff corrected: a version a day, with how good it was measured to be."""

from dataclasses import asdict
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from feedback.comments.classifier import MOST, Example
from feedback.comments.deciding import of_one, taught
from feedback.comments.lists import word_lists
from feedback.comments.models import Comment, LearntSorting

EVERY = timedelta(hours=12)  # at least between two, of which the second is learnt by night
AT_LAST = timedelta(hours=36)  # by day, if nothing ran by night
NIGHT_UNTIL = 6  # o'clock, by the installation's own zone
KEPT = 10  # versions of a kind whose content is kept; of older ones only how good they were


def learn(*, now: datetime) -> int:
    """
    Learn anew if there are corrections that the newest version does not know, and return how many.

    Two at once learn the same, and one of them is kept. What one person taught more than half of is
    not used until it is switched on: they would sort the comments of all brands, alarms too.
    """
    newest = LearntSorting.objects.order_by("-pk").first()
    if newest is not None and not _is_time(newest.made_at, now=now):
        return 0
    rows = Comment.objects.filter(corrected_at__isnull=False, corrected_at__lte=now)
    rows = rows.select_related("answer").order_by("-corrected_at", "-pk")[:MOST]
    corrected = [one for one in rows if one.answer.words]
    if not corrected or corrected[0].corrected_at is None:
        return 0
    if newest is not None and corrected[0].corrected_at <= newest.learnt_until:
        return 0
    examples = [_example(one) for one in corrected]
    model, judged = taught(examples, word_lists())
    if not model.labels:
        return 0
    with transaction.atomic():
        _row, made = LearntSorting.objects.get_or_create(
            learnt_until=corrected[0].corrected_at,
            examples=len(corrected),
            defaults={
                "made_at": now,
                "content": model.dumped(),
                "measures": {label: asdict(one) for label, one in judged.items()},
                "switched_on": of_one(examples) is None,
            },
        )
        # that may be used, and those that wait to be looked at: neither drives the other out
        for switched_on in (True, False):
            alike = LearntSorting.objects.filter(switched_on=switched_on).order_by("-pk")
            old = alike.values("pk")[KEPT:]
            LearntSorting.objects.filter(pk__in=old).update(content=None)
    return len(corrected) if made else 0


def switch(*, sorting_ids: list[int], on: bool) -> int:
    """Let versions be used, or not: the newest that may is in force; return how many."""
    return LearntSorting.objects.filter(pk__in=sorting_ids).update(switched_on=on)


def _is_time(last: datetime, *, now: datetime) -> bool:
    by_night = timezone.localtime(now).hour < NIGHT_UNTIL and now - last >= EVERY
    return by_night or now - last >= AT_LAST


def _example(comment: Comment) -> Example:
    labels = {comment.topic, *comment.alarms} - {""}
    return Example(str(comment.answer.words), frozenset(labels), by=comment.corrected_by_id or 0)
