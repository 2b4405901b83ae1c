"""The life of a case: each move from each state, and what it leaves behind."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from spots.cases import transitions
from spots.cases.states import ENDED, MOVES, State
from spots.cases.transitions import IllegalMoveError
from spots.models import Case, Event
from tests.factories import NOW, make_cause, make_complaint, make_spot, make_team, make_user

pytestmark = pytest.mark.django_db

ETA = NOW + timedelta(hours=4)


def spot_in(state: State) -> Case:
    """A spot of one complaint with all that the database wants of the state."""
    fields: dict[str, Any] = {"state": state, "team": make_team()}
    if state in (State.FIXING, State.FIXED, State.CLOSED):
        fields |= {"cause": make_cause(), "eta_at": NOW + timedelta(hours=1)}
    if state in (State.FIXED, State.CLOSED):
        fields["fixed_at"] = NOW - timedelta(hours=30)
    if state in ENDED:
        fields["ended_at"] = NOW - timedelta(hours=1)
    if state == State.MERGED:
        fields["merged_into"] = make_spot(state=State.ROUTED)
    return make_spot(complaints=[make_complaint()], **fields)


def arguments(name: str) -> dict[str, Any]:
    return {
        "route": lambda: {"team": make_team("power")},
        "plan": lambda: {"cause": make_cause(), "eta_at": ETA},
        "reopen": lambda: {"note": "still no signal"},
        "dismiss": lambda: {"note": "a concert"},
        "merge": lambda: {"into_id": make_spot(state=State.ROUTED).pk},
        "split": lambda: {"complaint_ids": []},
    }.get(name, dict)()


def author_of(name: str) -> Any:
    """Somebody who may make the move; None where only the engine may."""
    if MOVES[name].permission is None:
        return None
    return make_user("dispatcher")


EVERY = [(name, state) for name in MOVES for state in State]
ALLOWED = [(name, state) for name, state in EVERY if state in MOVES[name].sources]
LEGAL = [(name, state) for name, state in ALLOWED if MOVES[name].target]  # others: see their tests
ILLEGAL = [pair for pair in EVERY if pair not in ALLOWED]


@pytest.mark.parametrize(("name", "state"), LEGAL)
def test_a_move_of_the_table_changes_the_state_and_leaves_an_event_with_its_author(name, state):
    case, by = spot_in(state), author_of(name)

    getattr(transitions, name)(case_id=case.pk, by=by, now=NOW, **arguments(name))

    case.refresh_from_db()
    event = Event.objects.get(case=case, was=state)
    assert case.state == MOVES[name].target
    assert (event.by, event.at, event.became) == (by, NOW, MOVES[name].target)


@pytest.mark.parametrize(("name", "state"), ILLEGAL)
def test_a_move_that_the_table_lacks_is_refused_and_changes_nothing(name, state):
    case, given = spot_in(state), arguments(name)
    before = Case.objects.filter(pk=case.pk).values().get()

    with pytest.raises(IllegalMoveError, match=str(case.pk)):
        getattr(transitions, name)(case_id=case.pk, by=author_of(name), now=NOW, **given)

    assert Case.objects.filter(pk=case.pk).values().get() == before
    assert not Event.objects.exists()


@pytest.mark.parametrize(
    ("name", "role"),
    [
        ("route", "engineer"),
        ("dismiss", "engineer"),
        ("reopen", "engineer"),
        ("merge", "engineer"),
        ("split", "engineer"),
        ("accept", "supervisor"),
        ("plan", "supervisor"),
        ("fix", "supervisor"),
        ("route", "agent"),
        ("accept", "agent"),
        ("close", "dispatcher"),
        ("close", "administrator"),
        ("accept", "planner"),
    ],
)
def test_who_may_not_make_a_move_is_refused(name, role):
    case = spot_in(next(iter(sorted(MOVES[name].sources))))
    given = arguments(name)

    with pytest.raises(IllegalMoveError):
        getattr(transitions, name)(case_id=case.pk, by=make_user(role), now=NOW, **given)

    assert not Event.objects.exists()


@pytest.mark.parametrize(
    ("name", "missing"),
    [
        pytest.param("plan", lambda: {"cause": None, "eta_at": ETA}, id="no cause"),
        pytest.param("plan", lambda: {"cause": make_cause(), "eta_at": None}, id="no term"),
        pytest.param("plan", lambda: {"cause": make_cause(), "eta_at": NOW}, id="term is now"),
        pytest.param("dismiss", lambda: {"note": "  "}, id="dismissed without a reason"),
        pytest.param("reopen", lambda: {"note": ""}, id="reopened without a reason"),
        pytest.param(
            "route",
            lambda: {"team": make_team("power"), "engineer": make_user("engineer")},
            id="an engineer of no team",
        ),
    ],
)
def test_a_move_without_what_it_requires_is_refused(name: str, missing: Callable[[], Any]):
    state = State.FIXED if name == "reopen" else State.ACCEPTED
    case = spot_in(state)

    with pytest.raises(IllegalMoveError):
        getattr(transitions, name)(case_id=case.pk, by=None, now=NOW, **missing())

    case.refresh_from_db()
    assert (case.state, Event.objects.count()) == (state, 0)


def test_who_accepts_is_the_engineer_of_the_case():
    case, engineer = spot_in(State.ROUTED), make_user("engineer")

    transitions.accept(case_id=case.pk, by=engineer, now=NOW)

    case.refresh_from_db()
    assert (case.engineer, case.accepted_at) == (engineer, NOW)


def test_a_case_is_routed_to_an_engineer_of_the_team_who_has_yet_to_accept():
    case, team, engineer = spot_in(State.ACCEPTED), make_team("power"), make_user("engineer")
    team.members.add(engineer)

    transitions.route(case_id=case.pk, team=team, engineer=engineer, by=None, now=NOW)

    case.refresh_from_db()
    assert (case.team, case.engineer, case.accepted_at) == (team, engineer, None)
    assert Event.objects.get().facts == {"team": team.pk, "engineer": engineer.pk}


def test_a_moved_term_is_told_with_the_one_before():
    case = spot_in(State.FIXING)

    transitions.plan(case_id=case.pk, cause=make_cause(), eta_at=ETA, by=None, now=NOW)

    facts = Event.objects.get().facts
    assert facts["eta_at"] == ETA.isoformat()
    assert facts["eta_was"] == case.eta_at.isoformat()


def test_fixing_a_case_solves_its_complaints_and_reopening_takes_that_back():
    case = spot_in(State.FIXING)
    complaint = case.memberships.get().complaint

    transitions.fix(case_id=case.pk, note="new fuse", by=None, now=NOW)
    complaint.refresh_from_db()
    case.refresh_from_db()
    assert (complaint.resolved_at, case.fixed_at) == (NOW, NOW)

    transitions.reopen(case_id=case.pk, note="burnt again", by=None, now=NOW)
    complaint.refresh_from_db()
    case.refresh_from_db()
    assert (complaint.resolved_at, case.fixed_at, case.eta_at) == (None, None, None)


def test_a_case_reopened_where_there_is_no_team_is_detected_again():
    case = make_spot(state=State.DISMISSED, ended_at=NOW)

    transitions.reopen(case_id=case.pk, note="by mistake", by=None, now=NOW)

    case.refresh_from_db()
    assert (case.state, case.ended_at) == (State.DETECTED, None)


def test_the_quiet_mark_is_set_once_taken_away_once_and_changes_no_state():
    case = spot_in(State.FIXING)

    for move in (transitions.mark_quiet,) * 2 + (transitions.mark_active,) * 2:
        move(case_id=case.pk, now=NOW)

    case.refresh_from_db()
    assert (case.state, case.quiet_since) == (State.FIXING, None)
    assert list(Event.objects.order_by("pk").values_list("kind", flat=True)) == ["quiet", "active"]


def test_a_fix_is_verified_when_no_complaint_joined_for_a_day():
    quiet, loud = spot_in(State.FIXED), spot_in(State.FIXED)
    quiet.memberships.update(since=NOW - timedelta(hours=25))
    loud.memberships.update(since=NOW - timedelta(hours=23))

    assert transitions.close_verified(now=NOW) == 1
    assert transitions.close_verified(now=NOW) == 0

    quiet.refresh_from_db()
    loud.refresh_from_db()
    assert (quiet.state, quiet.ended_at, loud.state) == (State.CLOSED, NOW, State.FIXED)
