"""Watches that are in force no more: their cases stay, the engine lets go of them."""

from datetime import datetime

from django.db import transaction

from spots.cases import transitions as cases
from spots.cases.states import ENDED
from spots.watching import transitions
from spots.watching.models import Sighting, Watch


def retire(*, now: datetime) -> int:
    """
    Retire watches whose rule is in force there no more; return how many there were.

    Their open cases are marked quiet: nobody looks there by this rule. If it is put into force
    again it begins with the last days, not with the time it was off, and knows its cases by
    their members.
    """
    gone = Watch.objects.exclude(pk__in=Watch.objects.in_force()).exclude(looked_at=None)
    retired = 0
    for watch_id in list(gone.order_by("pk").values_list("pk", flat=True)):
        with transaction.atomic():
            locked = gone.select_for_update(skip_locked=True, of=("self",))
            watch = locked.filter(pk=watch_id).first()
            if watch is not None:
                _let_go(watch, now=now)
                retired += 1
    return retired


def _let_go(watch: Watch, *, now: datetime) -> None:
    known = Sighting.objects.filter(watch=watch).exclude(case__state__in=ENDED)
    for sighting in known.order_by("case_id"):
        cases.mark_quiet(case_id=sighting.case_id, now=now)
        transitions.book_present(sighting, None, hours=0.0, now=now)
    transitions.retire(watch)
