"""Writing the rows that a check finds, a chunk at a time; only while the worker's claim stands."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from django.db import transaction

from spots.network.imports.models import Import, StagedRow, State
from spots.network.imports.transitions.life import held

BATCH = 1000
KEPT = timedelta(days=90)  # an import can be undone for so long


@transaction.atomic
def begin(row: Import, *, expected: int) -> bool:
    """Start a check from nothing, whatever a killed one left. False: it was stopped."""
    if not held(row).update(rows=0, expected=expected, counts={}):
        return False
    row.staged.all().delete()
    return True


@transaction.atomic
def stage(row: Import, staged: Sequence[StagedRow], *, rows: int) -> bool:
    """Store a chunk of rows, and how far the file was read. False: it was stopped."""
    if not held(row).update(rows=rows):
        return False
    StagedRow.objects.bulk_create(staged, batch_size=BATCH)
    return True


@transaction.atomic
def finish(row: Import, *, counts: Mapping[str, int], rows: int, now: datetime) -> bool:
    """The check is done: the import waits for a person. False: it was stopped."""
    values = {
        "state": State.CHECKED,
        "checked_at": now,
        "counts": dict(counts),
        "rows": rows,
        "claimed_until": None,
        "attempts": 0,
    }
    return bool(held(row).update(**values))


def forget_old(*, now: datetime, ended: Iterable[State] = (State.APPLIED, State.UNDONE)) -> int:
    """Delete the rows of imports that were applied long ago: they can no longer be undone."""
    old = StagedRow.objects.filter(of__state__in=list(ended), of__applied_at__lt=now - KEPT)
    return old.delete()[0]
