"""The life of a case: each move from each state, and what it leaves behind."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils.translation import override

from spots.cases import transitions
from spots.cases.states import ENDED, MAY_WAIT, MOVES, WATCHED, State
from spots.cases.transitions import IllegalMoveError
from spots.models import Case, Event
from tests.factories import NOW, make_cause, make_complaint, make_spot, make_team, make_user

pytestmark = pytest.mark.django_db

ETA = NOW + timedelta(hours=4)


def spot_in(state: State) -> Case:
    """A spot of one complaint with all that the database wants of the state."""
    fields: dict[str, Any] = {"state": state, "team": make_team()}
    if state in (State.FIXING, *WATCHED, State.CLOSED):
        fields |= {"cause": make_cause(), "eta_at": NOW + timedelta(hours=1)}
    if state in (*WATCHED, State.CLOSED):
        fields["fixed_at"] = NOW - timedelta(hours=30)
    if state in ENDED:
        fields["ended_at"] = NOW - timedelta(hours=1)
    if state == State.MERGED:
        fields["merged_into"] = make_spot(state=State.ROUTED)
    return make_spot(complaints=[make_complaint()], **fields)


def arguments(name: str) -> dict[str, Any]:
    return {
        "route": lambda: {"team": make_team("power"), "reason": "not_ours"},
        "plan": planned,
        "reopen": lambda: {"note": "still no signal"},
        "reopen_by_complaints": lambda: {"complaints": 5},
        "reopen_by_answers": lambda: {"unhappy": 2, "answered": 3},
        "wait": lambda: {"waits_for": "parts"},
        "fail": lambda: {"evidence": {"complaints": 3}},
        "dismiss": lambda: {"dismissed_for": "not_network"},
        "merge": lambda: {"into_id": make_spot(state=State.ROUTED).pk},
        "split": lambda: {"complaint_ids": []},
    }.get(name, dict)()


def planned() -> dict[str, Any]:
    return {"cause": make_cause(), "eta_at": ETA}


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
        ("diagnose", "supervisor"),
        ("wait", "supervisor"),
        ("resume", "supervisor"),
        ("verify", "dispatcher"),
        ("fail", "engineer"),
        ("reopen_by_complaints", "supervisor"),
        ("reopen_by_answers", "supervisor"),
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
        pytest.param("plan", lambda: {**planned(), "fix_kind": "x"}, id="no such kind of fix"),
        pytest.param("wait", lambda: {"waits_for": ""}, id="waits for nothing"),
        pytest.param("wait", lambda: {"waits_for": "luck"}, id="waits for what is no reason"),
        pytest.param(
            "wait", lambda: {"waits_for": "parts", "waits_until": NOW}, id="waits until now"
        ),
        pytest.param("dismiss", lambda: {"dismissed_for": ""}, id="dismissed for no reason"),
        pytest.param("dismiss", lambda: {"dismissed_for": "x"}, id="dismissed for no such reason"),
        pytest.param(
            "dismiss", lambda: {"dismissed_for": "other", "note": "  "}, id="other, not said what"
        ),
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
    facts = {"team": team.pk, "engineer": engineer.pk, "team_was": make_team().pk}
    assert Event.objects.get().facts == facts


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


def test_a_reopened_case_keeps_its_team_and_asks_its_engineer_anew():
    case, engineer = spot_in(State.CLOSED), make_user("engineer")
    Case.objects.filter(pk=case.pk).update(engineer=engineer, accepted_at=NOW)

    transitions.reopen(case_id=case.pk, note="again", by=None, now=NOW)

    case.refresh_from_db()
    assert (case.team.code, case.engineer, case.accepted_at) == ("radio", engineer, None)
    assert (case.ended_at, case.fixed_at, case.eta_at) == (None, None, None)


@pytest.mark.parametrize("name", ["accept", "diagnose"])
def test_a_reopened_case_that_no_team_takes_is_routed_before_it_is_worked_on(name):
    case = make_spot(state=State.DISMISSED, ended_at=NOW)
    transitions.reopen(case_id=case.pk, note="by mistake", by=None, now=NOW)

    with override("en"), pytest.raises(IllegalMoveError, match="it has no team yet"):
        getattr(transitions, name)(case_id=case.pk, by=make_user("engineer"), now=NOW)

    case.refresh_from_db()
    assert (case.state, case.dismissed_for, case.team) == (State.REOPENED, "", None)


@pytest.mark.parametrize(
    ("name", "because"),
    [
        ("reopen", "hand"),
        ("reopen_by_complaints", "complaints"),
        ("reopen_by_answers", "answers"),
    ],
)
def test_the_event_says_who_or_what_took_a_case_up_again(name, because):
    case = spot_in(State.VERIFYING)

    getattr(transitions, name)(case_id=case.pk, by=None, now=NOW, **arguments(name))

    assert Event.objects.get().facts["because"] == because


def test_diagnosing_a_reopened_case_is_accepting_it():
    case, engineer = spot_in(State.REOPENED), make_user("engineer")

    transitions.diagnose(case_id=case.pk, by=engineer, now=NOW)

    case.refresh_from_db()
    assert (case.engineer, case.accepted_at) == (engineer, NOW)


def test_who_begins_to_diagnose_an_accepted_case_does_not_take_it_over():
    case, engineer = spot_in(State.ROUTED), make_user("engineer")
    transitions.accept(case_id=case.pk, by=engineer, now=NOW)

    transitions.diagnose(case_id=case.pk, by=make_user("dispatcher"), now=NOW)

    case.refresh_from_db()
    assert case.engineer == engineer


@pytest.mark.parametrize("state", sorted(MAY_WAIT))
def test_a_case_that_waited_goes_on_as_what_it_was(state):
    case, until = spot_in(state), NOW + timedelta(days=2)

    transitions.wait(
        case_id=case.pk, waits_for="access", waits_until=until, note="key", by=None, now=NOW
    )
    case.refresh_from_db()
    assert (case.state, case.waits_for, case.waits_until) == ("waiting", "access", until)

    transitions.resume(case_id=case.pk, by=None, now=NOW)
    case.refresh_from_db()
    assert (case.state, case.waits_for, case.waits_until) == (state, "", None)
    waited, resumed = Event.objects.order_by("pk")
    assert waited.facts == {"waits_for": "access", "waits_until": until.isoformat()}
    assert (resumed.kind, resumed.was, resumed.became) == ("resumed", "waiting", state)


@pytest.mark.parametrize("name", ["route", "dismiss", "merge"])
def test_a_case_that_is_taken_out_of_waiting_waits_for_nothing(name):
    case = spot_in(State.WAITING)

    getattr(transitions, name)(case_id=case.pk, by=None, now=NOW, **arguments(name))

    case.refresh_from_db()
    assert (case.waits_for, case.goes_on_as) == ("", "")


def test_the_kind_of_fix_is_that_of_the_cause_unless_the_engineer_knows_better():
    case = spot_in(State.ACCEPTED)

    transitions.plan(case_id=case.pk, by=None, now=NOW, **planned())
    case.refresh_from_db()
    assert case.fix_kind == "accident"

    transitions.plan(case_id=case.pk, fix_kind="new_build", by=None, now=NOW, **planned())
    case.refresh_from_db()
    assert case.fix_kind == "new_build"
    assert Event.objects.last().facts["fix_kind"] == "new_build"


def test_a_case_is_dismissed_with_a_reason_of_the_catalogue():
    case = spot_in(State.ROUTED)

    transitions.dismiss(case_id=case.pk, dismissed_for="announced", by=None, now=NOW)

    case.refresh_from_db()
    assert (case.dismissed_for, case.ended_at) == ("announced", NOW)
    assert Event.objects.get().facts == {"dismissed_for": "announced"}


def test_a_fix_that_did_not_hold_goes_back_to_fixing_with_the_evidence():
    case = spot_in(State.VERIFYING)
    complaint = case.memberships.get().complaint
    complaint.resolved_at = NOW
    complaint.save(update_fields=["resolved_at"])
    evidence = {"customers": 9, "hours": 3.0, "expected": 0.4, "grace_h": 2.0}

    transitions.fail(case_id=case.pk, evidence=evidence, now=NOW)

    case.refresh_from_db()
    complaint.refresh_from_db()
    assert (case.state, case.fixed_at, complaint.resolved_at) == (State.FIXING, None, None)
    assert Event.objects.get().facts.items() >= evidence.items()


@pytest.mark.parametrize(
    "fields",
    [
        pytest.param({"state": "waiting"}, id="waits for nothing"),
        pytest.param({"state": "waiting", "waits_for": "parts"}, id="goes on as nothing"),
        pytest.param(
            {"state": "waiting", "waits_for": "parts", "goes_on_as": "fixed"}, id="as fixed"
        ),
        pytest.param(
            {"state": "waiting", "waits_for": "parts", "goes_on_as": "fixing"}, id="as unplanned"
        ),
        pytest.param({"state": "accepted", "waits_for": "parts"}, id="waits and is at work"),
        pytest.param({"state": "dismissed"}, id="dismissed for nothing"),
        pytest.param({"state": "routed", "dismissed_for": "test"}, id="dismissed and at work"),
        pytest.param({"state": "fixing"}, id="no cause"),
        pytest.param({"state": "verifying"}, id="verified before it is fixed"),
    ],
)
def test_the_database_refuses_a_state_without_what_belongs_to_it(fields):
    case = make_spot()

    with pytest.raises(IntegrityError), transaction.atomic():
        Case.objects.filter(pk=case.pk).update(**fields)


def test_the_quiet_mark_is_set_once_taken_away_once_and_changes_no_state():
    case = spot_in(State.FIXING)

    for move in (transitions.mark_quiet,) * 2 + (transitions.mark_active,) * 2:
        move(case_id=case.pk, now=NOW)

    case.refresh_from_db()
    assert (case.state, case.quiet_since) == (State.FIXING, None)
    assert list(Event.objects.order_by("pk").values_list("kind", flat=True)) == ["quiet", "active"]
