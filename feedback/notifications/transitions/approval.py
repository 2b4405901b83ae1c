"""How many people one person may tell of something within a day, without a second."""

from datetime import datetime, timedelta
from typing import Final

from django.db.models import Q, Sum

from complaints.alone import one_by_one
from feedback.notifications.batches.models import Announcement
from feedback.notifications.batches.states import NOT_BEGUN, BatchState
from feedback.notifications.holding.rules import SendingRule
from feedback.notifications.templates.catalogue import Reason

# As often as one batch may be started alone, one person may within a day: a spot that is split, or
# works that are announced street by street, would else be a whole region, told by one person.
BATCHES_A_DAY: Final = 5


def may_tell_alone(batch: Announcement, *, now: datetime) -> bool:
    """
    Whether a batch may go to as many as it concerns with nobody but who asked for it.

    Of one that the engine began each counts for itself.
    """
    most = SendingRule.in_force().approve_above
    person = batch.asked_by_id
    if batch.recipients > most or person is None:
        return batch.recipients <= most
    return batch.recipients + _told_by(person, batch, now=now) <= BATCHES_A_DAY * most


def _told_by(person: int, batch: Announcement, *, now: datetime) -> int:
    """Count whom other batches of a person's day concern that no second has approved."""
    # One batch at a time. Were their row locked instead, they could not sign in while one is told.
    one_by_one(b"tell" + person.to_bytes(8, "big")[-4:])
    went = ~Q(state__in=[*NOT_BEGUN, BatchState.CANCELLED]) | Q(told__gt=0)
    theirs = Announcement.objects.exclude(pk=batch.pk).filter(
        went,
        reason__in=(Reason.AREA, Reason.WORKS),
        asked_by=person,
        approved_by=None,
        begun_at__gt=now - timedelta(days=1),
    )
    return theirs.aggregate(people=Sum("recipients"))["people"] or 0
