"""The map as it was at a moment: cases out of their events and memberships."""

from datetime import timedelta

import pytest
from django.contrib.gis.geos import Polygon

from complaints.customers.walls import NO_WALLS, Walls
from spots.cases.models import Case, Membership
from spots.maps.geojson import spots_within
from tests.factories import (
    CENTRE,
    NOW,
    make_brand,
    make_cause,
    make_complaint,
    make_event,
    make_region,
    make_spot,
)

pytestmark = pytest.mark.django_db

BOX = Polygon.from_bbox((37, 55, 38, 56))
BOX.srid = 4326
HOUR = timedelta(hours=1)


def then(moment, walls=NO_WALLS):
    return spots_within(box=BOX, walls=walls, at=moment)["features"]


@pytest.fixture(name="closed")
def _closed() -> Case:
    """Opened five hours ago, accepted after one, closed an hour ago; it grew in the third."""
    spot = make_spot(
        state="closed",
        cause=make_cause(),
        started_at=NOW - 6 * HOUR,
        opened_at=NOW - 5 * HOUR,
        fixed_at=NOW - 2 * HOUR,
        ended_at=NOW - HOUR,
    )
    make_event(spot, "opened", at=NOW - 5 * HOUR)
    make_event(spot, "accepted", at=NOW - 4 * HOUR, was="detected", became="accepted")
    make_event(spot, "closed", at=NOW - HOUR, was="verifying", became="closed")
    for east, ago in ((0, 5), (0.001, 5), (0.02, 3)):
        complaint = make_complaint(lon=CENTRE[0] + east)
        Membership.objects.create(case=spot, complaint=complaint, since=NOW - ago * HOUR)
    return spot


def test_a_spot_that_has_ended_is_drawn_as_it_was_while_it_was_on(closed):
    [spot] = then(NOW - 3.5 * HOUR)

    told = spot["properties"]
    assert (spot["id"], told["state"], told["customers"]) == (closed.pk, "accepted", 2)
    assert (told["cause"], told["eta_at"]) == (None, None)


@pytest.mark.parametrize(
    ("ago", "state"),
    [(5.5, None), (4.5, "detected"), (4, "accepted"), (1.5, "accepted"), (0.5, None)],
)
def test_each_moment_has_its_state(closed, ago, state):
    assert [spot["properties"]["state"] for spot in then(NOW - ago * HOUR)] == [state] * bool(state)


def test_an_outline_grows_with_its_members(closed):
    def width(moment):
        [spot] = then(moment)
        easts = [corner[0] for corner in spot["geometry"]["coordinates"][0]]
        return max(easts) - min(easts)

    small, large = width(NOW - 4 * HOUR), width(NOW - 2 * HOUR)

    # 75 metres are 0.0012 degrees there, on both sides
    assert small == pytest.approx(0.001 + 2 * 0.0012, abs=2e-4)
    assert large == pytest.approx(0.02 + 2 * 0.0012, abs=2e-4)


def test_members_that_left_count_only_while_they_were_there(closed):
    member = Membership.objects.order_by("pk").first()
    member.until = NOW - 2 * HOUR
    member.save()

    assert [spot["properties"]["complaints"] for spot in then(NOW - 2.5 * HOUR)] == [3]
    assert [spot["properties"]["complaints"] for spot in then(NOW - 1.5 * HOUR)] == [2]


def test_a_reopened_spot_was_closed_in_between():
    spot = make_spot(state="reopened", opened_at=NOW - 9 * HOUR)
    Membership.objects.create(case=spot, complaint=make_complaint(), since=NOW - 9 * HOUR)
    make_event(spot, "closed", at=NOW - 5 * HOUR, was="verifying", became="closed")
    make_event(spot, "reopened", at=NOW - 3 * HOUR, was="closed", became="reopened")

    assert [len(then(NOW - ago * HOUR)) for ago in (6, 4, 2)] == [1, 0, 1]


def test_the_past_keeps_to_the_readers_walls(closed):
    moment = NOW - 3 * HOUR
    mine = Walls(brands=frozenset({make_brand().pk}), regions=frozenset({make_region().pk}))
    foreign = Walls(brands=frozenset({make_brand("rival").pk}), regions=None)

    assert [len(then(moment, walls=walls)) for walls in (mine, foreign)] == [1, 0]


def test_the_past_takes_one_query(closed, django_assert_num_queries):
    with django_assert_num_queries(1):
        then(NOW - 3 * HOUR)
