"""Vector tiles: what is on them, for whom, and within which bounds."""

import gzip
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.gis.geos import LineString, MultiPolygon, Point, Polygon
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from complaints.customers.walls import NO_WALLS, Walls
from spots.maps.grid import MAX_ZOOM, NoSuchTileError, Tile
from spots.maps.layers import LAYERS
from spots.maps.shaping import Asked
from spots.maps.tiles import base_tile
from spots.models import BaseFeature, Coverage, CoveragePiece
from tests.factories import (
    CENTRE,
    NOW,
    make_brand,
    make_complaint,
    make_coverage,
    make_network_event,
    make_region,
    make_site,
    make_spot,
    make_topic,
    make_user,
)
from tests.spots.maps.mvt import Drawn, data_tile, read

# CENTRE is on these
NEAR = Tile(14, 9903, 5122)
FAR = Tile(9, 309, 160)


def drawn(tile: Tile = FAR, **asked: Any) -> dict[str, list[Drawn]]:
    whole = {"walls": NO_WALLS, "now": NOW, "since": NOW - timedelta(days=28), **asked}
    return read(data_tile(tile, Asked(**whole), layers=LAYERS))


def test_the_tiles_of_these_tests_hold_the_centre():
    for tile in (NEAR, FAR):
        west, south, east, north = tile.bounds(margin=0)
        assert west < CENTRE[0] < east
        assert south < CENTRE[1] < north


@given(z=st.integers(0, MAX_ZOOM), data=st.data())
def test_neighbouring_tiles_touch_and_none_leaves_the_map(z, data):
    last = 2**z - 1
    x, y = data.draw(st.integers(0, last)), data.draw(st.integers(0, last))
    west, south, east, north = Tile(z, x, y).bounds(margin=0)

    assert -180 <= west < east <= 180
    assert -85.06 < south < north < 85.06
    if x < last:
        assert Tile(z, x + 1, y).bounds(margin=0)[0] == east
    if y < last:
        assert Tile(z, x, y + 1).bounds(margin=0)[3] == south


@pytest.mark.parametrize(("z", "x", "y"), [(-1, 0, 0), (MAX_ZOOM + 1, 0, 0), (3, 8, 0), (3, 0, -1)])
def test_there_is_no_tile_outside_the_grid(z, x, y):
    with pytest.raises(NoSuchTileError):
        Tile(z, x, y)


@pytest.mark.django_db
def test_the_base_map_draws_each_layer_from_its_zoom_on():
    here = Point(*CENTRE, srid=4326).transform(3857, clone=True)
    road = LineString((here.x - 100, here.y), (here.x + 100, here.y), srid=3857)
    wood = Polygon.from_bbox((here.x - 900, here.y - 900, here.x + 900, here.y + 900))
    BaseFeature.objects.create(
        layer="roads", cls="residential", name="Полевая", shape=road, min_zoom=13
    )
    BaseFeature.objects.create(layer="areas", cls="forest", shape=wood)
    BaseFeature.objects.create(layer="places", cls="city", name="Рязань", shape=here, min_zoom=4)

    near, far = read(base_tile(NEAR)), read(base_tile(FAR))

    assert set(near) == {"areas", "roads", "places"}
    assert [(road.kind, road.props) for road in near["roads"]] == [
        (2, {"cls": "residential", "name": "Полевая"})
    ]
    assert set(far) == {"areas", "places"}


@pytest.mark.django_db
def test_a_data_tile_has_coverage_sites_spots_and_heat():
    make_coverage("4G", "indoor")
    make_site("M0001")
    spot = make_spot(state="routed", band=2, customers=7)
    make_complaint()

    tile = drawn()

    assert tile["coverage"][0].props == {"technology": "4G", "level": "indoor"}
    assert tile["sites"][0].props == {}
    near = drawn(NEAR)["sites"][0]
    assert near.props == {"code": "M0001", "name": "Полевая", "has": "2G 4G"}
    assert tile["spots"][0].props == {"id": spot.pk, "state": "routed", "band": 2, "customers": 7}
    assert tile["heat"][0].props == {"complaints": 1}
    assert [tile[name][0].kind for name in ("coverage", "sites", "spots", "heat")] == [3, 1, 3, 1]


@pytest.mark.django_db
def test_far_away_complaints_are_counted_in_cells_and_near_by_each_is_a_point():
    for _ in range(3):
        make_complaint()
    make_complaint(lon=CENTRE[0] + 0.3)

    far, near = drawn(FAR), drawn(NEAR)

    assert sorted(cell.props["complaints"] for cell in far["heat"]) == [1, 3]
    assert "complaints" not in far
    assert len(near["complaints"]) == 3
    # No number of a complaint, whose page names a customer.
    assert near["complaints"][-1].props == {"topic_code": "no_signal"}


