"""What becomes of a case after its fix. The engine's own moves: a person is refused."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from complaints.intake import transitions_of_state
from spots.cases.events import EventKind
from spots.cases.models import Case
from spots.cases.states import State
from spots.cases.transitions.membership import complaints_of
from spots.cases.transitions.ranking import recounted
from spots.cases.transitions.record import Author, begun_in_order, moved


@transaction.atomic
def verify(*, case_id: int, by: Author = None, now: datetime) -> Case:
    """Begin to compare the complaints since the fix with what is usual there."""
    case, now = begun_in_order(case_id, "verify", by=by, now=now)
    return moved(case, State.VERIFYING, EventKind.VERIFYING, by=by, now=now)


@transaction.atomic
def fail(*, case_id: int, evidence: Mapping[str, float], by: Author = None, now: datetime) -> Case:
    """
    Send a case back to fixing: complaints go on as if nothing had been fixed.

    Cause and term stay, and so do team and engineer. What was taken for solved no longer is.

    evidence  what shows it, as `wording.failure_in_words` reads it
    """
    case, now = begun_in_order(case_id, "fail", by=by, now=now)
    fixed_at, case.fixed_at = case.fixed_at, None
    facts = {**evidence, "fixed_at": fixed_at.isoformat() if fixed_at else None}
    moved(case, State.FIXING, EventKind.FAILED, by=by, now=now, facts=facts, changed=("fixed_at",))
    transitions_of_state.unresolve(complaints_of(case))
    return recounted(case, now=now)


@transaction.atomic
def close(*, case_id: int, by: Author = None, now: datetime) -> Case:
    """End a case whose fix has held."""
    case, now = begun_in_order(case_id, "close", by=by, now=now)
    case.ended_at = now
    transitions_of_state.resolve(complaints_of(case), now=now)  # those that joined after the fix
    return moved(case, State.CLOSED, EventKind.CLOSED, by=by, now=now, changed=("ended_at",))
