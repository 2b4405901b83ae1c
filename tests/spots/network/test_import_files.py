"""Files as they come, good and bad: formats, coordinate systems, encodings, and traps."""

import hashlib
import json
import tracemalloc
import zipfile
from datetime import date
from io import BytesIO
from pathlib import Path

import pytest
from django.core.files import File
from django.core.files.uploadedfile import SimpleUploadedFile as Upload
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from complaints.handed_in.files import UnusableFileError
from complaints.handed_in.transitions import ImportRefusedError
from spots.models import Coverage, Import, StagedRow
from spots.network.imports import files
from spots.network.imports.reading import opened
from tests.factories import make_brand, make_user
from tests.spots.network.uploads import (
    SITES,
    applied,
    checked,
    csv,
    feature,
    geojson,
    geopackage,
    reasons,
    shapefile,
    square,
    uploaded,
    zipped,
)

pytestmark = pytest.mark.django_db

OUTSIDE = "It lies outside the world: is its coordinate system right?"
SQUARE = "POLYGON ((37.59 55.74, 37.61 55.74, 37.61 55.76, 37.59 55.76, 37.59 55.74))"
UNREADABLE = "Its shape cannot be read."
LTE = {"technology": "LTE", "level": "indoor", "source": "план"}


def nested(deep: int) -> list:
    return [nested(deep - 1)] if deep else []


def refusal(sent: Upload, kind: str = "coverage") -> str:
    """Why a file as a whole is not taken: at once, or by the check."""
    try:
        row = checked(sent, kind)
    except UnusableFileError as error:
        return str(error)
    assert row.state == "refused", row.state
    assert not row.staged.exists()
    return row.note


@pytest.mark.parametrize("srid", [4326, 3857, 32637, 28407])
@pytest.mark.parametrize("make", [shapefile, geopackage])
def test_coverage_comes_in_from_any_coordinate_system(make, srid):
    row = applied(make(SQUARE, LTE, srid=srid), "coverage")

    assert (row.state, reasons(row)) == ("applied", [])
    area = Coverage.objects.get(technology="4G", level="indoor", source="план")
    assert area.area.extent == pytest.approx((37.59, 55.74, 37.61, 55.76), abs=1e-5)
    assert area.valid_from == date(2026, 3, 25)


def test_geojson_that_names_a_coordinate_system_is_taken_at_its_word():
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::3857"}}
    metres = {
        "type": "Polygon",
        "coordinates": [
            [[4184000, 7508000], [4186000, 7508000], [4186000, 7510000], [4184000, 7508000]]
        ],
    }

    applied(geojson(feature(metres, technology="4G"), crs=crs), "coverage")

    west, south, _east, _north = Coverage.objects.get().area.extent
    assert (west, south) == pytest.approx((37.585, 55.73), abs=0.02)


@pytest.mark.parametrize("encoding", ["cp1251", "utf-8"])
def test_a_shapefile_that_does_not_say_how_it_is_written_is_looked_at(encoding):
    applied(shapefile(SQUARE, LTE, encoding=encoding), "coverage")

    assert Coverage.objects.get().source == "план"


def test_without_a_coordinate_system_degrees_are_taken_and_metres_are_not():
    assert checked(shapefile(SQUARE, LTE, srid=None), "coverage").state == "checked"
    metres = "POLYGON ((4184000 7508000, 4186000 7508000, 4186000 7510000, 4184000 7508000))"
    assert "coordinate system" in refusal(shapefile(metres, LTE, srid=None))


def test_degrees_that_are_metres_lie_outside_the_world():
    metres = "POLYGON ((4184000 7508000, 4186000 7508000, 4186000 7510000, 4184000 7508000))"

    row = checked(geopackage(metres, LTE), "coverage")

    assert reasons(row) == [OUTSIDE]


def test_heights_are_left_out():
    flat = square()
    high = {**flat, "coordinates": [[[*corner, 120.5] for corner in flat["coordinates"][0]]]}

    applied(geojson(feature(high, technology="4G")), "coverage")

    assert not Coverage.objects.get().area.hasz


