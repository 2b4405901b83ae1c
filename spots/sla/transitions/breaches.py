"""Noticing broken promises."""

from datetime import datetime

from django.db import transaction

from spots.sla.models import Clock, LedgerKind
from spots.sla.transitions.recording import append, entry, store


@transaction.atomic
def mark_breaches(*, now: datetime, case_id: int | None = None, limit: int = 1000) -> int:
    """
    Stamp clocks whose due time has passed, at most `limit`, and return how many.

    Running it late, twice or on two machines changes nothing: the stamp is the due time, and
    the ledger holds one breach per clock and due time.
    """
    overdue = Clock.objects.running().filter(due_at__lt=now, breached_at=None)
    if case_id is not None:
        overdue = overdue.filter(case_id=case_id)
    clocks = list(overdue.select_for_update(skip_locked=case_id is None).order_by("due_at")[:limit])
    entries = []
    for clock in clocks:
        assert clock.due_at is not None  # it has passed
        clock.breached_at = clock.due_at
        entries.append(entry(clock, LedgerKind.BREACHED, at=clock.due_at, now=now))
    append(entries)
    store(clocks)
    return len(clocks)
