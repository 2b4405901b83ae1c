"""Tables of the map as files: GeoJSON, CSV (both row by row) and GeoPackage."""

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pyogrio
from django.contrib.gis.db.models.functions import AsGeoJSON, AsWKB
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import FloatField, Func

from complaints.spreadsheets import csv_line, inert
from spots.maps.exports.tables import Table

DECIMALS = 6  # of a degree: a tenth of a metre


def as_geojson(tables: list[Table]) -> Iterator[str]:
    """Yield one FeatureCollection; each feature says its layer."""
    yield '{"type": "FeatureCollection", "features": ['
    comma = ""
    for table in tables:
        for *values, shape in table.values(shape=AsGeoJSON(table.geometry, precision=DECIMALS)):
            told = {"layer": table.name, **dict(zip(table.columns, values, strict=True))}
            properties = json.dumps(told, cls=DjangoJSONEncoder, ensure_ascii=False)
            yield f'{comma}{{"type": "Feature", "geometry": {shape or "null"},'
            yield f' "properties": {properties}}}\n'
            comma = ","
    yield "]}\n"


def as_csv(tables: list[Table]) -> Iterator[str]:
    """
    Yield a file that Excel opens by a double click: with a mark of UTF-8, and semicolons.

    One line for each row of each layer, with a place inside its shape; no cell is a formula.
    """
    columns = list(dict.fromkeys(name for table in tables for name in table.columns))
    yield "\ufeff" + csv_line(["layer", *columns, "longitude", "latitude"])
    for table in tables:
        inside = Func(table.geometry, function="ST_PointOnSurface")
        east, north = (
            Func(inside, function=function, output_field=FloatField())
            for function in ("ST_X", "ST_Y")
        )
        for *values, lon, lat in table.values(lon=east, lat=north):
            told = dict(zip(table.columns, values, strict=True))
            cells = [_cell(told.get(name)) for name in columns]
            place = [_degrees(lon), _degrees(lat)]
            yield csv_line([table.name, *cells, *place])


def as_geopackage(tables: list[Table]) -> bytes:
    """Return a GeoPackage with a layer for each table that has rows."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "map.gpkg"
        for table in tables:
            rows = list(table.values(wkb=AsWKB(table.geometry)))
            if rows:
                _append(path, table, rows)
        return path.read_bytes() if path.exists() else b""


def _append(path: Path, table: Table, rows: list[tuple[Any, ...]]) -> None:
    *columns, shapes = zip(*rows, strict=True)
    pyogrio.raw.write(
        path,
        geometry=np.array([bytes(shape) for shape in shapes], dtype=object),
        field_data=[_column(values) for values in columns],
        fields=list(table.columns),
        layer=table.name,
        driver="GPKG",
        geometry_type=table.kind,
        crs="EPSG:4326",
        append=path.exists(),
    )


def _column(values: tuple[Any, ...]) -> Any:
    if all(isinstance(value, int) for value in values):
        return np.array(values, np.int64)
    return np.array([None if value is None else _text(value) for value in values], dtype=object)


def _cell(value: Any) -> Any:
    if value is None or isinstance(value, int | float):
        return "" if value is None else value
    return inert(_text(value))


def _text(value: Any) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)


def _degrees(value: float | None) -> str:
    return "" if value is None else f"{value:.{DECIMALS}f}"
