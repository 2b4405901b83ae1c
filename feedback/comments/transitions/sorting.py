"""Sorting comments, and what people correct of it."""

from datetime import datetime, timedelta

from django.contrib.auth.models import AbstractUser
from django.db import transaction
from django.db.models import Exists, OuterRef

from feedback.comments import defaults
from feedback.comments.lists import sorter_in_force
from feedback.comments.models import Comment, SortingWord
from feedback.surveys.models import Answer

LOOKS_BACK = timedelta(days=7)  # comments younger than this are sorted, also after an outage


@transaction.atomic
def provide_words() -> None:
    """Lay out the packaged words, where there are none at all."""
    if not SortingWord.objects.exists():
        SortingWord.objects.bulk_create(
            (
                SortingWord(label=label, stem=stem)
                for label, stems in defaults.WORDS.items()
                for stem in stems
            ),
            ignore_conflicts=True,
        )


@transaction.atomic
def sort_comments(*, now: datetime, limit: int = 500) -> int:
    """Sort the comments that are new, or were added to since; what a person said stands."""
    known = Comment.objects.filter(answer=OuterRef("pk"), of_moment=OuterRef("at"))
    kept = Comment.objects.filter(answer=OuterRef("pk"), corrected_by__isnull=False)
    fresh = Answer.objects.comments().filter(~Exists(known), ~Exists(kept), at__gt=now - LOOKS_BACK)
    answers = list(
        fresh.select_for_update(skip_locked=True, of=("self",)).order_by("at", "pk")[:limit]
    )
    if not answers:
        return 0
    sorter = sorter_in_force()
    found = sorter.sort([str(answer.words) for answer in answers])
    rows = [
        Comment(
            answer=answer,
            topic=one.topic,
            alarms=sorted(one.alarms),
            of_moment=answer.at,
            sorted_by=sorter.version,
        )
        for answer, one in zip(answers, found, strict=True)
    ]
    Comment.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["answer"],
        update_fields=["topic", "alarms", "of_moment", "sorted_by"],
    )
    return len(rows)


def correct(
    *, comment_id: int, topic: str, alarms: list[str], by: AbstractUser, now: datetime
) -> None:
    """Say what a comment is about, and what alarms in it: it stays so."""
    Comment.objects.filter(pk=comment_id).update(
        topic=topic, alarms=sorted(alarms), corrected_by=by.pk, corrected_at=now
    )