def test_a_shape_that_crosses_itself_is_repaired_and_counted():
    bow = {"type": "Polygon", "coordinates": [[[37, 55], [38, 56], [38, 55], [37, 56], [37, 55]]]}

    row = applied(geojson(feature(bow, technology="4G")), "coverage")

    assert row.count("repaired") == 1
    assert Coverage.objects.get().area.valid


def test_features_of_one_technology_and_level_are_one_area():
    parts = [feature(square(37 + n, 55), technology="4G") for n in range(3)]
    overlapping = feature(square(37.005, 55), technology="4G")

    row = applied(geojson(*parts, overlapping, feature(square(), technology="5G")), "coverage")

    assert row.count("new") == 2
    area = Coverage.objects.get(technology="4G").area
    assert (area.valid, len(area)) == (True, 3)


@pytest.mark.parametrize(
    ("geometry", "reason"),
    [
        (None, "Its shape is no area."),
        ({"type": "Point", "coordinates": [37, 55]}, "Its shape is no area."),
        ({"type": "MultiPolygon", "coordinates": []}, "Its shape is no area."),
        ({"type": "Polygon", "coordinates": [[[37, 55]] * 4]}, "Its shape is no area."),
        ({"type": "Polygon", "coordinates": [[[37, 55], [38, 55]]]}, "Its shape cannot be read."),
        ({"type": "Polygon", "coordinates": [["a"]]}, "Its shape cannot be read."),
        ({"type": "Blob"}, "Its shape cannot be read."),
        ({"type": "Polygon", "coordinates": [[[1e30, 5], [8, 5], [8, 6], [1e30, 5]]]}, OUTSIDE),
        ({"type": "Polygon", "coordinates": [[["1", 5], [8, 5], [8, 6], ["1", 5]]]}, UNREADABLE),
        ({"type": "Polygon", "coordinates": nested(200)}, UNREADABLE),
        ("a text", "Its shape is no area."),
    ],
)
def test_a_feature_without_an_area_is_refused_alone(geometry, reason):
    good = feature(square(), technology="5G")

    row = checked(geojson(feature(geometry, technology="4G"), good), "coverage")

    assert (row.state, row.count("new")) == ("checked", 1)
    assert reasons(row) == [reason]


TWO = ("a.shp", "b.shp", "a.shx", "a.dbf")


def damaged(sent: Upload, keep: float) -> Upload:
    content = sent.read()
    return Upload(sent.name or "", content[: int(len(content) * keep)])


def cut_inside() -> Upload:
    """An archive whose index is whole, and whose shapefile ends in the middle."""
    with zipfile.ZipFile(BytesIO(shapefile(SQUARE, LTE).read())) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    members["net.shp"] = members["net.shp"][:110]
    members["net.dbf"] = members["net.dbf"][:40]
    return zipped(members)


