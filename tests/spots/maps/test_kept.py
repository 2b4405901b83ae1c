"""Tiles are kept while nothing they show has changed, for those who may see the same."""

from datetime import timedelta

import pytest
import time_machine
from django.core.cache import caches
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext
from redis.exceptions import ConnectionError as RedisDown

from complaints.customers.walls import NO_WALLS, Walls
from spots.maps.grid import Tile
from spots.maps.kept import Drawing, Named, named
from spots.maps.layers import LAYERS
from spots.maps.shaping import Asked
from spots.models import Case, Coverage, Measurement, NetworkEvent, Site
from tests.factories import (
    NOW,
    make_brand,
    make_complaint,
    make_coverage,
    make_measurement,
    make_network_event,
    make_region,
    make_site,
    make_spot,
    make_user,
)
from tests.spots.maps.mvt import read

TILE = Tile(9, 309, 160)
URL = "/tiles/data/9/309/160.mvt"


def asked(**fields) -> Asked:
    return Asked(**{"walls": NO_WALLS, "now": NOW, "since": NOW - timedelta(days=28), **fields})


def tile_of(*layers: str, **fields):
    return named(TILE, asked(**fields), layers=layers or LAYERS)


def body_of(tile: Named) -> bytes:
    drawing = Drawing(tile)
    body = drawing.body()
    drawing.keep()
    return body


@pytest.mark.django_db
def test_a_tile_that_is_kept_is_not_drawn_again():
    make_complaint()
    first = body_of(tile_of())

    with CaptureQueriesContext(connection) as done:
        again = body_of(tile_of())

    assert again == first
    assert not any("ST_AsMVT" in query["sql"] for query in done)


CHANGES = {
    "complaint": (make_complaint, "heat"),
    "spot": (make_spot, "spots"),
    "single case": (lambda: make_spot(kind="single"), "singles"),
    "coverage": (make_coverage, "coverage"),
    "site": (lambda: make_site("M1"), "sites"),
    "network event": (make_network_event, "events"),
    "answer to a survey": (make_measurement, "surveys"),
}


@pytest.mark.django_db
@pytest.mark.parametrize("what", CHANGES)
def test_every_change_of_what_is_shown_is_shown_at_once(what):
    make, layer = CHANGES[what]
    before = tile_of(layer)
    assert read(body_of(before)) == {}

    row = make()
    after = tile_of(layer)
    assert after.etag != before.etag
    assert layer in read(body_of(after))

    type(row).objects.filter(pk=row.pk).delete()
    gone = tile_of(layer)
    assert gone.etag not in (before.etag, after.etag)
    assert read(body_of(gone)) == {}


@pytest.mark.django_db
def test_a_change_of_one_source_leaves_the_others_kept():
    make_coverage()
    body_of(tile_of("coverage", "heat"))
    make_complaint()

    with CaptureQueriesContext(connection) as done:
        body_of(tile_of("coverage", "heat"))

    [drawn] = [query["sql"] for query in done if "ST_AsMVT" in query["sql"]]
    assert "coverage" not in drawn


@pytest.mark.django_db
def test_what_is_kept_for_one_reader_is_not_shown_to_another():
    make_complaint()
    make_complaint(brand=make_brand("other"))
    mine = Walls(brands=frozenset({make_brand().pk}), regions=frozenset({make_region().pk}))

    everything = read(body_of(tile_of("heat")))
    own = read(body_of(tile_of("heat", walls=mine)))

    assert [cell.props for cell in everything["heat"]] == [{"complaints": 2}]
    assert [cell.props for cell in own["heat"]] == [{"complaints": 1}]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "other",
    [
        {"topics": frozenset({"slow"})},
        {"since": NOW - timedelta(minutes=5)},
        {"as_of": True, "now": NOW - timedelta(hours=1)},
    ],
    ids=["topic", "period", "moment"],
)
def test_what_is_asked_for_differently_is_another_tile(other):
    make_complaint()
    assert "heat" in read(body_of(tile_of("heat")))

    assert tile_of("heat", **other).etag != tile_of("heat").etag
    assert read(body_of(tile_of("heat", **other))) == {}


@pytest.mark.django_db
def test_a_silent_cache_costs_time_and_nothing_else(monkeypatch):
    def silent(*args, **kwargs):
        raise RedisDown

    for name in ("get_many", "set_many"):
        monkeypatch.setattr(caches["tiles"], name, silent)
    make_complaint()

    assert "heat" in read(body_of(tile_of("heat")))


@pytest.mark.django_db(transaction=True)
def test_a_tile_made_during_a_change_is_neither_kept_nor_named():
    """Else it would be shown, without the change, after the change was committed."""
    make_site("M1")
    writer = connections.create_connection("default")
    try:
        writer.set_autocommit(False)
        with writer.cursor() as cursor:
            cursor.execute("DELETE FROM spots_site")
        during = tile_of("sites", "coverage")
        assert during.etag is None
        assert during.settled == {"coverage"}
        assert len(read(body_of(during))["sites"]) == 1
        writer.commit()
    finally:
        writer.close()

    after = tile_of("sites", "coverage")
    assert after.etag is not None
    assert "sites" not in read(body_of(after))


@pytest.mark.django_db
def test_an_unchanged_tile_is_answered_without_drawing_or_reading_it(signed_in):
    make_complaint()
    with time_machine.travel(NOW, tick=False):
        planner = signed_in(make_user("planner"))
        first = planner.get(URL)
        caches["tiles"].clear()
        with CaptureQueriesContext(connection) as done:
            again = planner.get(URL, headers={"If-None-Match": first["ETag"]})

    assert (again.status_code, again.content) == (304, b"")
    assert again["ETag"] == first["ETag"]
    assert again["Cache-Control"] == "private, max-age=15"
    assert not any("ST_AsMVT" in query["sql"] for query in done)


@pytest.mark.django_db
def test_what_an_answer_drew_is_kept_when_it_has_been_sent(signed_in):
    make_complaint()
    with time_machine.travel(NOW, tick=False):
        planner = signed_in(make_user("planner"))
        first = planner.get(URL)
        with CaptureQueriesContext(connection) as done:
            again = planner.get(URL)

    assert (again.status_code, again.content) == (200, first.content)
    assert not any("ST_AsMVT" in query["sql"] for query in done)


@pytest.mark.django_db
def test_an_old_name_does_not_hide_what_moved_on(signed_in):
    spot = make_spot()
    with time_machine.travel(NOW, tick=False):
        planner = signed_in(make_user("planner"))
        first = planner.get(f"{URL}?layers=spots")
        Case.objects.filter(pk=spot.pk).update(band=1)
        again = planner.get(f"{URL}?layers=spots", headers={"If-None-Match": first["ETag"]})

    assert again.status_code == 200
    assert read(again.content)["spots"][0].props["band"] == 1


@pytest.mark.django_db
def test_every_table_that_a_layer_reads_is_counted():
    for model in (Case, Coverage, Measurement, NetworkEvent, Site):
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_trigger WHERE tgname = 'spots_map_changed'"
                " AND tgrelid = %s::regclass",
                [model._meta.db_table],
            )
            assert cursor.fetchone() == (1,), model
