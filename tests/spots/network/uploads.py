"""Files about the network, made for tests."""

import io
import json
import sqlite3
import struct
import tempfile
import zipfile
from datetime import datetime
from pathlib import Path
from typing import Any

from django.contrib.gis.gdal import CoordTransform, OGRGeometry, SpatialReference
from django.core.files import File
from django.core.files.uploadedfile import SimpleUploadedFile as Upload

from complaints.models import Brand
from heatmaps_project.models import User
from spots.models import Import
from spots.network.imports import checking, transitions
from tests.factories import NOW, make_brand, make_user

SITES = "code;name;lon;lat;technologies\nM1;Полевая;37,60;55,75;2G 4G\nM2;Садовая;37,61;55,76;4G\n"


def csv(text: str, *, encoding: str = "utf-8", name: str = "network.csv") -> Upload:
    return Upload(name, text.encode(encoding))


def geojson(*features: dict[str, Any], **more: Any) -> Upload:
    told = {"type": "FeatureCollection", "features": list(features), **more}
    return Upload("network.geojson", json.dumps(told).encode())


def feature(geometry: Any, **properties: Any) -> dict[str, Any]:
    return {"type": "Feature", "geometry": geometry, "properties": properties}


def square(lon: float = 37.6, lat: float = 55.75, half: float = 0.01) -> dict[str, Any]:
    corners = ((-1, -1), (1, -1), (1, 1), (-1, 1), (-1, -1))
    ring = [[lon + x * half, lat + y * half] for x, y in corners]
    return {"type": "Polygon", "coordinates": [ring]}


def shapefile(
    wkt: str,
    values: dict[str, str],
    *,
    srid: int | None = 4326,
    encoding: str = "cp1251",
    left_out: tuple[str, ...] = (),
) -> Upload:
    """A zipped shapefile of one polygon, given in degrees and written in a system's own units."""
    shape = OGRGeometry(wkt, srs=4326)
    if srid not in (None, 4326):
        shape.transform(CoordTransform(SpatialReference(4326), SpatialReference(srid)))
    rings = [[point[:2] for point in ring.tuple] for ring in shape]
    parts = {
        ".shp": _shp(rings),
        ".shx": _shx(rings),
        ".dbf": _dbf(values, encoding),
        ".prj": SpatialReference(srid or 4326).wkt.encode(),
    }
    if srid is None:
        del parts[".prj"]
    return zipped({f"net{name}": data for name, data in parts.items() if name not in left_out})


def zipped(members: dict[str, bytes], name: str = "network.zip") -> Upload:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for member, content in members.items():
            archive.writestr(member, content)
    return Upload(name, packed.getvalue())


def _record(rings: list[list[tuple[float, float]]]) -> bytes:
    points = [point for ring in rings for point in reversed(ring)]
    starts, at = [], 0
    for ring in rings:
        starts.append(at)
        at += len(ring)
    body = struct.pack("<i4d2i", 5, *_box(points), len(rings), len(points))
    body += struct.pack(f"<{len(starts)}i", *starts)
    return body + b"".join(struct.pack("<2d", *point) for point in points)


def _box(points: list[tuple[float, float]]) -> tuple[float, ...]:
    xs, ys = [p[0] for p in points], [p[1] for p in points]
    return min(xs), min(ys), max(xs), max(ys)


