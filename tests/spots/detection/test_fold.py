"""Identities, alarm by alarm."""

import json
from dataclasses import replace
from math import inf

import numpy as np
import pytest

from spots.detection.fold import Fold
from spots.detection.groups import Alarm, Decisions, Merged, NearMiss
from spots.detection.rules import Rule
from spots.detection.score import Score

RULE = Rule()
QUIET = 8.5  # hours after which a spot is dormant


def make_alarm(
    at_h: float,
    members: range,
    *,
    value: float = 9.0,
    live: float = 5.0,
    radius_m: float = 1000.0,
    alone: float = 0.0,
    places: int = 4,
) -> Alarm:
    """An alarm whose members all occurred when it was given."""
    ids = np.array(members)
    found = Score(value, live, 0, radius_m, len(ids), at_h - 1, 0.1)
    occurred_h = np.full(len(ids), at_h)
    return Alarm(
        at_h,
        found,
        ids,
        occurred_h,
        np.zeros((len(ids), 2)),
        places,
        lambda chosen: alone * chosen.any(),
    )


def folded(*alarms: Alarm) -> Fold:
    fold = Fold(RULE)
    for alarm in alarms:
        fold.take(alarm, open_at=RULE.open_at)
    return fold


def members(fold: Fold) -> dict[int, list[int]]:
    return {spot.number: sorted(spot.members) for spot in fold.spots}


def test_a_strong_and_live_alarm_opens_a_spot():
    assert members(folded(make_alarm(1, range(6)))) == {0: [0, 1, 2, 3, 4, 5]}


def test_a_weaker_alarm_is_a_candidate_and_its_members_come_along_when_it_opens():
    weak = make_alarm(1, range(4), value=5)

    assert members(folded(weak)) == {}
    assert members(folded(weak, make_alarm(2, range(1, 8)))) == {0: list(range(8))}


def test_what_is_over_opens_nothing_however_surprising():
    assert members(folded(make_alarm(1, range(60), value=40, live=1.9))) == {}


def test_what_stands_on_one_pole_opens_nothing():
    assert members(folded(make_alarm(1, range(60), value=40, places=2))) == {}


def test_an_alarm_belongs_to_the_spot_that_holds_a_third_of_it():
    first = make_alarm(1, range(10))

    joined = folded(first, make_alarm(2, range(6, 16)))
    apart = folded(first, make_alarm(2, range(7, 17)))

    assert members(joined) == {0: list(range(16))}
    assert members(apart) == {0: list(range(10)), 10: list(range(10, 17))}


def test_an_echo_keeps_a_spot_awake_but_adds_no_members():
    first = make_alarm(1, range(10), value=20)
    echo = make_alarm(8, range(5, 15), value=9.9, radius_m=3000.0)

    fold = folded(first, echo)

    assert members(fold) == {0: list(range(10))}
    assert not fold.is_dormant(fold.spots[0], 8 + 7.9)


def test_an_alarm_that_is_not_live_does_not_keep_a_spot_awake():
    fold = folded(make_alarm(1, range(10)), make_alarm(5, range(5, 12), live=1.9))

    assert members(fold) == {0: list(range(10))}
    assert fold.is_dormant(fold.spots[0], 9.1)


def test_a_dormant_spot_sleeps_on_unless_the_new_complaints_alone_would_alarm():
    first = make_alarm(1, range(10))

    asleep = folded(first, make_alarm(1 + QUIET, range(4, 14), alone=3.9))
    awake = folded(first, make_alarm(1 + QUIET, range(4, 14), alone=4.0))

    assert asleep.is_dormant(asleep.spots[0], 1 + QUIET)
    assert members(asleep) == {0: list(range(10))}
    assert not awake.is_dormant(awake.spots[0], 1 + QUIET)
    assert members(awake) == {0: list(range(14))}


def test_a_spot_is_forgotten_after_four_days_and_its_place_is_free():
    fold = folded(make_alarm(1, range(10)), make_alarm(1 + 96.5, range(10)))

    assert members(fold) == {0: list(range(10))}


def test_an_alarm_over_half_of_another_spot_makes_both_the_older_one():
    fold = folded(
        make_alarm(1, range(10)),
        make_alarm(2, range(10, 20)),
        make_alarm(3, range(4, 18)),  # eight of the second, six of the first
    )

    assert fold.merged == [Merged(3, 10, 0)]
    assert members(fold) == {0: list(range(20))}


def test_of_two_spots_that_hold_as_much_the_older_owns_the_alarm():
    fold = folded(
        make_alarm(1, range(10)), make_alarm(2, range(10, 20)), make_alarm(3, range(6, 14))
    )

    assert fold.merged == []
    assert [spot.last_h for spot in fold.spots] == [3, 2]


def test_a_candidate_never_takes_from_a_spot():
    spot = make_alarm(1, range(10))

    fold = folded(spot, make_alarm(2, range(8, 18), value=5))

    assert members(fold) == {0: list(range(10))}
    assert members(folded(spot, make_alarm(2, range(5, 30), value=5))) == {0: list(range(10))}