@pytest.mark.django_db
def test_what_is_smaller_than_a_pixel_is_not_sent():
    smooth = Point(*CENTRE, srid=4326).buffer(0.2, quadsegs=500)
    make_coverage(area=MultiPolygon(smooth, srid=4326))
    make_coverage("3G", area=MultiPolygon(Point(*CENTRE).buffer(1e-5), srid=4326))

    asked = Asked(NO_WALLS, now=NOW, since=NOW)
    tile = data_tile(FAR, asked, layers=["coverage"])

    assert [one.props["technology"] for one in read(tile)["coverage"]] == ["4G"]
    assert len(tile) < 1000  # 2,000 corners would be 4 kB


@pytest.mark.django_db
@pytest.mark.parametrize("tile", [FAR, NEAR])
def test_coverage_is_one_shape_of_the_technologies_asked_for_and_moves_with_its_area(tile):
    smooth = MultiPolygon(Point(*CENTRE, srid=4326).buffer(0.2, quadsegs=500), srid=4326)
    drawn_area = make_coverage("4G", area=smooth)
    make_coverage("3G", area=smooth)
    asked = Asked(NO_WALLS, now=NOW, since=NOW, technologies=frozenset({"4G"}))

    shapes = read(data_tile(tile, asked, layers=["coverage"]))["coverage"]
    assert CoveragePiece.objects.filter(coverage=drawn_area).count() > 6

    Coverage.objects.filter(pk=drawn_area.pk).update(
        area=MultiPolygon(Point(0, 0).buffer(0.2), srid=4326)
    )

    assert [one.props["technology"] for one in shapes] == ["4G"]
    assert data_tile(tile, asked, layers=["coverage"]) == b""


@pytest.mark.django_db
def test_single_cases_are_clusters_from_afar_and_one_by_one_near_by():
    first = make_spot(kind="single", band=3, outline=None)
    make_spot(kind="single", band=2, outline=None)
    make_spot(kind="single", state="closed")

    assert [one.props for one in drawn(FAR)["singles"]] == [{"cases": 2, "band": 2}]
    near = drawn(NEAR)["singles"]
    assert len(near) == 2
    assert near[-1].props == {"id": first.pk, "band": 3, "cases": 1}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("starts", "ends", "is_drawn"),
    [(-2, 1, True), (-2, None, True), (47, 50, True), (49, 50, False), (-5, -1, False)],
)
def test_network_events_are_drawn_while_they_last_and_two_days_before(starts, ends, is_drawn):
    make_network_event(
        kind="works",
        title="Замена кабеля",
        starts_at=NOW + timedelta(hours=starts),
        ends_at=None if ends is None else NOW + timedelta(hours=ends),
    )

    tile = drawn()

    assert ("events" in tile, "event_marks" in tile) == (is_drawn, is_drawn)
    if is_drawn:
        assert tile["events"][0].props == {"kind": "works"}
        assert tile["event_marks"][0].props["title"] == "Замена кабеля"


@pytest.mark.django_db
def test_a_point_is_drawn_where_postgis_projects_it():
    make_site(lon=CENTRE[0] + 0.001, lat=CENTRE[1] - 0.002)
    west, south, east, north = NEAR.bounds(margin=0)
    mercator = [
        Point(*at, srid=4326).transform(3857, clone=True) for at in ((west, south), (east, north))
    ]
    here = Point(CENTRE[0] + 0.001, CENTRE[1] - 0.002, srid=4326).transform(3857, clone=True)
    side = mercator[1].x - mercator[0].x

    x, y = drawn(NEAR)["sites"][0].first

    assert abs(x - (here.x - mercator[0].x) / side * 4096) <= 1
    assert abs(y - (mercator[1].y - here.y) / side * 4096) <= 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    "hidden",
    [
        {"occurred_at": NOW - timedelta(days=40)},
        {"withdrawn_at": NOW},
        {"precision": "locality"},
        {"placing": "review", "point": None, "precision": ""},
    ],
    ids=["too old", "withdrawn", "placed in the middle of a town", "not placed"],
)
def test_heat_leaves_out(hidden):
    make_complaint(**hidden)

    assert "heat" not in drawn()


@pytest.mark.django_db
def test_heat_and_spots_can_be_of_one_topic():
    make_complaint(topic=make_topic("slow"))
    make_spot(topic=make_topic("slow"))

    assert set(drawn(topics=frozenset({"slow"}))) == {"spots", "heat"}
    assert drawn(topics=frozenset({"calls"})) == {}


