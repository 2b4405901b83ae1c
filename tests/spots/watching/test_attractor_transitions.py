"""Attractors come and go with the learning, and stay as people decide."""

from datetime import timedelta

import numpy as np
import pytest
from django.contrib.gis.geos import Point

from complaints.customers.walls import NO_WALLS, Walls
from spots.detection.arrivals import LOCALITY, arrivals, coordinates
from spots.detection.attractors import evidence
from spots.watching import engines, reading
from spots.watching.models import Attractor, Verdict
from spots.watching.nearby import NothingStandsHereError, stand_near
from spots.watching.reading import Place
from spots.watching.transitions_of_attractors import (
    NothingLearntError,
    add,
    decide,
    is_found,
    learnt,
)
from tests.factories import (
    CENTRE,
    NOW,
    make_attractor,
    make_brand,
    make_complaint,
    make_customer,
    make_region,
    make_user,
)
from tests.spots.detection.world import make_baseline

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
NOBODY = (
    np.empty(0, dtype=np.int64),
    *(np.empty(0),) * 2,
    np.empty(0, dtype=np.int64),
    np.empty(0),
)


def left_out(place: reading.Place, found: list[int]) -> list[int]:
    """Coordinates that the engine leaves out where the learning found these."""
    learnt = make_baseline(attractors=np.array(found, dtype=np.int64))
    return engines.edited(learnt, reading.verdicts(place)).attractors.tolist()


def columns(*rows):
    """(coordinate, customers) of attractors in a row eastwards, as the learning gives them."""
    coordinate, customers = np.array(rows, dtype=np.int64).T
    lon = CENTRE[0] + 0.001 * np.arange(len(rows))
    return coordinate, lon, np.full(len(rows), CENTRE[1]), customers, np.full(len(rows), 4.0)


def learn(*rows, now=NOW, brand="demo", region="moscow"):
    place = {"brand_id": make_brand(brand).pk, "region_id": make_region(region).pk}
    learnt(**place, found=columns(*rows) if rows else NOBODY, now=now)


def listed():
    return dict(Attractor.objects.order_by("coordinate").values_list("coordinate", "verdict"))


# The learning


def test_what_the_learning_finds_is_listed_with_what_speaks_for_it():
    learn((7, 18), (9, 6))

    first = Attractor.objects.get(coordinate=7)
    assert listed() == {7: "learnt", 9: "learnt"}
    assert (first.customers, first.allowed, first.seen_at) == (18, 4.0, NOW)
    assert first.point.coords == CENTRE


def test_the_next_night_brings_new_numbers_to_the_same_row():
    learn((7, 18))
    row = Attractor.objects.get()

    learn((7, 25), now=NOW + DAY)

    again = Attractor.objects.get()
    assert (again.pk, again.customers, again.seen_at) == (row.pk, 25, NOW + DAY)


def test_one_night_takes_the_same_statements_however_many_are_found(django_assert_num_queries):
    make_brand(), make_region()

    for count in (2, 40):
        with django_assert_num_queries(6):
            learn(*((number, 5) for number in range(count)))


def test_what_no_learning_finds_for_two_nights_is_forgotten():
    learn((7, 18), (9, 6))

    learn((7, 18), now=NOW + DAY)
    one_night = listed()
    learn((7, 18), now=NOW + 2 * DAY)

    assert (one_night, listed()) == ({7: "learnt", 9: "learnt"}, {7: "learnt"})


def test_rules_that_learn_one_after_another_do_not_delete_each_others_finds():
    for night in range(3):
        learn((7, 18), now=NOW + night * DAY)
        learn((9, 6), now=NOW + night * DAY + timedelta(minutes=5))

    assert listed() == {7: "learnt", 9: "learnt"}


@pytest.mark.parametrize("verdict", [Verdict.ADDED, Verdict.REAL])
def test_a_persons_verdict_outlives_the_learning(verdict):
    learn((7, 18))
    decide(Attractor.objects.get(), verdict=verdict, by=make_user(), note="seen", now=NOW)

    learn((7, 20), now=NOW + DAY)
    found = Attractor.objects.get()
    learn(now=NOW + 9 * DAY)

    kept = Attractor.objects.get()
    assert (found.verdict, found.note, found.customers) == (verdict, "seen", 20)
    assert (kept.verdict, kept.seen_at) == (verdict, NOW + DAY)


def test_another_brand_and_region_keep_theirs():
    learn((7, 18), brand="other")
    learn((7, 18), region="far")

    learn(now=NOW + 9 * DAY)

    assert Attractor.objects.count() == 2


# What people decide


def test_a_verdict_names_its_author_and_keeps_what_was_before():
    learn((7, 18))
    administrator = make_user("administrator")

    decide(
        Attractor.objects.get(), verdict=Verdict.REAL, by=administrator, note="a hostel", now=NOW
    )

    row = Attractor.objects.get()
    assert (row.verdict, row.decided_by, row.note) == ("real", administrator, "a hostel")
    after, before = row.history.order_by("-pk")
    assert (before.verdict, before.history_user, before.history_date) == ("learnt", None, NOW)
    assert (after.verdict, after.history_user, after.history_date) == ("real", administrator, NOW)


def test_what_is_left_to_the_learning_again_is_as_it_was_found():
    learn((7, 18))
    row = decide(
        Attractor.objects.get(), verdict=Verdict.REAL, by=make_user(), note="a hostel", now=NOW
    )

    row = decide(row, verdict=Verdict.LEARNT, by=make_user(), note="", now=NOW + DAY)

    assert (row.verdict, row.decided_by, row.note) == ("learnt", None, "")


