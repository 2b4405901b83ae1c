"""Whether a move keeps a promise late."""

from datetime import datetime
from typing import Final

from spots.sla.models import Clock, Target

# The promise that each move keeps, if it is not kept yet.
KEEPS: Final = {
    "accept": Target.REACTION,
    "diagnose": Target.REACTION,
    "plan": Target.ETA,
    "fix": Target.FIX,
}


def late_clock(case_id: int | None, move: str, *, now: datetime) -> Clock | None:
    """Return the promise that a move would keep and that was missed; None: it is in time."""
    running = Clock.objects.running().filter(case=case_id, target=KEEPS[move])
    return running.filter(due_at__lt=now).first()


def is_any_late(case_ids: list[int], move: str, *, now: datetime) -> bool:
    """Whether a move would keep a promise of one of these cases that was missed."""
    running = Clock.objects.running().filter(case__in=case_ids, target=KEEPS[move])
    return running.filter(due_at__lt=now).exists()