def _head(length: int, rings: list[list[tuple[float, float]]]) -> bytes:
    box = _box([point for ring in rings for point in ring])
    return (
        struct.pack(">7i", 9994, 0, 0, 0, 0, 0, length // 2)
        + struct.pack("<2i", 1000, 5)
        + struct.pack("<8d", *box, 0, 0, 0, 0)
    )


def _shp(rings: list[list[tuple[float, float]]]) -> bytes:
    record = _record(rings)
    head = _head(100 + 8 + len(record), rings)
    return head + struct.pack(">2i", 1, len(record) // 2) + record


def _shx(rings: list[list[tuple[float, float]]]) -> bytes:
    return _head(108, rings) + struct.pack(">2i", 50, len(_record(rings)) // 2)


def _dbf(values: dict[str, str], encoding: str) -> bytes:
    width = 60
    head = struct.pack("<4BIHH20x", 3, 126, 1, 1, 1, 33 + 32 * len(values), 1 + width * len(values))
    for name in values:
        head += name.encode().ljust(11, b"\0") + b"C" + bytes(4) + bytes([width]) + bytes(15)
    row = b" " + b"".join(value.encode(encoding).ljust(width) for value in values.values())
    return head + b"\r" + row + b"\x1a"


def geopackage(wkt: str, values: dict[str, str], *, srid: int = 4326) -> Upload:
    """A GeoPackage of one feature, its shape given in degrees."""
    shape = OGRGeometry(wkt, srs=4326)
    if srid != 4326:
        shape.transform(CoordTransform(SpatialReference(4326), SpatialReference(srid)))
    system = SpatialReference(srid)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "net.gpkg"
        base = sqlite3.connect(path)
        base.executescript(_GEOPACKAGE)
        base.execute(
            "INSERT INTO gpkg_spatial_ref_sys VALUES (?, ?, 'EPSG', ?, ?, '')",
            (f"s{srid}", srid, srid, system.wkt),
        )
        base.execute(
            "INSERT INTO gpkg_contents (table_name, data_type, identifier, srs_id)"
            " VALUES ('net', 'features', 'net', ?)",
            (srid,),
        )
        base.execute(
            "INSERT INTO gpkg_geometry_columns VALUES ('net', 'geom', 'GEOMETRY', ?, 2, 2)", (srid,)
        )
        columns = ", ".join(f"{name} TEXT" for name in values)
        base.execute(f"CREATE TABLE net (fid INTEGER PRIMARY KEY, geom BLOB, {columns})")
        blob = b"GP\x00\x01" + struct.pack("<i", srid) + bytes(shape.wkb)
        marks = ", ".join("?" for _ in values)
        base.execute(f"INSERT INTO net VALUES (1, ?, {marks})", (blob, *values.values()))
        base.commit()
        base.close()
        return Upload("network.gpkg", path.read_bytes())


_GEOPACKAGE = """
    PRAGMA application_id = 1196444487;
    PRAGMA user_version = 10200;
    CREATE TABLE gpkg_spatial_ref_sys (srs_name TEXT, srs_id INTEGER PRIMARY KEY,
        organization TEXT, organization_coordsys_id INTEGER, definition TEXT, description TEXT);
    CREATE TABLE gpkg_contents (table_name TEXT PRIMARY KEY, data_type TEXT, identifier TEXT,
        description TEXT DEFAULT '', last_change DATETIME DEFAULT '2026-01-01T00:00:00Z',
        min_x DOUBLE, min_y DOUBLE, max_x DOUBLE, max_y DOUBLE, srs_id INTEGER);
    CREATE TABLE gpkg_geometry_columns (table_name TEXT, column_name TEXT,
        geometry_type_name TEXT, srs_id INTEGER, z TINYINT, m TINYINT);
"""


def uploaded(
    sent: File,
    kind: str = "sites",
    *,
    mode: str = "merge",
    brand: Brand | None = None,
    by: User | None = None,
    now: datetime = NOW,
) -> Import:
    return transitions.upload(
        sent,
        kind=kind,
        brand=brand or make_brand(),
        mode=mode,
        language="en",
        by=by or make_user("administrator"),
        now=now,
    )


def checked(sent: Upload, kind: str = "sites", **options: Any) -> Import:
    """The import after its check, whatever that found."""
    row = uploaded(sent, kind, **options)
    assert checking.run_waiting(now=row.made_at) == 1
    row.refresh_from_db()
    return row


def applied(sent: Upload, kind: str = "sites", **options: Any) -> Import:
    """The import after it was applied."""
    row = checked(sent, kind, **options)
    transitions.ask_to_apply(row.pk, by=row.by, now=row.made_at)
    checking.run_waiting(now=row.made_at)
    row.refresh_from_db()
    return row


def undone(row: Import, *, now: datetime = NOW) -> Import:
    """The import after somebody wanted it undone; it may say why it was not."""
    transitions.ask_to_undo(row.pk, by=row.by, now=now)
    checking.run_waiting(now=now)
    row.refresh_from_db()
    return row


def reasons(row: Import) -> list[str]:
    refused = row.staged.filter(change="refused")
    return list(refused.order_by("line").values_list("reason", flat=True))
