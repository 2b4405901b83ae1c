"""Declaring a case fixed, and why it is late, if it is."""

from datetime import datetime

from django.db import transaction

from complaints.intake import transitions_of_state
from spots.cases.events import EventKind
from spots.cases.late.models import LateReason
from spots.cases.models import Case
from spots.cases.states import State
from spots.cases.transitions.lateness import why_late
from spots.cases.transitions.membership import complaints_of
from spots.cases.transitions.record import Author, begun_in_order, moved


@transaction.atomic
def fix(
    *,
    case_id: int,
    late_reason: LateReason | None = None,
    note: str = "",
    by: Author,
    now: datetime,
) -> Case:
    """
    Declare the fault gone, and every complaint of the case solved with it.

    Customers are not told here: feedback finds newly fixed cases itself.

    late_reason  why the promised time was missed; a person who fixes a case late gives it, and it
        is kept only then

    :raises IllegalMoveError: not from this state, or a reason (for some, a note) is missing
    """
    case, now = begun_in_order(case_id, "fix", by=by, now=now)
    late = why_late(case, "fix", reason=late_reason, note=note, by=by, now=now)
    case.fixed_at = now
    told = {"customers": case.customers, "complaints": case.complaints}
    moved(
        case,
        State.FIXED,
        EventKind.FIXED,
        by=by,
        now=now,
        note=note,
        facts=told | late.facts,
        changed=("fixed_at",),
    )
    late.keep(case, EventKind.FIXED, now=now)
    transitions_of_state.resolve(complaints_of(case), now=now)
    return case
