"""Complaints whose sender nothing proves: anybody may be many, so they count for nothing."""

import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings

from spots.detection.arrivals import Arrivals
from spots.detection.baseline import learn
from spots.detection.engine import Change, Engine
from spots.detection.groups import Decisions
from spots.detection.rules import Rule
from tests.spots.detection.test_engine import END_H, RULES, burst, opened, streams
from tests.spots.detection.world import NOW_H, make_arrivals, make_baseline

RULE = pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.detector)


def mixed(proven: list, unproven: list) -> Arrivals:
    """Both in order of reception; the ids of the unproven ones are 1000 and more."""
    sure, loose = make_arrivals(sorted(proven)), make_arrivals(sorted(unproven))
    loose = replace(loose, id=loose.id + 1000, proven=np.zeros(len(loose), np.bool_))
    both = [np.concatenate(columns) for columns in zip(*map(_columns, (sure, loose)), strict=True)]
    whole = Arrivals(*both)
    return whole.at(np.argsort(whole.received_h, kind="stable"))


def _columns(part: Arrivals) -> list:
    return list(vars(part).values())


def spots(engine: Engine, at_h: float) -> list[Change]:
    return opened(engine.tick(at_h))


@RULE
def test_a_hundred_made_up_names_open_no_spot(rule):
    engine = Engine(make_baseline(), rule)

    scores = engine.arrive(mixed([], [(1 + i / 100, 0.0, i % 2, i, 0) for i in range(100)]))

    assert spots(engine, NOW_H + 3) == []
    assert scores == [None] * 100


@RULE
@settings(max_examples=10, deadline=None)
@given(stream=streams())
def test_whoever_floods_changes_nothing_of_the_scores_and_identities(rule, stream):
    flood = make_arrivals([(0.05 + i / 10, 0.0, i % 4, 900 + i, i % 2) for i in range(200)])
    flood = replace(flood, id=flood.id + 1000, proven=np.zeros(200, np.bool_))
    both = Arrivals(
        *(np.concatenate(c) for c in zip(_columns(stream), _columns(flood), strict=True))
    )
    both = both.at(np.lexsort((both.id, both.received_h)))
    alone, flooded = Engine(make_baseline(), rule), Engine(make_baseline(), rule)

    scores = [one for one in flooded.arrive(both) if one]

    assert scores == [one for one in alone.arrive(stream) if one]
    assert flooded.fold.state(END_H) == alone.fold.state(END_H)
    assert [replace(one, members=(), outline=None) for one in flooded.tick(END_H)] == [
        replace(one, members=(), outline=None) for one in alone.tick(END_H)
    ]


@RULE
def test_a_spot_takes_along_those_on_its_ground_and_is_drawn_as_without_them(rule):
    beside = [(1.2, 0.0, 0, 500, 0), (1.7, 0.0, 3, 501, 0), (1.8, 0.0, 0, 502, 0)]
    with_them, without = Engine(make_baseline(), rule), Engine(make_baseline(), rule)
    with_them.arrive(mixed(burst(12), beside))
    without.arrive(mixed(burst(12), []))

    [found], [plain] = spots(with_them, NOW_H + 3), spots(without, NOW_H + 3)

    assert found.members == (*range(12), 1000, 1002)  # the other is 20 km away
    assert (found.outline == plain.outline).all()
    assert found.peak == plain.peak


def test_what_was_before_the_spot_and_what_is_of_another_topic_stays_apart():
    beside = [(0.5, 0.0, 0, 500, 0), (1.3, 0.0, 0, 501, 1)]
    engine = Engine(make_baseline(), Rule())
    engine.arrive(mixed(burst(12), beside))

    [found] = spots(engine, NOW_H + 2)

    assert found.peak.key == 0
    assert found.members == tuple(range(12))


def test_one_that_comes_later_joins_while_the_spot_is_active_and_wakes_none():
    engine = Engine(make_baseline(), Rule())
    engine.arrive(mixed(burst(12), []))
    first = spots(engine, NOW_H + 2)
    engine.arrive(mixed([], [(3.0, 0.0, 0, 500, 0)]))
    later = spots(engine, NOW_H + 4)
    again = engine.tick(NOW_H + 5)
    asleep = engine.tick(NOW_H + 11)
    engine.arrive(mixed([], [(12 + i / 50, 0.0, 0, 600 + i, 0) for i in range(50)]))

    assert [len(change.members) for change in (*first, *later)] == [12, 13]
    assert again == []
    assert [change.state for change in asleep] == ["dormant"]
    assert engine.tick(NOW_H + 14) == []


def test_whom_a_person_has_placed_does_not_join_by_itself():
    engine = Engine(make_baseline(), Rule())
    engine.fold.obey(Decisions(placed={1000: None}, occurred_h={1000: NOW_H + 1.2}), at_h=NOW_H)
    engine.arrive(mixed(burst(12), [(1.2, 0.0, 0, 500, 0)]))

    [found] = spots(engine, NOW_H + 2)

    assert found.members == tuple(range(12))


def test_a_restored_engine_says_nothing_anew_of_those_that_joined():
    stream = mixed(burst(12), [(1.2, 0.0, 0, 500, 0)])
    engine = Engine(make_baseline(), Rule())
    engine.arrive(stream)
    engine.tick(NOW_H + 2)

    stored = json.loads(json.dumps(engine.state(NOW_H + 2)))
    restored = Engine(make_baseline(), Rule(), state=stored)
    restored.warm(stream)

    assert restored.tick(NOW_H + 3) == []


def test_made_up_names_teach_nothing_of_what_is_usual_and_make_no_house_an_attractor():
    told = [(float(hour), 0.0, hour % 4, hour, 0) for hour in range(600)]
    flood = [(hour / 2 + 0.1, 0.0, 0, 900 + 30 * hour, 1) for hour in range(1200)]
    given_to = {"topics": 2, "now_h": NOW_H + 700, "subscribers": np.full(4, 100)}
    buildings = make_baseline().buildings[:4]

    plain = learn(mixed(told, []), buildings=buildings, **given_to)
    flooded = learn(mixed(told, flood), buildings=buildings, **given_to)

    for name in ("rate", "point", "counts", "attractors", "zones", "zone_share"):
        assert np.array_equal(getattr(plain, name), getattr(flooded, name)), name
