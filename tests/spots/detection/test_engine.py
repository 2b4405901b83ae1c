"""The engine on streams of any shape: nothing depends on who looks when, or who stops."""

import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spots.detection.arrivals import LOCALITY, Arrivals
from spots.detection.engine import Change, Engine, OutOfOrderError
from spots.detection.rules import Learning, Rule
from tests.spots.detection.world import NOW_H, make_arrivals, make_baseline

END_H = NOW_H + 150.0
RULES = [Rule(), Rule(detector="dbscan", minimum=4, simple_every_h=3.0)]

# A complaint: hours since the one before, delay in hours, place, customer, topic. Bursts and
# long silences both come, and few customers, so that spots open, sleep, return and merge.
complaint = st.tuples(
    st.sampled_from([0.0, 0.01, 0.02, 0.05, 0.1, 0.1, 0.2, 0.5, 2.0, 9.0]),
    st.sampled_from([0.0, 0.0, 0.1, 2.0, 80.0]),
    st.sampled_from([0, 0, 0, 1, 2, 3]),
    st.integers(0, 25),
    st.integers(0, 1),
)


@st.composite
def streams(draw: st.DrawFn) -> Arrivals:
    rows, after = [], 0.05
    for gap, *told in draw(st.lists(complaint, min_size=1, max_size=50)):
        after += gap
        rows.append((after, *told))
    return make_arrivals(rows)


def run(stream: Arrivals, *, rule: Rule = RULES[0], tick_h: float = 1.0) -> tuple[Engine, list]:
    """An engine that took the stream tick by tick, and the scores."""
    engine, scores = Engine(make_baseline(), rule), []
    last_h = min(END_H, float(stream.received_h[-1]) + tick_h)
    for at_h in np.arange(NOW_H + tick_h, last_h + 1e-9, tick_h):
        due = (stream.received_h > at_h - tick_h) & (stream.received_h <= at_h)
        scores += engine.arrive(stream.at(due))
        engine.tick(at_h)
    return engine, scores


def burst(many: int, *, begins_h: float = 1.0, place: int = 0, customer: int = 0) -> list:
    """Complaints of different customers, three minutes apart."""
    return [(begins_h + 0.05 * i, 0.0, place, customer + i, 0) for i in range(many)]


def opened(changes: list[Change]) -> list[Change]:
    return [change for change in changes if change.state == "open"]


@settings(max_examples=20, deadline=None)
@given(streams(), st.integers(0, 50))
def test_no_score_is_changed_by_what_comes_later(stream, cut):
    whole = Engine(make_baseline(), Rule()).arrive(stream)
    alone = Engine(make_baseline(), Rule()).arrive(stream.at(slice(cut)))

    assert whole[:cut] == alone


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.detector)
@settings(max_examples=8, deadline=None)
@given(stream=streams())
def test_the_spots_are_the_same_for_any_tick(rule, stream):
    known = []
    for tick_h in (12.0, 1.0, 0.05):
        engine, scores = run(stream, rule=rule, tick_h=tick_h)
        known.append((scores, engine.fold.state(END_H)["groups"]))
    one_by_one = Engine(make_baseline(), rule)
    for row in range(len(stream)):
        one_by_one.arrive(stream.at(slice(row, row + 1)))
    one_by_one.tick(END_H)
    known.append((scores, one_by_one.fold.state(END_H)["groups"]))

    assert all(other == known[0] for other in known)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.detector)
@settings(max_examples=12, deadline=None)
@given(stream=streams(), cut=st.integers(0, 50))
def test_an_engine_restored_from_json_goes_on_like_one_that_never_stopped(rule, stream, cut):
    cut = min(cut, len(stream) - 1)
    past, future = stream.at(slice(cut)), stream.at(slice(cut, None))
    stop_h = float(future.received_h[0])
    running = Engine(make_baseline(), rule)
    running.arrive(past)
    running.tick(stop_h)

    stored = json.loads(json.dumps(running.state(stop_h)))
    restored = Engine(make_baseline(), rule, state=stored)
    restored.warm(past.at(past.received_h >= stop_h - restored.memory_h))

    assert restored.arrive(future) == running.arrive(future)
    for at_h in (float(future.received_h[-1]), END_H):
        assert repr(restored.tick(at_h)) == repr(running.tick(at_h))
    assert restored.state(END_H) == running.state(END_H)


@settings(max_examples=20, deadline=None)
@given(streams())
def test_members_are_received_recent_and_scored(stream):
    precision = np.where(stream.customer % 5 == 0, LOCALITY, stream.precision)
    stream = replace(stream, precision=precision)
    engine = Engine(make_baseline(), Rule())
    for at_h in np.arange(NOW_H + 1, END_H, 1.0):
        due = (stream.received_h > at_h - 1) & (stream.received_h <= at_h)
        engine.arrive(stream.at(due))
        for change in opened(engine.tick(at_h)):
            members = np.array(change.members)
            assert (stream.received_h[members] <= at_h).all()
            assert (stream.occurred_h[members] >= at_h - 72).all()
            assert (precision[members] != LOCALITY).all()
            assert (change.outline[0] == change.outline[-1]).all()


