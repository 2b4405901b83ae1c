"""
How many strangers are told, and asked how a fix is: anybody may name as many as they like.

Each is a text that is paid for, to somebody who may never have heard of us, or a letter to whoever
made them up, and answers for all of them.
"""

from collections.abc import Collection, Set
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db.models import Sum

from complaints.among import among
from complaints.intake.strangers import strangers_among
from feedback.notifications.batches.models import Announcement
from feedback.notifications.recipients.told import Recipient
from feedback.surveys.unasked import MOST_STRANGERS
from spots.cases.counting import COUNTS
from spots.cases.models import Membership

_DAY: Final = timedelta(days=1)


@dataclass(frozen=True)
class Strangers:
    """By their customers' numbers."""

    told: frozenset[int]
    asked: frozenset[int]  # of those who are told
    unasked: Set[int]  # of those who are told
    left_out: frozenset[int]


def strangers_of(people: Collection[Recipient], *, case_id: int | None, now: datetime) -> Strangers:
    """
    Return the strangers among people, and what becomes of each; four queries at most.

    Who is known, and is in the case by a form or a letter alone, is told out of the same room,
    before strangers: anybody may send one in the name of each phone that a CRM has named. They are
    asked as others are, as what they answer is their own.
    """
    ids = [who.customer_id for who in people]
    strangers = strangers_among(ids)
    known = _named_by_anybody(case_id, ids) - strangers
    found = [*sorted(known), *sorted(strangers)]
    room = _room(now=now) if found else 0
    told, left_out = found[:room], found[room:]
    asked = [one for one in told if one in strangers][:MOST_STRANGERS]
    return Strangers(
        told=frozenset(told),
        asked=frozenset(asked),
        unasked=strangers.intersection(told).difference(asked),
        left_out=frozenset(left_out),
    )


def _named_by_anybody(case_id: int | None, ids: Collection[int]) -> set[int]:
    """Return those who are in a case, and of whom none of the complaints there counts."""
    if case_id is None:
        return set()
    there = Membership.objects.filter(among("complaint__customer", ids), case=case_id)
    proven = there.filter(COUNTS).values_list("complaint__customer", flat=True)
    return set(there.values_list("complaint__customer", flat=True)) - set(proven)


def _room(*, now: datetime) -> int:
    lately = Announcement.objects.filter(begun_at__gt=now - _DAY)
    told: int = lately.aggregate(told=Sum("strangers"))["told"] or 0
    return max(0, settings.STRANGERS_TOLD_PER_DAY - told)
