"""Telling the next stage of what nobody answered."""

from datetime import datetime

from django.db import transaction

from spots.escalation.firings import Firing
from spots.escalation.in_force import Ladders
from spots.escalation.standing import still_so
from spots.escalation.transitions.firing import write


@transaction.atomic
def climb(*, now: datetime, limit: int = 200) -> int:
    """Let what was told and not answered in time climb; return how many did."""
    ladders = Ladders.present()
    rows = Firing.objects.unanswered(now).select_for_update(of=("self",), skip_locked=True)
    firings = list(
        rows.select_related(
            "rung",
            "climbed_from__rung",
            "clock__policy__working_time",
            "clock__case__team__lead",
            "clock__case__engineer",
        ).order_by("climbs_at")[:limit]
    )
    true = still_so(firings, now=now)
    write(
        [
            Firing(
                clock=firing.clock,
                rung=rung,
                due_version=firing.clock.due_version,
                due_at=firing.clock.due_at,
                reached_at=firing.climbs_at or now,
                fired_at=now,
                climbed_from=firing,
            )
            for firing in firings
            if firing.pk in true
            for rung in ladders.above(firing.rung)
        ],
        now=now,
    )
    Firing.objects.filter(pk__in=[firing.pk for firing in firings]).update(climbs_at=None)
    return len(firings)
