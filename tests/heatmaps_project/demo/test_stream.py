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
