"""Taking a case up again: by hand, or because of what customers do after the fix."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from complaints.intake import transitions_of_state
from spots.cases.events import EventKind
from spots.cases.models import Case
from spots.cases.routing import deciding
from spots.cases.states import State
from spots.cases.transitions.membership import complaints_of
from spots.cases.transitions.ranking import recounted
from spots.cases.transitions.record import Author, begun_in_order, moved, say_why


@transaction.atomic
def reopen(*, case_id: int, note: str, by: Author, now: datetime) -> Case:
    """
    Take a case up again by hand: the fix did not hold, or it was dismissed by mistake.

    It keeps its team, and the engineer who had it is asked anew; its old term no longer counts.
    A case that never had a team is routed as a new one is; where no rule and no catch-all takes
    it, it waits for somebody to route it.

    :raises IllegalMoveError: not from this state, or no note that says why
    """
    case, now = begun_in_order(case_id, "reopen", by=by, now=now)
    say_why(note)
    return _taken_up(case, {"because": "hand"}, note=note, by=by, now=now)


@transaction.atomic
def reopen_by_complaints(
    *, case_id: int, complaints: int, by: Author = None, now: datetime
) -> Case:
    """
    Take a case up again because complaints came back after it had been quiet.

    complaints  how many gather there now
    """
    case, now = begun_in_order(case_id, "reopen_by_complaints", by=by, now=now)
    facts = {"because": "complaints", "complaints": complaints}
    return _taken_up(case, facts, by=by, now=now)


@transaction.atomic
def reopen_by_answers(
    *, case_id: int, unhappy: int, answered: int, by: Author = None, now: datetime
) -> Case:
    """Take a case up again because so many of those who rated its fix are not content."""
    case, now = begun_in_order(case_id, "reopen_by_answers", by=by, now=now)
    facts = {"because": "answers", "unhappy": unhappy, "answered": answered}
    return _taken_up(case, facts, by=by, now=now)


def _taken_up(
    case: Case, facts: Mapping[str, Any], *, note: str = "", by: Author, now: datetime
) -> Case:
    case.team = case.team or deciding.team_for(case)
    case.eta_at = case.accepted_at = case.fixed_at = case.ended_at = None
    moved(
        case,
        State.REOPENED,
        EventKind.REOPENED,
        by=by,
        now=now,
        note=note,
        facts={**facts, "team": case.team.pk if case.team else None},
        changed=("team", "eta_at", "accepted_at", "fixed_at", "ended_at"),
    )
    transitions_of_state.unresolve(complaints_of(case))
    return recounted(case, now=now)