def test_what_the_learning_does_not_find_cannot_be_left_to_it():
    row = make_attractor()

    with pytest.raises(NothingLearntError):
        decide(row, verdict=Verdict.LEARNT, by=make_user(), note="", now=NOW)

    assert Attractor.objects.get().verdict == "added"


@pytest.mark.parametrize(("ago", "found"), [(None, False), (DAY, True), (2 * DAY, False)])
def test_found_is_what_the_learning_has_seen_within_two_nights(ago, found):
    row = Attractor(seen_at=ago and NOW - ago)

    assert is_found(row, now=NOW) is found


def test_what_people_say_is_what_the_engine_leaves_out():
    learn((7, 18), (9, 6))
    decide(
        Attractor.objects.get(coordinate=9), verdict=Verdict.REAL, by=make_user(), note="", now=NOW
    )
    make_attractor(coordinate=11)
    place = Place(make_brand().pk, make_region(), ())

    assert left_out(place, [7, 9]) == [7, 11]


# Added by a click


def click(*, lon=CENTRE[0], lat=CENTRE[1], walls=NO_WALLS, brand="demo"):
    at = Point(lon, lat, srid=4326)
    return stand_near(at, brand_id=make_brand(brand).pk, walls=walls, now=NOW)


def test_a_click_means_the_coordinate_near_it_that_most_complaints_share():
    customer = make_customer()
    make_complaint(lon=37.6001)
    for who in (customer, customer, make_customer(), None):
        make_complaint(lon=37.6003, customer=who)

    stand = click(lon=37.6)

    place = Place(make_brand().pk, make_region(), ())
    metres = place.projection.metres(np.array([37.6003]), np.array([55.75]))
    assert stand.coordinate == coordinates(metres)[0]
    assert (stand.point.coords, stand.customers) == ((37.6003, 55.75), 3)


def test_of_coordinates_with_equally_many_the_nearest_is_meant():
    make_complaint(lon=37.6001)
    make_complaint(lon=37.6003)

    assert click(lon=37.6).point.x == 37.6001


@pytest.mark.parametrize(
    "complaint",
    [
        pytest.param({"lon": 37.601}, id="63 m away"),
        pytest.param({"received_at": NOW - timedelta(days=70)}, id="before the weeks of learning"),
        pytest.param({"withdrawn_at": NOW}, id="withdrawn"),
    ],
)
def test_where_no_complaint_counts_there_is_nothing_to_add(complaint):
    make_complaint(**complaint)

    with pytest.raises(NothingStandsHereError):
        click()


def test_another_brands_complaints_are_nothing_to_add():
    make_complaint(brand=make_brand("other"))

    with pytest.raises(NothingStandsHereError):
        click()


def test_outside_the_regions_of_the_reader_nothing_is_added():
    make_complaint()

    with pytest.raises(NothingStandsHereError):
        click(walls=Walls(brands=None, regions=frozenset()))
    with pytest.raises(NothingStandsHereError):
        click(lon=80.0)


def test_what_is_added_names_its_author_and_counts_for_the_engine():
    make_complaint()
    by, stand = make_user(), click()

    row = add(brand_id=make_brand().pk, stand=stand, by=by, note="a square", now=NOW)

    assert (row.verdict, row.decided_by, row.note, row.customers) == ("added", by, "a square", 1)
    assert (row.history.get().history_user, row.history.get().history_date) == (by, NOW)
    place = Place(make_brand().pk, make_region(), ())
    assert left_out(place, []) == [row.coordinate]


def test_what_is_added_twice_or_was_called_real_is_one_row_and_no_place():
    make_complaint()
    by, stand = make_user(), click()
    row = make_attractor(coordinate=stand.coordinate, verdict="real")

    for _ in range(2):
        add(brand_id=make_brand().pk, stand=stand, by=by, note="", now=NOW)

    again = Attractor.objects.get()
    assert (again.pk, again.verdict) == (row.pk, "added")


# What the learning says of what it found


def test_evidence_counts_distinct_customers_of_what_is_placed_well_at_each_attractor():
    point = np.array([[0.0, 0.0]] * 4 + [[50.0, 0.0]] * 2)
    history = arrivals(
        ids=range(6),
        customers=[1, 1, 2, 3, 4, 5],
        occurred_h=np.arange(6.0),
        received_h=np.arange(6.0),
        point=point,
        topic=np.zeros(6, dtype=np.int64),
        precision=np.array([0, 0, 1, LOCALITY, 0, 0]),
    )
    attractors = coordinates(np.array([[0.0, 0.0], [900.0, 0.0]]))

    found = evidence(history, attractors=attractors, allowed=lambda point: 4.0 + point[:, 0])

    assert found.coordinate.tolist() == attractors.tolist()[:1]
    assert (found.point.tolist(), found.customers.tolist()) == ([[0.0, 0.0]], [2])
    assert found.allowed.tolist() == [4.0]


def test_without_attractors_there_is_no_evidence_and_nothing_to_store():
    history = arrivals(
        ids=[],
        customers=[],
        occurred_h=np.empty(0),
        received_h=np.empty(0),
        point=np.empty((0, 2)),
        topic=np.empty(0, dtype=np.int64),
        precision=np.empty(0, dtype=np.int64),
    )
    nothing = np.empty(0, dtype=np.int64)
    place = Place(make_brand().pk, make_region(), ())

    found = evidence(history, attractors=nothing, allowed=lambda point: point[:, 0])
    lon, lat = place.projection.degrees(found.point).T
    learnt(
        brand_id=place.brand_id,
        region_id=place.region.pk,
        found=(found.coordinate, lon, lat, found.customers, found.allowed),
        now=NOW,
    )

    assert not Attractor.objects.exists()
