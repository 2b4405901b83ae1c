"""Whether a case that is being fixed is late."""

from datetime import datetime

from spots.sla.models import Clock, Target


def late_clock(case_id: int | None, *, now: datetime) -> Clock | None:
    """Return the promise to fix a case that has been missed and not kept; None: it is in time."""
    running = Clock.objects.running().filter(case=case_id, target=Target.FIX)
    return running.filter(due_at__lt=now).first()
