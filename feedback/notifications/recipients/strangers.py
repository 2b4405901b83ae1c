"""
How many strangers are told, and asked how a fix is: anybody may name as many as they like.

Each is a text that is paid for, to somebody who may never have heard of us, or a letter to whoever
made them up, and answers for all of them.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db.models import Sum

from complaints.intake.strangers import strangers_among
from feedback.notifications.batches.models import Announcement
from feedback.notifications.recipients.told import Recipient
from feedback.surveys.unasked import MOST_STRANGERS

_DAY: Final = timedelta(days=1)


@dataclass(frozen=True)
class Strangers:
    """By their customers' numbers."""

    told: frozenset[int]
    unasked: frozenset[int]  # of those who are told
    left_out: frozenset[int]


def strangers_of(people: Collection[Recipient], *, now: datetime) -> Strangers:
    """Return the strangers among people, and what becomes of each; two queries."""
    found = sorted(strangers_among([who.customer_id for who in people]))
    room = _room(now=now) if found else 0
    told, left_out = found[:room], found[room:]
    return Strangers(frozenset(told), frozenset(told[MOST_STRANGERS:]), frozenset(left_out))


def _room(*, now: datetime) -> int:
    lately = Announcement.objects.filter(begun_at__gt=now - _DAY)
    told: int = lately.aggregate(told=Sum("strangers"))["told"] or 0
    return max(0, settings.STRANGERS_TOLD_PER_DAY - told)
