"""Whether a move keeps a promise late."""

from collections.abc import Collection
from datetime import datetime
from typing import Final

from spots.sla.models import Clock, ClockQuerySet, Target

# The promise that each move keeps, if it is not kept yet.
KEEPS: Final = {
    "accept": Target.REACTION,
    "diagnose": Target.REACTION,
    "plan": Target.ETA,
    "fix": Target.FIX,
}


def late_clocks(case_ids: Collection[int], move: str, *, now: datetime) -> ClockQuerySet:
    """Return the promises of these cases that a move would keep and that were missed."""
    running = Clock.objects.running().filter(case__in=case_ids, target=KEEPS[move])
    return running.filter(due_at__lt=now)
