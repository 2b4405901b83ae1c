"""Making digests once for a local date, and handing each over once: the rows are the outbox."""

import logging
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from complaints.isolation import isolated
from heatmaps_project.supervision.digests.drawing import Press, language_of
from heatmaps_project.supervision.digests.models import Digest
from heatmaps_project.supervision.digests.wanted import Wanted, wanted
from spots.escalation.letters import LetterState

logger = logging.getLogger(__name__)

LEASE: Final = timedelta(minutes=10)
MOST_ATTEMPTS: Final = 5
AT_ONCE: Final = 50  # made in a run, so that a task stays short; the next run makes more


def make_digests(*, now: datetime) -> int:
    """Make the digests that are due and not there yet, and return how many were made."""
    press = Press()
    made = []
    for one in wanted(now=now)[:AT_ONCE]:
        failed = "The report of %s for %s could not be made; the next run tries again"
        with isolated(logger, failed, one.day, one.user.pk):
            made.append(_made(one, press, now=now))
    # Another worker may have been first: the unique key keeps one of both.
    Digest.objects.bulk_create(made, ignore_conflicts=True)
    return len(made)


@transaction.atomic
def claim(*, limit: int, now: datetime) -> list[Digest]:
    """Take digests for sending; nobody else gets them before their lease has ended."""
    due = Digest.objects.due(now).select_for_update(skip_locked=True, of=("self",))
    rows = list(due.select_related("user").order_by("due_at", "pk")[:limit])
    for row in rows:
        row.state, row.lease_until, row.attempts = (
            LetterState.CLAIMED,
            now + LEASE,
            row.attempts + 1,
        )
        row.save(update_fields=["state", "lease_until", "attempts"])
    return rows


def give_up_abandoned(*, now: datetime) -> int:
    """Call those uncertain whose worker died while sending; they are read in the admin, too."""
    lost = Digest.objects.filter(state=LetterState.CLAIMED, lease_until__lte=now)
    return lost.update(state=LetterState.UNCERTAIN, lease_until=None)


def book_sent(row: Digest, *, now: datetime) -> None:
    _book(row, LetterState.SENT, now=now)


def book_failed(row: Digest, *, error: str, now: datetime) -> None:
    """Try again later, each time later, and give up after MOST_ATTEMPTS."""
    row.due_at = now + timedelta(minutes=5 * 2**row.attempts)
    ended = row.attempts >= MOST_ATTEMPTS
    _book(row, LetterState.FAILED if ended else LetterState.PLANNED, error=error, now=now)


def book_dropped(row: Digest, *, now: datetime) -> None:
    """Do not send what is not its reader's any more."""
    _book(row, LetterState.FAILED, error="not theirs any more", now=now)


def _book(row: Digest, state: LetterState, *, error: str = "", now: datetime) -> None:
    """Write what became of a claimed digest, unless its lease has ended meanwhile."""
    Digest.objects.filter(pk=row.pk, state=LetterState.CLAIMED).update(
        state=state,
        lease_until=None,
        sent_at=now if state == LetterState.SENT else None,
        due_at=row.due_at,
        error=error[:200],
    )


def _made(one: Wanted, press: Press, *, now: datetime) -> Digest:
    subject, page = press.drawn(one)
    return Digest(
        user=one.user,
        cadence=one.cadence,
        day=one.day,
        region=one.region,
        team=one.team,
        zone=str(one.zone),
        language=language_of(one),
        made_at=now,
        subject=subject[:300],
        page=page,
        due_at=now,
    )
