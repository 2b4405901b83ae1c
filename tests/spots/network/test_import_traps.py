"""Files that would have whoever reads them do more than read."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile as Upload

from complaints.handed_in.files import UnusableFileError
from spots.network.imports import reading
from tests.spots.network.test_import_files import LTE, SQUARE, refusal
from tests.spots.network.uploads import checked, feature, geojson, geopackage, reasons, square

pytestmark = pytest.mark.django_db


def changed(folder: Path, *statements: str, schema: str = "") -> Path:
    """A GeoPackage after statements, and with a table of its own as its schema is told of."""
    path = folder / "sent"
    path.write_bytes(geopackage(SQUARE, LTE).read())
    with closing(sqlite3.connect(path)) as base:
        for statement in statements:
            base.execute(statement)
        if schema:  # SQLite itself makes no table of a kind that it does not know
            base.execute("PRAGMA writable_schema = ON")
            base.execute(
                "INSERT INTO sqlite_master (type, name, tbl_name, rootpage, sql)"
                " VALUES ('table', 'net', 'net', 0, ?)",
                (schema,),
            )
        base.commit()
    return path


ENDLESS = "WITH RECURSIVE one (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM one)"


@pytest.mark.parametrize(
    ("statements", "schema"),
    [
        pytest.param(
            ["DROP TABLE net", "UPDATE gpkg_geometry_columns SET column_name = 'COL002'"],
            "CREATE VIRTUAL TABLE net USING VirtualText"
            "('{secret}', 'UTF-8', 0, POINT, DOUBLEQUOTE, ':')",
            id="a file of the machine",
        ),
        pytest.param(
            ["DROP TABLE net", f"CREATE VIEW net AS {ENDLESS} SELECT n AS fid, NULL AS geom"],
            "",
            id="a view without an end",
        ),
        pytest.param(
            ["ALTER TABLE net ADD COLUMN large TEXT AS (zeroblob(900000000))"],
            "",
            id="a value of a gigabyte",
        ),
        pytest.param(
            ["CREATE VIRTUAL TABLE found USING fts5(words)"],
            "",
            id="a table of another kind",
        ),
    ],
)
def test_a_geopackage_of_more_than_tables_is_refused_before_gdal_sees_it(
    statements, schema, tmp_path, monkeypatch
):
    monkeypatch.setattr(reading, "DataSource", pytest.fail)
    secret = tmp_path / "keys.env"
    secret.write_text("DATA_KEYS=k1:abc\n")
    path = changed(tmp_path, *statements, schema=schema.format(secret=secret))

    with pytest.raises(UnusableFileError, match="tables alone"):
        reading.opened("a.gpkg", path)


def test_a_view_that_says_it_is_a_table_is_damaged_for_sqlite_itself(tmp_path, monkeypatch):
    monkeypatch.setattr(reading, "DataSource", pytest.fail)
    schema = "CREATE VIEW net AS SELECT 1 AS fid, NULL AS geom"
    path = changed(tmp_path, "DROP TABLE net", schema=schema)

    with pytest.raises(UnusableFileError, match="The file is damaged: it cannot be read"):
        reading.opened("a.gpkg", path)


def test_what_finds_shapes_is_no_trap(tmp_path):
    path = changed(
        tmp_path,
        "CREATE VIRTUAL TABLE rtree_net_geom USING rtree(id, minx, maxx, miny, maxy)",
        "CREATE UNIQUE INDEX by_fid ON net (fid)",
    )

    assert [row.line for row in reading.opened("a.gpkg", path).rows] == [1]


@pytest.fixture
def heard() -> Iterator[list[str]]:
    """Paths that a server of this machine was asked for; the first is its own address."""
    paths: list[str] = []

    class Noting(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            paths.append(self.path)
            self.send_error(404)

        def log_message(self, format: str, *args: object) -> None:
            """Nothing."""

    server = HTTPServer(("127.0.0.1", 0), Noting)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    paths.append(f"http://127.0.0.1:{server.server_port}")
    yield paths
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("name", ["{there}/crs", "/vsicurl/{there}/crs", "/etc/passwd"])
def test_a_coordinate_system_is_looked_up_nowhere_else(name, heard):
    crs = {"type": "name", "properties": {"name": name.format(there=heard[0])}}
    sent = geojson(feature(square(), technology="4G"), crs=crs)

    assert refusal(sent) == "The file's coordinate system is not known."
    assert len(heard) == 1


@pytest.mark.parametrize(
    "name",
    [
        "EPSG:4326",
        "urn:ogc:def:crs:OGC:1.3:CRS84",
        "urn:ogc:def:crs:EPSG::4326",
        "http://www.opengis.net/def/crs/OGC/1.3/CRS84",
        "WGS84",
    ],
)
def test_names_of_coordinate_systems_are_known(name):
    sent = geojson(feature(square(), technology="4G"), crs={"properties": {"name": name}})

    assert checked(sent, "coverage").state == "checked"


def test_a_shape_that_names_a_system_of_its_own_is_refused_alone():
    crs = {"type": "url", "properties": {"url": "http://127.0.0.1:9/crs"}}
    bad = feature({**square(), "crs": crs}, technology="4G")

    row = checked(geojson(bad, feature(square(), technology="5G")), "coverage")

    assert (row.state, reasons(row)) == ("checked", ["Its shape cannot be read."])


def test_an_area_in_a_table_that_names_a_system_of_its_own_is_refused_alone():
    area = '{""type"":""Point"",""coordinates"":[1,2],""crs"":{""type"":""url""}}'
    text = f'external_id;kind;title;starts_at;wkt\nW1;works;a;2026-03-25T10:00:00Z;"{area}"\n'

    row = checked(Upload("a.csv", text.encode()), "events")

    assert (row.state, reasons(row)) == ("checked", ["Its shape cannot be read."])
