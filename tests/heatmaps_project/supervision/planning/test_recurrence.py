"""Places where spots return, found by arithmetic alone."""

from datetime import UTC, datetime, timedelta

import h3
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from heatmaps_project.supervision.planning.recurrence import (
    RESOLUTION,
    Past,
    came_back,
    middle,
    outline,
    places,
)

NOW = datetime(2026, 3, 25, 10, tzinfo=UTC)
DAY = timedelta(days=1)
MOMENTS = st.integers(0, 180).map(lambda days: NOW - days * DAY)
PATIENT = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
PASTS = st.lists(
    st.builds(
        Past,
        id=st.integers(1, 10_000),
        lon=st.floats(37.55, 37.65),
        lat=st.floats(55.72, 55.78),
        came=st.tuples(MOMENTS),
        fixed=st.lists(MOMENTS, max_size=2).map(tuple),
    ),
    max_size=40,
    unique_by=lambda past: past.id,
)


def past(number: int, *, lon: float = 37.6, lat: float = 55.75, ago: int = 10, fixed=()) -> Past:
    return Past(number, lon, lat, (NOW - ago * DAY,), tuple(NOW - days * DAY for days in fixed))


def test_three_spots_in_one_place_are_enough_and_two_are_not():
    assert [place.spots for place in places([past(1), past(2), past(3)])] == [(1, 2, 3)]
    assert places([past(1), past(2)]) == []


def test_spots_on_both_sides_of_a_border_are_one_place():
    cell = h3.latlng_to_cell(55.75, 37.6, RESOLUTION)
    (other, *_rest) = sorted(set(h3.grid_disk(cell, 1)) - {cell})
    (lon, lat), (far_lon, far_lat) = middle(cell), middle(other)

    found = places(
        [past(1, lon=lon, lat=lat), past(2, lon=lon, lat=lat), past(3, lon=far_lon, lat=far_lat)]
    )

    assert [place.spots for place in found] == [(1, 2, 3)]
    assert set(found[0].cells) == {cell, other}
    assert outline(found[0].cells)["type"] == "MultiPolygon"
    assert len(outline(found[0].cells)["coordinates"]) == 1  # the border between them is gone


@pytest.mark.parametrize(
    ("days", "counted"),
    [
        pytest.param(5, 1, id="soon after"),
        pytest.param(30, 1, id="on the thirtieth day"),
        pytest.param(31, 0, id="later"),
        pytest.param(0, 0, id="at the moment of the fix: it was not one of this"),
    ],
)
def test_what_comes_within_thirty_days_of_a_fix_came_back(days, counted):
    assert came_back([past(1, ago=60, fixed=[40]), past(2, ago=40 - days)]) == counted


def test_two_spots_are_enough_where_the_fix_did_not_hold():
    (place,) = places([past(1, ago=60, fixed=[40]), past(2, ago=30)])

    assert (place.spots, place.came_back, place.recurs) == ((1, 2), 1, True)


def test_a_known_place_keeps_its_name_and_stays_when_nothing_returns():
    cell = h3.latlng_to_cell(55.75, 37.6, RESOLUTION)
    edge = sorted(set(h3.grid_disk(cell, 1)) - {cell})[0]

    (kept,) = places([past(1), past(2), past(3)], known=[edge])
    (gone,) = places([], known=[edge])

    assert (kept.anchor, kept.spots) == (edge, (1, 2, 3))
    assert (gone.anchor, gone.spots, gone.recurs) == (edge, (), False)


@PATIENT
@given(PASTS)
def test_a_spot_is_in_one_place_at_most_and_every_place_recurs(pasts):
    found = places(pasts)

    taken = [spot for place in found for spot in place.spots]
    assert len(taken) == len(set(taken))
    assert all(place.recurs for place in found)
    assert all(set(place.cells) <= set(h3.grid_disk(place.anchor, 1)) for place in found)


@PATIENT
@given(PASTS, st.randoms(use_true_random=False))
def test_the_order_in_which_spots_are_told_changes_nothing(pasts, chance):
    shuffled = list(pasts)
    chance.shuffle(shuffled)

    assert places(shuffled) == places(pasts)


# Two that only lie together came before the place where a fix did not hold, and took one of its.
LEFT_TO_A_NEIGHBOUR = [
    Past(number, lon, lat, (NOW,), fixed)
    for number, lon, lat, fixed in [
        (1, 37.625, 55.75, ()),
        (2, 37.5703125, 55.75, (NOW - DAY,)),
        (3, 37.59375, 55.7421875, ()),
        (4, 37.59375, 55.734375, ()),
        (5, 37.59375, 55.734375, ()),
        (6, 37.59375, 55.765625, ()),
        (7, 37.59375, 55.734375, ()),
        (8, 37.59375, 55.7578125, ()),
        (9, 37.578125, 55.75, ()),
    ]
]


@PATIENT
@given(PASTS)
@example(LEFT_TO_A_NEIGHBOUR)
def test_asked_again_with_what_was_found_nothing_moves(pasts):
    found = places(pasts)

    assert places(pasts, known=[place.anchor for place in found]) == found


@PATIENT
@given(PASTS)
def test_where_three_spots_share_a_hexagon_there_is_a_place(pasts):
    held = {}
    for one in pasts:
        held.setdefault(h3.latlng_to_cell(one.lat, one.lon, RESOLUTION), []).append(one.id)

    in_places = {spot for place in places(pasts) for spot in place.spots}

    assert all(in_places & set(ids) for ids in held.values() if len(ids) >= 3)