def test_members_leave_with_the_window_but_the_spot_remembers_how_many_it_had():
    fold = folded(make_alarm(1, range(16)))
    for hour in range(8, 88, 8):
        fold.take(make_alarm(hour, range(hour, hour + 16)), open_at=RULE.open_at)

    spot = fold.spots[0]
    assert (min(spot.members), max(spot.members)) == (16, 95)
    assert (len(spot.members), spot.size) == (80, 96)


def test_what_is_stored_as_json_is_what_was_known():
    fold = folded(
        make_alarm(1, range(10)), make_alarm(2, range(30, 34), value=5), make_alarm(3, range(20))
    )

    stored = json.loads(json.dumps(fold.state(4)))

    assert Fold.restored(RULE, stored).state(4) == fold.state(4)


def obeying(fold: Fold, at_h: float = 3.0, **decided: object) -> Fold:
    fold.obey(Decisions(**decided), at_h=at_h)
    return fold


def test_spots_that_a_person_merged_are_one():
    fold = folded(make_alarm(1, range(10)), make_alarm(2, range(10, 20)))

    obeying(fold, merged={0: 10})
    fold.take(make_alarm(3, range(5, 15)), open_at=RULE.open_at)

    assert members(fold) == {10: list(range(20))}
    assert fold.merged == []  # people know already


def test_a_spot_that_a_person_split_goes_on_as_two():
    fold = folded(make_alarm(1, range(10)))
    theirs = dict.fromkeys(range(5, 10), 5)

    for _ in range(2):  # it is said at each look
        obeying(fold, split={5: 0}, placed=theirs, occurred_h=dict.fromkeys(theirs, 1.0))
    fold.take(make_alarm(3, range(16)), open_at=RULE.open_at)  # over all of both

    assert members(fold) == {0: [0, 1, 2, 3, 4, *range(10, 16)], 5: [*range(5, 10)]}


@pytest.mark.parametrize("apart", [(0, 10), (10, 0)])
def test_spots_that_a_person_keeps_apart_are_not_merged(apart):
    fold = folded(make_alarm(1, range(10)), make_alarm(2, range(10, 20)))

    obeying(fold, apart=frozenset({apart}))
    fold.take(make_alarm(3, range(5, 16)), open_at=RULE.open_at)

    assert len(fold.spots) == 2


def test_a_complaint_that_a_person_placed_stays_where_it_is():
    fold = folded(make_alarm(1, range(10)), make_alarm(2, range(20, 30)))

    obeying(fold, placed={0: None, 1: 20}, occurred_h={0: 1.0, 1: 1.0})
    fold.take(make_alarm(3, range(12)), open_at=RULE.open_at)

    assert members(fold) == {0: list(range(2, 12)), 20: [1, *range(20, 30)]}


def test_an_alarm_all_of_whose_members_a_person_placed_founds_nothing():
    fold = Fold(RULE)
    obeying(fold, placed=dict.fromkeys(range(6)), occurred_h=dict.fromkeys(range(6), 1.0))

    fold.take(make_alarm(1, range(6)), open_at=RULE.open_at)

    assert fold.spots == []


def test_a_spot_in_work_is_not_forgotten_and_one_that_ended_four_days_after_its_end():
    worked_on, ended = (
        obeying(folded(make_alarm(1, range(10))), kept={0: end}) for end in (inf, 50.0)
    )

    for fold in (worked_on, ended):
        fold.forget(50 + 95.9)
    assert [len(worked_on.spots), len(ended.spots)] == [1, 1]
    for fold in (worked_on, ended):
        fold.forget(50 + 96.1)
    assert [len(worked_on.spots), len(ended.spots)] == [1, 0]


@pytest.mark.parametrize(
    ("east_m", "alone", "known"),
    [
        pytest.param(0.0, 9.0, {0: list(range(50, 60))}, id="the same place"),
        pytest.param(900.0, 9.0, {0: [], 50: list(range(50, 60))}, id="another place"),
        pytest.param(0.0, 3.0, {0: [], 50: list(range(50, 60))}, id="too weak to wake it"),
    ],
)
def test_complaints_that_come_back_to_a_spot_in_work_are_its_own(east_m, alone, known):
    fold = obeying(folded(make_alarm(1, range(10))), kept={0: inf})
    fold.state(120)

    back = make_alarm(120, range(50, 60), alone=alone)
    fold.take(replace(back, point=back.point + np.array([east_m, 0.0])), open_at=RULE.open_at)

    assert members(fold) == known


def test_what_came_to_nothing_is_a_near_miss():
    fold = folded(make_alarm(1, range(4), value=5.5), make_alarm(2, range(10, 20)))

    fold.forget(200)

    assert fold.near_misses() == [NearMiss(1, 5.5)]
    assert fold.near_misses() == []
