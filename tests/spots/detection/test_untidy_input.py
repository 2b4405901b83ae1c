"""Whatever comes in: it makes no false spot, and hides no real one."""

from dataclasses import replace

import numpy as np
import pytest

from spots.detection.arrivals import Arrivals, arrivals, coordinates
from spots.detection.engine import Engine
from spots.detection.projection import Projection
from spots.detection.rules import Rule
from tests.spots.detection.world import NOW_H, make_arrivals, make_baseline

YEAR_H = 365 * 24.0


def outage(customers: int = 12, *, begins_h: float = 1.0) -> list:
    """Complaints of different customers at PLACES[0], three minutes apart."""
    return [(begins_h + 0.05 * i, 0.0, 0, i, 0) for i in range(customers)]


def at(stream: Arrivals, point: np.ndarray) -> Arrivals:
    return replace(stream, point=point, coordinate=coordinates(point))


def joined(*streams: Arrivals) -> Arrivals:
    """Streams as one, in order of reception, with ids and customers of their own."""
    columns = {
        name: np.concatenate([getattr(stream, name) for stream in streams])
        for name in vars(streams[0])
    }
    order = np.argsort(columns["received_h"], kind="stable")
    everything = Arrivals(**columns).at(order)
    return replace(everything, id=np.arange(len(order)))


def spots(stream: Arrivals, **changed: object) -> list[set[int]]:
    """Customers of each spot that is open when all has arrived."""
    engine = Engine(make_baseline(**changed), Rule())
    engine.arrive(stream)
    customer = dict(zip(stream.id.tolist(), stream.customer.tolist(), strict=True))
    changes = engine.tick(float(stream.received_h[-1]) + 0.01)
    return [{customer[i] for i in change.members} for change in changes]


@pytest.mark.parametrize(
    ("lon", "lat"),
    [
        pytest.param(np.nan, np.nan, id="nowhere"),
        pytest.param(0.0, 0.0, id="0, 0"),
        pytest.param(37.6, 90.0, id="the north pole"),
        pytest.param(37.6, -90.0, id="the south pole"),
        pytest.param(-120.0, 55.0, id="the other side of the world"),
        pytest.param(np.inf, 55.0, id="infinitely far"),
        pytest.param(1e9, -1e9, id="no degrees at all"),
    ],
)
def test_complaints_without_a_place_that_can_be_are_no_spot_and_hide_none(lon, lat):
    lost = make_arrivals(outage(40))
    point = Projection(37.6, 55.75).metres(np.full(40, lon), np.full(40, lat))
    lost = at(replace(lost, customer=lost.customer + 1000), point)

    assert spots(lost) == []
    assert spots(joined(lost, make_arrivals(outage()))) == [set(range(12))]


def test_what_says_to_have_happened_in_the_future_happened_when_it_was_received():
    rows = make_arrivals(outage())
    told = {name: getattr(rows, name) for name in ("received_h", "point", "topic", "precision")}

    tidy = arrivals(
        ids=rows.id, customers=rows.customer.tolist(), occurred_h=rows.occurred_h + YEAR_H, **told
    )

    assert (tidy.occurred_h == tidy.received_h).all()
    assert spots(tidy) == [set(range(12))]


@pytest.mark.parametrize("late_h", [73.0, 3 * YEAR_H, 2000 * YEAR_H])
def test_what_comes_in_days_or_years_late_counts_for_nothing(late_h):
    late = make_arrivals(outage(40))
    late = replace(late, occurred_h=late.occurred_h - late_h, customer=late.customer + 1000)

    assert spots(late) == []
    assert spots(joined(late, make_arrivals(outage()))) == [set(range(12))]


def test_a_customer_with_ten_thousand_complaints_is_one_customer():
    again = make_arrivals([(1.0 + 1e-4 * i, 0.0, 0, 500, i % 2) for i in range(10_000)])

    found = spots(joined(again, make_arrivals(outage(begins_h=1.3))))

    assert [customers - {500} for customers in found] == [set(range(12))]


def test_a_customer_who_complains_from_everywhere_is_one_customer():
    rng = np.random.default_rng(1)
    again = make_arrivals([(1.0 + 1e-3 * i, 0.0, 0, 500, 0) for i in range(3000)])
    again = at(again, rng.normal(0, 800, (3000, 2)))

    assert spots(again) == []


def test_a_dump_of_thousands_on_one_coordinate_is_no_spot_and_hides_none():
    dump = make_arrivals([(1.0 + 1e-4 * i, 0.0, 1, 30 * i + 30_000, 0) for i in range(6000)])
    beside = make_arrivals(outage(begins_h=1.2))

    found = spots(joined(dump, beside))

    assert found == [set(range(12))]


def test_a_million_on_one_coordinate_cost_the_next_complaint_beside_it_no_more_than_a_thousand():
    many = 1_000_000
    dump = make_arrivals([(0.5, 0.0, 1, 0, 0)]).at(np.zeros(many, np.int64))
    dump = replace(dump, id=np.arange(many) + 100, customer=np.arange(many) + 30_000)
    engine = Engine(make_baseline(), Rule())
    engine.warm(dump)

    engine.arrive(make_arrivals(outage()))

    assert [change.members for change in engine.tick(NOW_H + 2)] == [tuple(range(12))]
    rows, _ = engine._window.near(many, radius_m=3000.0, since_h=0.0)
    assert len(rows) <= Rule().most_of_place + 12


def test_of_very_many_around_a_place_the_last_ones_count():
    rng = np.random.default_rng(1)
    many = 6000
    crowd = make_arrivals([(1.0 + 1e-4 * i, 0.0, 0, 1000 + i, 0) for i in range(many)])
    crowd = at(crowd, rng.normal(0, 500, (many, 2)))
    engine = Engine(make_baseline(), Rule())
    engine.warm(crowd)

    rows, _ = engine._neighbours.of(many - 1, since_h=0.0)

    assert len(rows) == Rule().most_near
    assert rows.min() >= many - Rule().most_near - 100  # some stand on crowded coordinates