def bomb() -> Upload:
    """An archive that says it is small, and unpacks to more than may be."""
    return zipped(
        {f"a.{end}": bytes(files.MOST_UNPACKED // 3 + 1) for end in ("shp", "shx", "dbf")}
    )


@pytest.mark.parametrize(
    "sent",
    [
        pytest.param(damaged(shapefile(SQUARE, LTE), 0.5), id="truncated zip"),
        pytest.param(damaged(geopackage(SQUARE, LTE), 0.3), id="truncated GeoPackage"),
        pytest.param(Upload("a.gpkg", b"SQLite format 3\0" + bytes(5000)), id="no GeoPackage"),
        pytest.param(Upload("a.gpkg", b"<OGRVRTDataSource/>"), id="a way to other files"),
        pytest.param(Upload("a.geojson", b"<OGRVRTDataSource/>"), id="the same as GeoJSON"),
        pytest.param(Upload("a.geojson", b'{"features": [{'), id="truncated GeoJSON"),
        pytest.param(Upload("a.geojson", b'{"features": 5}'), id="no list of features"),
        pytest.param(Upload("a.geojson", b'{"a":' * 5000), id="nested deep"),
        pytest.param(geojson(crs={"properties": {"name": "x"}}), id="unknown system"),
        pytest.param(zipped({"readme.txt": b"hello"}), id="no shapefile in the archive"),
        pytest.param(zipped({"a.shp": b"x", "a.shx": b"x", "a.dbf": b"x"}), id="not what it says"),
        pytest.param(zipped({f"{n}.shp": b"x" for n in range(200)}), id="many files"),
        pytest.param(zipped(dict.fromkeys(TWO, b"x")), id="two shapefiles"),
        pytest.param(shapefile(SQUARE, LTE, left_out=(".dbf",)), id="a part is missing"),
        pytest.param(Upload("a.csv", b""), id="empty"),
        pytest.param(Upload("a.csv", b"one column\n"), id="one column"),
        pytest.param(Upload("a.csv", b"a;a\n1;2\n"), id="a column twice"),
        pytest.param(Upload("a.csv", b"PK\x03\x04\0\0"), id="no text"),
        pytest.param(Upload("a.exe", b"MZ"), id="another kind of file"),
        pytest.param(Upload("a.csv", bytes(files.MOST_BYTES + 1)), id="too large"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_in_words(sent):
    assert refusal(sent)


def test_a_shapefile_cut_short_inside_its_archive_is_refused_or_says_so():
    try:
        row = checked(cut_inside(), "coverage")
    except UnusableFileError:
        return
    assert row.state == "refused" or reasons(row)


def on_disk(sent: Upload, folder: Path) -> Path:
    path = folder / "sent"
    path.write_bytes(sent.read())
    return path


def test_a_bomb_is_refused_before_it_is_unpacked():
    assert "400 MB" in refusal(bomb())


def test_an_archive_that_lies_about_its_size_is_stopped_while_it_unpacks(monkeypatch, tmp_path):
    sent = shapefile(SQUARE, LTE)
    monkeypatch.setattr(files, "MOST_UNPACKED", 400)
    monkeypatch.setattr(
        files,
        "_members",
        lambda archive: {".shp": archive.infolist()[0], ".dbf": archive.infolist()[2]},
    )

    with pytest.raises(UnusableFileError, match="unpacks to more"):
        files.unpack(on_disk(sent, tmp_path))


def test_names_in_an_archive_are_no_paths(tmp_path):
    with zipfile.ZipFile(BytesIO(shapefile(SQUARE, LTE).read())) as archive:
        members = {f"../../{name}": archive.read(name) for name in archive.namelist()}

    (tmp_path / "in").mkdir()
    files.unpack(on_disk(zipped(members), tmp_path / "in"))

    assert {path.name for path in tmp_path.iterdir()} == {"in"}


@pytest.mark.parametrize(
    ("after", "reason"),
    [
        (b"", "damaged or cut off at feature 3000"),
        (b', {"type": "Feature", "geom', "damaged or cut off at feature 3001"),
        (b', {"type": NaN}]}', "damaged or cut off at feature 3001"),
        (b", " + b"[" * 100_000, "Feature 3001 is nested too deeply"),
        (b', "' + b"9" * 17 * files.MB, "Feature 3001 is longer than 16 MB"),
    ],
    ids=["cut off", "cut off inside", "no JSON", "deep", "long"],
)
def test_geojson_that_breaks_off_is_refused_before_a_row_of_it_is_looked_at(
    after, reason, monkeypatch
):
    monkeypatch.setattr("spots.network.imports.kinds.sites.Sites.take", pytest.fail)
    one = json.dumps(feature({"type": "Point", "coordinates": [37.6, 55.7]})).encode()
    content = b'{"features": [' + b",".join([one] * 3000) + after

    assert reason in refusal(Upload("network.geojson", content), "sites")


def test_a_file_is_handed_in_without_being_held(tmp_path):
    path = tmp_path / "sites.csv"
    path.write_bytes(SITES.encode() + b"M;N;37,6;55,7;4G\n" * (30 * files.MB // 17))
    brand, by = make_brand(), make_user("administrator")
    tracemalloc.start()
    try:
        with path.open("rb") as file:
            row = uploaded(File(file, "sites.csv"), brand=brand, by=by)
        _now, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert row.size == path.stat().st_size
    assert row.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert most < 10 * files.MB


@pytest.mark.parametrize(
    ("name", "begins", "row", "ends"),
    [
        ("network.csv", b"code;name;lon;lat\n", "M1;Полевая;37,60;55,75\n".encode(), b""),
        (
            "network.geojson",
            b'{"features": [0',
            b"," + json.dumps(feature({"type": "Point", "coordinates": [37, 55]})).encode(),
            b"]}",
        ),
    ],
)
def test_memory_is_bounded_however_long_the_file_is(name, begins, row, ends, tmp_path):
    rows = 2 * files.MB // len(row)
    path = tmp_path / "sent"
    path.write_bytes(begins + row * rows + ends)
    tracemalloc.start()
    try:
        count = sum(1 for _row in opened(name, path).rows)
        _now, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert count in (rows, rows + 1)
    assert most < files.MB


def test_more_rows_than_may_be_are_refused_as_a_whole(monkeypatch):
    monkeypatch.setattr("spots.network.imports.kinds.sites.Sites.most", 1)

    assert "more than 1 rows" in refusal(csv(SITES), "sites")


def test_a_file_that_is_too_long_is_refused_before_a_row_of_it_is_looked_at(monkeypatch):
    monkeypatch.setattr("spots.network.imports.kinds.sites.Sites.most", 1)
    monkeypatch.setattr("spots.network.imports.kinds.sites.Sites.take", pytest.fail)

    assert "more than 1 rows" in refusal(csv(SITES), "sites")


def test_a_person_has_a_few_imports_open_at_most():
    first = uploaded(csv(SITES))
    for _number in range(4):
        uploaded(csv(SITES), by=first.by)

    with pytest.raises(ImportRefusedError, match="bring one of them to an end"):
        uploaded(csv(SITES), by=first.by)


TELLING = (
    *("M1", "37.6", "55,75", "4G", "-1", "1e9", "nan", "∞", "", '"', "=1+1", "outage"),
    *("2026-03-25T10:00", "9" * 20, "POLYGON((0 0,1 1,1 0,0 0))", "POINT EMPTY"),
)
CELLS = st.text(st.characters(codec="utf-8"), max_size=12) | st.sampled_from(TELLING)
HEADS = {
    "sites": ["code", "name", "lon", "lat", "technologies", "azimuth", "range_m"],
    "events": ["external_id", "kind", "title", "starts_at", "ends_at", "sites", "wkt"],
    "subscribers": ["lon", "lat", "subscribers", "customers", "city", "street", "house", "address"],
}


@pytest.mark.parametrize("kind", HEADS)
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_no_row_of_a_csv_file_breaks_the_import(kind, data):
    head = HEADS[kind]
    rows = data.draw(st.lists(st.lists(CELLS, min_size=1, max_size=len(head) + 1), max_size=4))
    text = "\n".join([";".join(head), *(";".join(row) for row in rows)])
    Import.objects.all().delete()

    try:
        row = checked(csv(text), kind)
    except UnusableFileError:
        return

    assert row.state in ("checked", "refused")
    assert row.attempts <= 1


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    geometry=st.recursive(
        st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=4)
            | st.dictionaries(
                st.sampled_from(["type", "coordinates", "geometries"]),
                inner | st.sampled_from(["Point", "Polygon", "GeometryCollection"]),
            )
        ),
        max_leaves=12,
    ),
    technology=st.none() | st.text(max_size=4) | st.lists(st.text(max_size=3)) | st.integers(),
)
def test_no_feature_breaks_the_import(geometry, technology):
    Import.objects.all().delete()
    told = {"features": [feature(geometry, technology=technology)]}
    sent = Upload("a.geojson", json.dumps(told).encode())  # with NaN and Infinity, too

    row = checked(sent, "coverage")

    assert row.state in ("checked", "refused")
    assert row.attempts <= 1
    assert StagedRow.objects.filter(of=row).count() <= 1
