"""What detection costs in a region of its own, while the tables behind it grow."""

from datetime import timedelta
from statistics import median
from time import perf_counter
from typing import Final

from django.db import transaction
from django.utils import timezone

from heatmaps_project.bench.busy import busy_ms
from heatmaps_project.bench.detection.rebuild import CODE, complain, stored
from heatmaps_project.bench.growth.asking import Cost
from spots.models import Watch
from spots.watching import runner

IN_WINDOW: Final = 10_000  # complaints of three days
NEW: Final = 50  # of a sweep
SWEEPS: Final = 5


def detection() -> dict[str, Cost]:
    """Return what the first sweep after a restart costs, and one of those that follow."""
    with transaction.atomic():
        watch = stored(IN_WINDOW)
        watch.save(update_fields=["looked_at"])
        runner.forget()
        first, *others = [_sweep(watch, number) for number in range(SWEEPS + 1)]
        transaction.set_rollback(True)
    runner.forget()
    cpu, ms = (median(one) for one in zip(*others, strict=True))
    return {
        f"detector's start, {IN_WINDOW:,} in three days": Cost(*first, 0),
        f"sweep of detection, {NEW} new": Cost(cpu, ms, 0),
    }


def _sweep(watch: Watch, number: int) -> tuple[float, float]:
    """Return ms of the processors and on the clock, for complaints that have just come."""
    now = timezone.now()
    complain(watch, NEW, source=f"{CODE}-{number}", within=timedelta(milliseconds=NEW), now=now)
    busy, began = busy_ms(), perf_counter()
    taken = runner.look(watch.pk, now=now)
    if taken != NEW:
        raise RuntimeError(f"{taken} complaints were taken, not {NEW}")
    return busy_ms() - busy, 1000 * (perf_counter() - began)
