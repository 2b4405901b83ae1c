"""Taking letters out of the outbox, and booking what became of them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F

from spots.escalation.letters import Letter, LetterState

LEASE = timedelta(minutes=5)  # far longer than a gateway lets us wait for a batch


@transaction.atomic
def claim(*, channel: str, limit: int, now: datetime) -> list[Letter]:
    """Take the next due letters of a channel: nobody else sends them while the lease lasts."""
    due = Letter.objects.due(now).filter(channel=channel)
    rows = due.select_for_update(of=("self",), skip_locked=True).select_related("user")
    letters = list(rows.order_by("due_at", "pk")[:limit])
    Letter.objects.filter(pk__in=[letter.pk for letter in letters]).update(
        state=LetterState.CLAIMED, lease_until=now + LEASE, attempts=F("attempts") + 1
    )
    for letter in letters:
        letter.attempts += 1
    return letters


@dataclass(frozen=True)
class Booked:
    """What became of a claimed letter."""

    letter: Letter
    state: LetterState
    due_at: datetime | None = None  # of the next attempt, if it is planned again
    error: str = ""


@transaction.atomic
def book(booked: Iterable[Booked], *, now: datetime) -> None:
    """Write down what became of claimed letters; a worker whose lease ran out may still book."""
    for one in booked:
        mine = Letter.objects.filter(
            pk=one.letter.pk,
            attempts=one.letter.attempts,
            state__in=[LetterState.CLAIMED, LetterState.UNCERTAIN],
        )
        mine.update(
            state=one.state,
            due_at=one.due_at or F("due_at"),
            error=one.error[:200],
            sent_at=now if one.state == LetterState.SENT else None,
            lease_until=None,
        )


def give_up_abandoned(*, now: datetime) -> int:
    """Mark letters whose worker never came back: perhaps sent, and not sent again."""
    lost = Letter.objects.filter(state=LetterState.CLAIMED, lease_until__lte=now)
    return lost.update(state=LetterState.UNCERTAIN, lease_until=None)