def test_a_burst_opens_one_spot_that_falls_dormant_after_eight_hours():
    engine = Engine(make_baseline(), Rule())
    engine.arrive(make_arrivals(burst(12)))

    now, soon, later = (engine.tick(NOW_H + hours) for hours in (2, 9, 10))

    assert [(change.spot, change.state, change.members) for change in now] == [
        (0, "open", tuple(range(12)))
    ]
    assert now[0].peak.customers == 12
    assert soon == []
    assert [(change.spot, change.state) for change in later] == [(0, "dormant")]


def test_one_customer_is_no_spot_however_often_it_complains():
    engine = Engine(make_baseline(), Rule())

    scores = engine.arrive(make_arrivals([(0.001 * i, 0.0, 0, 7, 0) for i in range(300)]))

    assert scores == [None] * 300
    assert engine.tick(NOW_H + 3) == []


@pytest.mark.parametrize("customers", [12, 900])
def test_a_geocoders_dump_on_one_coordinate_is_no_spot_not_even_beside_real_complaints(customers):
    dump = [(1.0 + 0.001 * i, 0.0, 1, 30 * i, 0) for i in range(customers)]
    beside = [(1.0 + 0.05 * i, 0.0, 0, 30 * (1000 + i) + i, 0) for i in range(3)]
    engine = Engine(make_baseline(explained=0.01), Rule())
    engine.arrive(make_arrivals(sorted(dump + beside)))

    assert engine.tick(NOW_H + 3) == []


def test_the_same_burst_where_it_is_usual_is_no_spot():
    here = np.zeros((400, 2))
    crowded = make_baseline(point=here, counts=np.ones((400, 3), dtype=np.bool_))
    crowded = replace(crowded, rate=6 * crowded.rate)
    engine = Engine(crowded, Rule())
    engine.arrive(make_arrivals(burst(12)))

    assert engine.tick(NOW_H + 2) == []


def test_a_surge_of_the_whole_region_is_no_spot():
    towns = 10_000.0 * np.arange(20)[:, None] * np.ones(2)
    region = {
        "rate": 40 * make_baseline().rate,
        "buildings": towns,
        "subscribers": np.full(20, 500),
        "point": np.repeat(towns, 20, axis=0),
        "counts": np.ones((400, 3), dtype=np.bool_),
        "zones": towns,
        "zone_share": np.full(20, 0.05),
    }
    calls = make_arrivals([(0.5 + i / 320, 0.0, 0, i, 0) for i in range(640)])  # four times usual
    calls = replace(calls, point=towns[calls.customer % 20])

    known = []
    for learning in (Learning(), Learning(surge_at=1e9)):
        engine = Engine(make_baseline(**region, learning=learning), Rule(open_at=5.0))
        engine.arrive(calls)
        known.append(bool(engine.tick(NOW_H + 4)))

    assert known == [False, True]


@pytest.mark.parametrize(
    ("history_h", "customers", "opens"),
    [
        pytest.param(1_000.0, 12, True, id="old"),
        pytest.param(100.0, 12, True, id="learning"),
        pytest.param(20.0, 12, False, id="blind"),
    ],
)
def test_with_less_than_a_day_of_history_nothing_opens(history_h, customers, opens):
    engine = Engine(make_baseline(history_h=history_h), Rule())
    engine.arrive(make_arrivals(burst(customers)))

    assert bool(engine.tick(NOW_H + 2)) is opens


def test_a_coordinate_learnt_as_attractor_leaves_the_window_when_the_baseline_changes():
    engine = Engine(make_baseline(), Rule())
    dump = make_arrivals([(0.05 * i, 0.0, 3, 30 * i, 0) for i in range(1, 12)])
    engine.warm(dump.at(slice(8)))

    engine.rebase(make_baseline(attractors=np.unique(dump.coordinate)))

    assert engine.arrive(dump.at(slice(8, None))) == [None] * 3


def test_complaints_out_of_order_are_refused():
    engine = Engine(make_baseline(), Rule())
    engine.arrive(make_arrivals([(5.0, 0.0, 0, 1, 0)]))

    with pytest.raises(OutOfOrderError):
        engine.arrive(make_arrivals([(4.0, 0.0, 0, 1, 0)]))


def test_the_window_holds_no_more_than_it_must():
    engine = Engine(make_baseline(), Rule())
    for hour in range(1, 400, 5):
        engine.arrive(make_arrivals([(float(hour), 0.0, 0, hour % 20, 0)]))

    assert len(engine._window) <= engine.memory_h / 5 + 1
