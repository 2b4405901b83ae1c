"""The map page and its spots."""

import re
from datetime import timedelta

import pytest
from django.contrib.gis.geos import Point
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from spots.maps import geojson
from spots.maps.wording import settings_of
from tests.factories import CENTRE, NOW, make_brand, make_cause, make_region, make_spot, make_user

pytestmark = pytest.mark.django_db

URL = "/map/spots.geojson?west=37&south=55&east=38&north=56"


@pytest.fixture
def engineer(signed_in) -> Client:
    return signed_in(make_user("engineer", language="en"))


def test_the_map_page_opens_on_the_readers_regions(engineer):
    make_region("moscow", lon=37.6, lat=55.75)
    make_region("tver", lon=35.9, lat=56.9)

    page = engineer.get("/map/")

    assert page.status_code == 200
    assert page.context["settings"]["bounds"] == [[55.25, 37.1], [56.25, 38.1]]


@pytest.mark.parametrize("role", ["agent", "engineer", "planner", "administrator"])
def test_the_map_page_offers_each_layer_that_its_reader_may_see(signed_in, role):
    reader = make_user(role)

    page = signed_in(reader).get("/map/").content.decode()

    offered = set(re.findall(r'type="checkbox"\s+value="(\w+)"', page))
    assert offered == set(settings_of(reader)["layers"])
    assert re.search(r'value="672"\s+selected', page)


def test_the_map_page_is_for_staff(client, signed_in):
    assert client.get("/map/").status_code == 302
    assert signed_in(make_user(role="")).get("/map/").status_code == 403


def test_a_spot_of_the_view_comes_with_what_its_popup_tells(engineer):
    eta = NOW + timedelta(hours=3)
    spot = make_spot(
        state="fixing", cause=make_cause(), eta_at=eta, band=1, customers=12, place="Полевая, 5"
    )

    [feature] = engineer.get(URL).json()["features"]

    assert feature["id"] == spot.pk
    assert feature["geometry"]["type"] == "Polygon"
    assert feature["properties"] == {
        "place": "Полевая, 5",
        "state": "fixing",
        "state_label": "being fixed",
        "band": 1,
        "customers": 12,
        "complaints": 0,
        "cause": "Site without power",
        "started_at": "2026-03-25T09:00:00Z",
        "eta_at": "2026-03-25T13:00:00Z",
        "centre": list(CENTRE),
    }


@pytest.mark.parametrize(
    "other",
    [
        {"state": "closed"},
        {"centre": Point(35.9, 56.9, srid=4326)},
        {"kind": "single"},
    ],
    ids=["ended", "out of view", "a single case"],
)
def test_only_spots_that_are_on_and_in_view_are_drawn(engineer, other):
    make_spot(**other)

    assert engineer.get(URL).json()["features"] == []


def test_spots_keep_to_the_readers_walls(engineer):
    make_spot(brand=make_brand("other"))
    make_spot(region=make_region("tver"))

    assert engineer.get(URL).json()["features"] == []


def test_a_crowded_view_draws_the_most_urgent_and_says_so(engineer, monkeypatch):
    monkeypatch.setattr(geojson, "MOST_SPOTS", 2)
    urgent = [make_spot(priority=priority).pk for priority in (30, 10, 20)]

    found = engineer.get(URL).json()

    assert [feature["id"] for feature in found["features"]] == [urgent[0], urgent[2]]
    assert found["complete"] is False


@pytest.mark.parametrize(
    "query", ["", "?west=x&south=55&east=38&north=56", "?west=-999&south=55&east=38&north=56"]
)
def test_a_view_must_be_a_view(engineer, query):
    assert engineer.get(f"/map/spots.geojson{query}").status_code == 400


def test_spots_take_the_same_queries_however_many_there_are(engineer):
    def queries() -> int:
        make_spot(state="fixing", cause=make_cause(), eta_at=NOW)
        with CaptureQueriesContext(connection) as done:
            engineer.get(URL)
        return len(done)

    first = queries()

    assert [queries() for _ in range(3)] == [first] * 3