@pytest.mark.django_db
def test_a_tile_keeps_to_the_readers_walls():
    make_coverage(brand=make_brand("other"))
    make_spot(brand=make_brand("other"))
    make_spot(region=make_region("tver"))
    make_complaint(brand=make_brand("other"))
    make_network_event(brand=make_brand("other"))
    make_spot(kind="single", region=make_region("tver"))
    mine = Walls(brands=frozenset({make_brand().pk}), regions=frozenset({make_region().pk}))

    whole = {"coverage", "spots", "heat", "events", "event_marks", "singles"}
    assert set(drawn()) == whole
    assert drawn(walls=mine) == drawn(walls=mine, as_of=True) == {}
    assert drawn(walls=Walls(brands=frozenset(), regions=frozenset())) == {}


URL = "/tiles/data/9/309/160.mvt"


@pytest.fixture
def planner(signed_in) -> Client:
    with time_machine.travel(NOW, tick=False):
        yield signed_in("planner")


@pytest.mark.django_db
def test_tiles_are_for_staff_who_see_the_map(client, signed_in):
    assert client.get(URL).status_code == 403
    assert client.get("/tiles/base/9/309/160.mvt").status_code == 403
    assert signed_in("agent").get(URL).status_code == 200
    assert signed_in(make_user(role="")).get(URL).status_code == 403


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path", ["/tiles/data/9/512/0.mvt", "/tiles/base/19/0/0.mvt", f"/tiles/base/{10**30}/0/0.mvt"]
)
def test_an_address_outside_the_grid_is_not_found(planner, path):
    assert planner.get(path).status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize(
    "query",
    [
        "hours=0",
        "at=0001-01-01T00:00:00Z",
        "hours=8785",
        "hours=x",
        "at=yesterday",
        "layers=users",
        "topics='",
        "topics=" + "a" * 501,
    ],
)
def test_an_unbounded_or_unknown_question_is_refused(planner, query):
    assert planner.get(f"{URL}?{query}").status_code == 400


@pytest.mark.django_db
def test_an_unchanged_tile_is_not_sent_again(planner):
    make_complaint()
    first = planner.get(URL)

    again = planner.get(URL, headers={"If-None-Match": first["ETag"]})
    make_complaint()
    changed = planner.get(URL, headers={"If-None-Match": first["ETag"]})

    assert first["Content-Type"] == "application/vnd.mapbox-vector-tile"
    assert first["Cache-Control"].startswith("private, max-age=")
    assert (again.status_code, again.content) == (304, b"")
    assert changed.status_code == 200


@pytest.mark.django_db
def test_a_tile_is_sent_packed_to_who_can_unpack_it(planner):
    for number in range(100):
        make_spot(centre=Point(CENTRE[0] + number / 20000, CENTRE[1], srid=4326))
    plain = planner.get(URL)

    packed = planner.get(URL, headers={"Accept-Encoding": "gzip"})
    again = planner.get(URL, headers={"Accept-Encoding": "gzip", "If-None-Match": packed["ETag"]})

    unwanted = planner.get(URL, headers={"Accept-Encoding": "br, gzip;q=0"})

    assert gzip.decompress(packed.content) == plain.content
    assert len(packed.content) < len(plain.content)
    assert again.status_code == 304
    assert unwanted.content == plain.content
    assert {one["Vary"] for one in (plain, packed, again)} == {plain["Vary"]}
    assert "Accept-Encoding" in plain["Vary"]


@pytest.mark.django_db
def test_only_the_layers_asked_for_are_sent(planner):
    make_complaint()
    make_spot()

    assert set(read(planner.get(f"{URL}?layers=heat").content)) == {"heat"}


@pytest.mark.django_db
def test_a_layer_is_left_out_for_readers_who_may_not_see_it(signed_in):
    make_complaint()
    make_spot(kind="single")

    with time_machine.travel(NOW, tick=False):
        tile = read(signed_in("agent").get("/tiles/data/14/9903/5122.mvt").content)

    assert set(tile) == {"heat"}


@pytest.mark.django_db
def test_a_tile_takes_the_same_queries_however_much_is_on_it(planner):
    def queries() -> int:
        make_complaint()
        make_spot()
        make_coverage()
        with CaptureQueriesContext(connection) as done:
            planner.get(URL)
        return len(done)

    queries()  # the layers of which nothing changes are kept from here on
    first = queries()

    assert [queries() for _ in range(3)] == [first] * 3
