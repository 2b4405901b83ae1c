"""Servers whose clocks differ make the moves of one case. NOW is when the case was opened."""

from datetime import timedelta
from itertools import pairwise

import pytest

from spots.cases import transitions
from spots.cases.transitions.promises import promise
from spots.models import Case, Clock, Event
from tests.factories import (
    NOW,
    make_cause,
    make_policy,
    make_spot,
    make_team,
    make_user,
    make_working_time,
)

MINUTE = timedelta(minutes=1)
WEEK = {str(day): [["00:00", "24:00"]] for day in range(7)}
MOVES = (
    ("accept", {}),
    ("wait", {"waits_for": "parts"}),
    ("resume", {}),
    ("plan", {"eta_at": NOW + timedelta(hours=5)}),
    ("fix", {}),
)


@pytest.fixture
def case(db: None) -> Case:
    make_policy(working_time=make_working_time("always", week=WEEK))
    spot = make_spot(state="routed", team=make_team(), opened_at=NOW)
    promise(spot, since=NOW, now=NOW)
    return spot


def live(case: Case, minutes_wrong: list[int]) -> None:
    """Make each move two minutes after the one before, by servers whose clocks are so wrong."""
    by, cause = make_user("engineer"), make_cause()
    for number, ((name, said), wrong) in enumerate(zip(MOVES, minutes_wrong, strict=True), 1):
        told = {**said, **({"cause": cause} if name == "plan" else {})}
        now = NOW + (2 * number + wrong) * MINUTE
        getattr(transitions, name)(case_id=case.pk, by=by, now=now, **told)


def test_nothing_ends_before_it_began_and_no_promise_stands_still_for_ever(case):
    live(case, [5, 5, -5, -60, -5])

    case.refresh_from_db()
    events = list(Event.objects.filter(case=case).order_by("pk").values_list("at", flat=True))
    assert all(earlier <= later for earlier, later in pairwise(events))
    assert NOW < case.accepted_at <= case.fixed_at
    clocks = {one.target: one for one in Clock.objects.filter(case=case)}
    assert set(clocks) == {"reaction", "eta", "fix"}
    for one in clocks.values():
        assert one.started_at <= one.satisfied_at
        assert (one.paused_since, one.breached_at) == (None, None)
        assert 0 <= one.consumed_minutes <= 16
