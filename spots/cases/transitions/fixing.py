"""Declaring a case fixed, and why it is late, if it is."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from complaints.intake import transitions_of_state
from spots.cases.events import EventKind
from spots.cases.late.models import LateFix, LateReason
from spots.cases.late.reading import late_clock
from spots.cases.models import Case, Event
from spots.cases.states import State
from spots.cases.transitions.membership import complaints_of
from spots.cases.transitions.record import Author, IllegalMoveError, begun, moved, say_why
from spots.sla.models import Clock


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
    case = begun(case_id, "fix", by=by)
    clock = late_clock(case_id, now=now)
    if clock is not None and by is not None:
        _give_reason(late_reason, note)
    case.fixed_at = now
    facts: dict[str, int] = {"customers": case.customers, "complaints": case.complaints}
    if clock is not None and late_reason is not None:
        facts["late_reason"] = late_reason.pk
    moved(
        case,
        State.FIXED,
        EventKind.FIXED,
        by=by,
        now=now,
        note=note,
        facts=facts,
        changed=("fixed_at",),
    )
    if clock is not None and late_reason is not None:
        _kept_why(case, clock, late_reason, now=now)
    transitions_of_state.resolve(complaints_of(case), now=now)
    return case


def _give_reason(reason: LateReason | None, note: str) -> None:
    if reason is None:
        raise IllegalMoveError(_("The promised time was missed: say why."))
    if reason.wants_note:
        say_why(note)


def _kept_why(case: Case, clock: Clock, reason: LateReason, *, now: datetime) -> None:
    """Keep with the missed promise why it was missed, of a case that was just fixed."""
    event = Event.objects.filter(case=case, kind=EventKind.FIXED).latest("pk")
    LateFix.objects.create(event=event, clock=clock, reason=reason, at=now)
