"""What changes by itself, or with another row, in the settings of routing."""

from datetime import datetime

from django.db import transaction

from spots.routing.in_force import rule_of
from spots.routing.models import Fault, RoutingRule, Team


@transaction.atomic
def switch_off_broken(*, now: datetime) -> int:
    """
    Switch off the active rules that cannot be asked any more, each with why; return how many.

    Routing passes them over already. This is a sweep of its own so that it holds whatever
    becomes of the move that met the broken rule.
    """
    rows = RoutingRule.objects.whole().filter(active=True)
    broken = 0
    for row in rows.select_for_update(of=("self",), skip_locked=True):
        if fault := rule_of(row).fault:
            row.active, row.fault, row.fault_at = False, fault, now
            row._change_reason, row._history_date = str(Fault(fault).label), now
            row.save(update_fields=["active", "fault", "fault_at"])
            broken += 1
    return broken


@transaction.atomic
def hand_over_catch_all(*, to: Team) -> None:
    """Take the catch-all from whichever other team has it, just before `to` is saved with it."""
    for team in Team.objects.select_for_update().filter(catch_all=True).exclude(pk=to.pk):
        team.catch_all = False
        team.save(update_fields=["catch_all"])
