"""The simulated region: seeded, and as its behaviour says."""

from dataclasses import replace

import numpy as np
import pytest

from heatmaps_project.demo.behaviour import Behaviour
from heatmaps_project.demo.houses import Houses
from heatmaps_project.demo.records import HOUSE, LOCALITY, NONE, Outage, Stream
from heatmaps_project.demo.stream import generate

OUTAGE = Outage(
    lon=37.5, lat=55.7, radius_m=800.0, began_h=106.0, lasts_h=10.0, topic=1, complaining=0.05
)


@pytest.fixture(scope="module")
def houses() -> Houses:
    """Two towns of 40 by 50 houses, 20 subscribers in each."""
    step = np.stack(np.meshgrid(np.arange(40), np.arange(50)), axis=-1).reshape(-1, 2) * 1e-3
    towns = np.vstack([step + np.array(corner) for corner in ([37.48, 55.68], [38.0, 55.9])])
    subscribers = np.full(len(towns), 20)
    return Houses(towns[:, 0], towns[:, 1], subscribers, np.repeat([0, 1], len(step)))


@pytest.fixture(scope="module")
def stream(houses: Houses) -> Stream:
    return generate(houses, weeks=2, seed=5, outages=[OUTAGE])


def busiest_hour(occurred_h: np.ndarray) -> int:
    return int(np.bincount(occurred_h.astype(int)).argmax())


def test_the_same_seed_gives_the_same_stream_and_another_gives_another(houses, stream):
    again = generate(houses, weeks=2, seed=5, outages=[OUTAGE])
    other = generate(houses, weeks=2, seed=6, outages=[OUTAGE])

    for name, column in vars(stream.complaints).items():
        assert (getattr(again.complaints, name) == column).all()
    assert len(other.complaints.customer) != len(stream.complaints.customer)


def test_complaints_come_in_order_of_reception_and_none_before_it_occurred(stream):
    received = stream.complaints.received_h

    assert (np.diff(received) >= 0).all()
    assert (received >= stream.complaints.occurred_h).all()
    assert received[-1] < 2 * 168


def test_an_outage_is_complained_of_where_and_when_it_is(houses, stream):
    rows = stream.complaints.outage == 0
    home = houses.metres[houses.of_customer[stream.complaints.customer[rows]]]
    away = np.hypot(*(home - houses.metres_of(OUTAGE.lon, OUTAGE.lat)).T)

    assert len(np.unique(stream.complaints.customer[rows])) > 50
    assert away.max() < OUTAGE.radius_m
    assert stream.complaints.occurred_h[rows].min() >= OUTAGE.began_h
    assert np.median(stream.complaints.occurred_h[rows]) < OUTAGE.began_h + 5


def test_an_outage_of_the_night_is_complained_of_by_some_then_and_by_most_in_the_morning(houses):
    night = replace(OUTAGE, began_h=48.0 + 1.0, lasts_h=20.0, complaining=0.2)
    told = generate(houses, weeks=1, seed=5, outages=[night]).complaints

    _, first = np.unique(told.customer[told.outage == 0], return_index=True)
    hour = np.sort(told.occurred_h[told.outage == 0][first] - night.began_h)
    assert hour[len(hour) // 20] < 3  # one in twenty
    assert 4 < np.median(hour) < 12


def test_usual_complaints_come_as_often_as_told(houses):
    calm = Behaviour(surges_per_week=0.0, repeat_chance=(0.0, 0.0))
    stream = generate(houses, weeks=8, seed=1, behaviour=calm, outages=[])

    expected = houses.first[-1] * calm.per_subscriber_day * 56
    assert (stream.complaints.outage == NONE).all()
    assert len(stream.complaints.customer) == pytest.approx(expected, rel=0.05)


def test_places_are_near_home_and_failures_at_the_centre_of_town(houses, stream):
    told = stream.complaints
    place = houses.metres_of(told.lon, told.lat)
    house = houses.of_customer[told.customer]
    from_home = np.hypot(*(place - houses.metres[house]).T)
    from_centre = np.hypot(*(place - houses.town_metres[house]).T)

    assert np.median(from_home[told.precision == HOUSE]) < 100
    assert from_centre[told.precision == LOCALITY].max() < 1


def test_outages_are_drawn_at_the_rate_asked_for_and_never_for_ever(houses):
    often = replace(Behaviour(), outages_per_week_per_million=300.0)
    never = replace(often, customers=(1e9, 2e9))

    drawn = generate(houses, weeks=1, seed=3, behaviour=often)
    assert 10 < len(drawn.outages) < 40
    assert generate(houses, weeks=1, seed=3, behaviour=never).outages == ()


def test_some_customers_complain_again_and_again_within_a_day(houses):
    often = Behaviour(
        per_subscriber_day=0.0, insistent_per_week_per_million=100.0, repeat_chance=(0.0, 0.0)
    )
    told = generate(houses, weeks=1, seed=2, behaviour=often, outages=[]).complaints

    who, times = np.unique(told.customer, return_counts=True)
    assert 2 < len(who) < 20
    assert times.min() >= 5  # one or two of them may arrive after the end
    for one in who:
        rows = told.customer == one
        assert np.ptp(told.occurred_h[rows]) < 24
        assert len(np.unique(told.topic[rows])) == 1


def test_a_surge_may_be_of_one_topic_only(houses):
    calm = Behaviour(surges_per_week=0.0, repeat_chance=(0.0, 0.0))
    surging = replace(calm, surges_per_week=3.0, surge_times=(50.0, 50.0), surge_of_one_topic=1.0)
    told = generate(houses, weeks=1, seed=1, behaviour=surging, outages=[]).complaints

    loudest = told.topic[told.occurred_h.astype(int) == busiest_hour(told.occurred_h)]
    _, many = np.unique(loudest, return_counts=True)
    assert many.max() > 0.9 * many.sum()


def test_fewer_complain_at_the_edge_of_an_outage_than_in_its_middle(houses):
    outage = replace(OUTAGE, radius_m=1500.0, complaining=0.2)
    told = generate(houses, weeks=2, seed=5, outages=[outage]).complaints

    centre = houses.metres_of(outage.lon, outage.lat)
    away = np.hypot(*(houses.metres - centre).T)
    inside, edge = away < 1200, (away >= 1350) & (away < 1500)
    home = np.unique(told.customer[told.outage == 0])
    count = np.bincount(houses.of_customer[home], minlength=len(away))
    assert count[edge].sum() / edge.sum() < 0.5 * count[inside].sum() / inside.sum()


def test_what_was_put_at_the_centre_of_town_is_marked_as_misplaced(houses, stream):
    told = stream.complaints
    place = houses.metres_of(told.lon, told.lat)
    centre = houses.town_metres[houses.of_customer[told.customer]]

    assert np.hypot(*(place - centre)[told.misplaced].T).max() < 1
    assert told.misplaced[told.precision == LOCALITY].all()
    assert 0.03 < told.misplaced.mean() < 0.07
