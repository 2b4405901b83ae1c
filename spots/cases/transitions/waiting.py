"""Standing still, and going on."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from spots.cases.events import EventKind
from spots.cases.models import Case
from spots.cases.states import State, WaitsFor
from spots.cases.transitions.promises import in_source_words
from spots.cases.transitions.record import Author, IllegalMoveError, begun_in_order, moved


@transaction.atomic
def wait(
    *,
    case_id: int,
    waits_for: str,
    waits_until: datetime | None = None,
    note: str = "",
    by: Author,
    now: datetime,
) -> Case:
    """
    Stand still until something comes that the engineer cannot hasten.

    Its promises stand still, too, until it goes on.

    waits_for    of WaitsFor
    waits_until  when that is expected; None: nobody knows

    :raises IllegalMoveError: not from this state, no such reason, or until a time that has passed
    """
    case, now = begun_in_order(case_id, "wait", by=by, now=now)
    if waits_for not in WaitsFor.values:
        raise IllegalMoveError(_("Say what it waits for."))
    if waits_until is not None and waits_until <= now:
        raise IllegalMoveError(_("What it waits for has to come in the future."))
    case.waits_for, case.waits_until, case.goes_on_as = waits_for, waits_until, case.state
    return moved(
        case,
        State.WAITING,
        EventKind.WAITING,
        by=by,
        now=now,
        note=note,
        facts={
            "waits_for": waits_for,
            "waits_until": waits_until.isoformat() if waits_until else None,
        },
        changed=("waits_for", "waits_until", "goes_on_as"),
        reason=in_source_words(WaitsFor(waits_for).label),
    )


@transaction.atomic
def resume(*, case_id: int, note: str = "", by: Author, now: datetime) -> Case:
    """Go on, in the state that the case had before it waited."""
    case, now = begun_in_order(case_id, "resume", by=by, now=now)
    return moved(case, State(case.goes_on_as), EventKind.RESUMED, by=by, now=now, note=note)
