"""What is known at a place."""

from datetime import timedelta

import pytest
from django.contrib.gis.geos import MultiPolygon, Point, Polygon

from complaints.customers.walls import NO_WALLS, Walls
from spots.maps.lookup import MOST_SPOTS, Known, KnownCoverage, known_at
from tests.factories import (
    CENTRE,
    NOW,
    make_brand,
    make_cause,
    make_coverage,
    make_network_event,
    make_region,
    make_spot,
)

pytestmark = pytest.mark.django_db

HERE = Point(*CENTRE, srid=4326)


def known(**asked) -> Known:
    return known_at(**{"point": HERE, "walls": NO_WALLS, "now": NOW, **asked})


def east_of_here(degrees: float) -> Point:
    return Point(CENTRE[0] + degrees, CENTRE[1], srid=4326)


def test_nothing_is_known_of_an_empty_place():
    assert known() == Known((), (), (), coverage_is_drawn=False, events=())


def test_a_spot_over_the_place_tells_its_state_cause_and_term():
    eta = NOW + timedelta(hours=3)
    make_spot(state="fixing", cause=make_cause(), eta_at=eta, customers=12)

    [spot] = known().covering

    assert (spot.state, spot.customers, spot.eta_at, spot.metres) == ("fixing", 12, eta, 0)
    assert spot.cause_ru == "авария электропитания базовой станции"
    assert spot.cause_en == "a power failure at our base station"


def test_spots_near_by_come_nearest_first_with_their_metres():
    # Their outlines begin 0.005° (313 m here) before their centres.
    far = make_spot(centre=east_of_here(0.025))
    near = make_spot(centre=east_of_here(0.015))
    make_spot(centre=east_of_here(0.035))  # 1,880 m

    found = known()

    assert found.covering == ()
    assert [spot.id for spot in found.near] == [near.pk, far.pk]
    assert [spot.metres for spot in found.near] == pytest.approx([627, 1254], abs=5)


@pytest.mark.parametrize(
    ("state", "hours_ago", "is_told"),
    [
        ("detected", None, True),
        ("fixed", 2, True),
        ("fixed", 30, False),
        ("closed", 2, False),
        ("dismissed", None, False),
    ],
)
def test_spots_worked_on_or_lately_fixed_are_told(state, hours_ago, is_told):
    make_spot(state=state, fixed_at=hours_ago and NOW - timedelta(hours=hours_ago))

    assert bool(known().covering) == is_told


def test_the_most_urgent_of_the_spots_over_a_place_comes_first_and_few_are_told():
    spots = [make_spot(priority=priority).pk for priority in range(MOST_SPOTS + 3)]

    assert [spot.id for spot in known().covering] == spots[:2:-1]


def test_coverage_is_told_by_technology_and_level():
    make_coverage("2G")
    make_coverage("4G")
    make_coverage("4G", "indoor")
    make_coverage("5G", area=MultiPolygon(east_of_here(0.1).buffer(0.01), srid=4326))

    found = known()

    assert found.coverage == (
        KnownCoverage("2G", outdoor=True, indoor=False),
        KnownCoverage("4G", outdoor=True, indoor=True),
    )
    assert found.coverage_is_drawn


def test_a_hole_is_told_from_coverage_that_nobody_drew():
    make_coverage("4G", area=MultiPolygon(east_of_here(0.1).buffer(0.01), srid=4326))

    assert known().coverage_is_drawn
    assert not known(point=east_of_here(5)).coverage_is_drawn
    assert known().coverage == known(point=east_of_here(5)).coverage == ()


def test_coverage_to_come_is_not_told_yet():
    make_coverage(valid_from=NOW.date() + timedelta(days=1))

    assert not known().coverage_is_drawn


@pytest.mark.parametrize(
    ("starts", "ends", "is_told"),
    [(-2, 1, True), (-2, None, True), (47, 50, True), (49, 50, False), (-5, -1, False)],
)
def test_outages_and_works_are_told_while_they_last_and_two_days_before(starts, ends, is_told):
    make_network_event(
        starts_at=NOW + timedelta(hours=starts),
        ends_at=None if ends is None else NOW + timedelta(hours=ends),
    )

    assert bool(known().events) == is_told


def test_events_elsewhere_are_not_told():
    make_network_event(area=Polygon.from_bbox((38.0, 55.0, 38.1, 55.1)))

    assert known().events == ()


def test_the_answer_keeps_to_the_readers_walls():
    make_spot(brand=make_brand("other"))
    make_spot(region=make_region("tver"))
    make_coverage(brand=make_brand("other"))
    make_network_event(brand=make_brand("other"))
    mine = Walls(brands=frozenset({make_brand().pk}), regions=frozenset({make_region().pk}))

    assert len(known().covering) == 2
    assert known(walls=mine) == Known((), (), (), coverage_is_drawn=False, events=())


def test_a_lookup_takes_three_queries_however_much_is_known(django_assert_num_queries):
    for number in range(6):
        make_spot(state="fixing", cause=make_cause(), eta_at=NOW)
        make_spot(centre=east_of_here(0.02))
        make_coverage()
        make_network_event(title=str(number))

    with django_assert_num_queries(3):
        known()
