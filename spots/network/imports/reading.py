"""
Rows out of a file, whatever its format: values by column, and a shape in WGS 84 if it has one.

One row that cannot be read is a row with a reason; only a file that cannot be read at all raises.
"""

import csv
import json
import re
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from django.contrib.gis.gdal import (
    CoordTransform,
    DataSource,
    GDALException,
    OGRGeometry,
    SpatialReference,
)
from django.contrib.gis.geos import GEOSException, GEOSGeometry
from django.core.exceptions import SuspiciousOperation
from django.utils.translation import gettext as _

from complaints.handed_in.files import UnusableFileError
from complaints.handed_in.geojson import Features
from complaints.spreadsheets import restored
from spots.network.imports import files, geopackage

WGS_84: Final = 4326
MOST_CORNERS: Final = 500_000  # of one shape
_CHUNK: Final = 64 * 1024  # characters
# GDAL takes any address of the network, and any file of this machine, for where one is described.
_NAMED: Final = re.compile(
    r"(?:(?:EPSG|ESRI|OGC):|urn:(?:x-)?ogc:def:crs:|https?://(?:www\.)?opengis\.net/def/crs/)"
    r"[\w.,:/+-]{1,100}|WGS84",
    re.ASCII | re.IGNORECASE,
)
LONGEST_FEATURE: Final = 16  # MB of GeoJSON: some twenty letters for each corner, and twice that


@dataclass(frozen=True)
class Row:
    """What stands in one line of a CSV file, or one feature."""

    line: int  # from 1; a CSV's header is line 1
    values: dict[str, Any] = field(default_factory=dict)  # by the name of the column, lower case
    shape: GEOSGeometry | None = None  # WGS 84, two dimensions; maybe not valid
    problem: str = ""  # why it cannot be read


@dataclass(frozen=True)
class Source:
    """A file that was opened: its rows, once through, and how many they are."""

    rows: Iterator[Row]
    expected: int


def opened(name: str, path: Path) -> Source:
    """
    Open a file, whose name says what it is; its folder is for what is unpacked, too.

    :raises UnusableFileError: it cannot be read as what it is
    """
    return _READS[files.format_of(name)](path)


# Text


def encoding_of(path: Path) -> str:
    """Return how a text is written: UTF-8, with or without its mark, or else Windows-1251."""
    with path.open(encoding="utf-8-sig") as text:
        try:
            while text.read(_CHUNK):
                pass
        except UnicodeDecodeError:
            return "cp1251"
    return "utf-8-sig"


def _csv(path: Path) -> Source:
    encoding = encoding_of(path)
    lines = _lines(path, encoding)
    _number, named = next(lines, (1, None))
    header = [name.strip().lower() for name in named or ()]
    if len(header) < 2 or len(set(header)) < len(header):
        raise UnusableFileError(
            _("The first line has to name the columns, each once, separated by ; or , or tabs.")
        )
    # Counted beforehand: what is too long is refused before anything of it is kept.
    return Source(_csv_rows(lines, header), expected=sum(1 for _ in _lines(path, encoding)) - 1)


def _lines(path: Path, encoding: str) -> Iterator[tuple[int, list[str] | None]]:
    """The lines that say something, with their number; None: this one is no CSV."""
    with path.open(encoding=encoding, errors="replace", newline="") as text:
        delimiter = max(";,\t", key=text.readline().count)
        text.seek(0)
        lines = csv.reader(text, delimiter=delimiter)
        while True:
            try:
                cells = next(lines)
            except StopIteration:
                return
            except csv.Error:
                yield lines.line_num, None
                continue
            if any(cell.strip() for cell in cells):
                yield lines.line_num, cells


def _csv_rows(lines: Iterator[tuple[int, list[str] | None]], header: list[str]) -> Iterator[Row]:
    for number, cells in lines:
        if cells is None:
            yield Row(number, problem=_("This line is no CSV."))
            continue
        values: dict[str, Any] = dict(zip(header, map(restored, cells), strict=False))
        if len(cells) != len(header):
            counted = {"cells": len(cells), "columns": len(header)}
            problem = _("%(cells)d cells under %(columns)d columns") % counted
            yield Row(number, values, problem=problem)
        else:
            yield Row(number, values)


# GeoJSON: read here and not by GDAL, so that one bad feature does not spoil the file


def _geojson(path: Path) -> Source:
    # Read beforehand: what breaks off is refused before anything of it is kept.
    with path.open("rb") as file:
        features = Features(file, longest=LONGEST_FEATURE)
        expected = sum(1 for _feature in features)
    return Source(_features(path, _transform(_named_crs(features.crs))), expected)


def _named_crs(named: Any) -> SpatialReference | None:
    """The coordinate system that older GeoJSON may name; None: WGS 84, as the standard has it."""
    if named is None:
        return None
    try:
        name = str(named["properties"]["name"])
        if not _NAMED.fullmatch(name):
            raise LookupError
        return SpatialReference(name)
    except (GDALException, TypeError, LookupError):
        raise UnusableFileError(_("The file's coordinate system is not known.")) from None


def _features(path: Path, transform: CoordTransform | None) -> Iterator[Row]:
    with path.open("rb") as file:
        for number, feature in enumerate(Features(file, longest=LONGEST_FEATURE), 1):
            yield _feature_row(number, feature, transform)


def _feature_row(number: int, feature: Any, transform: CoordTransform | None) -> Row:
    told = feature if isinstance(feature, dict) else {}
    properties = told.get("properties")
    values = {
        str(name).strip().lower(): value
        for name, value in (properties if isinstance(properties, dict) else {}).items()
    }
    geometry = told.get("geometry")
    if not isinstance(geometry, dict):
        return Row(number, values)
    try:
        shape = _flat(OGRGeometry(json.dumps(geometry)), transform)
    # The last of a shape that names a coordinate system of its own: Django asks for none elsewhere.
    except (GDALException, GEOSException, ValueError, TypeError, SuspiciousOperation):
        return Row(number, values, problem=_("Its shape cannot be read."))
    return Row(number, values, shape)


# GeoPackage and shapefile, through GDAL


def _gdal(path: Path, driver: str) -> Source:
    try:
        source = DataSource(path)
        if str(source.driver) != driver or len(source) != 1:
            raise UnusableFileError(_("The file must hold one layer."))
        layer = source[0]
        system, count = layer.srs, len(layer)
        if system is None:
            _check_degrees(layer)
        transform = _transform(system)
    except (GDALException, UnicodeDecodeError, ValueError):
        raise UnusableFileError(_("The file is damaged: it cannot be read.")) from None
    return Source(_layer_rows(layer, transform), expected=max(count, 0))


def _check_degrees(layer: Any) -> None:
    """:raises UnusableFileError: no coordinate system is named, and these are no degrees"""
    west, south, east, north = layer.extent.tuple
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        raise UnusableFileError(
            _("The file names no coordinate system (.prj), and its numbers are no degrees.")
        )


def _transform(system: SpatialReference | None) -> CoordTransform | None:
    """:raises UnusableFileError: there is no way from this system to WGS 84"""
    if system is None:
        return None
    try:
        return CoordTransform(system, SpatialReference(WGS_84))
    except GDALException:
        raise UnusableFileError(_("The file's coordinate system is not known.")) from None


def _layer_rows(layer: Any, transform: CoordTransform | None) -> Iterator[Row]:
    features, number = iter(layer), 0
    while True:
        number += 1
        try:
            feature = next(features)
        except StopIteration:
            return
        except GDALException:
            # GDAL cannot go on behind a feature it cannot read.
            yield Row(number, problem=_("From here on the file cannot be read."))
            return
        yield _layer_row(number, feature, transform)


def _layer_row(number: int, feature: Any, transform: CoordTransform | None) -> Row:
    values: dict[str, Any] = {}
    try:
        values = {name.strip().lower(): feature[name].value for name in feature.fields}
        shape = _flat(feature.geom, transform)
    except (GDALException, GEOSException, ValueError, UnicodeDecodeError):
        return Row(number, values, problem=_("Its shape cannot be read."))
    return Row(number, values, shape)


def _flat(geometry: OGRGeometry, transform: CoordTransform | None) -> GEOSGeometry:
    """
    Return a shape in WGS 84 without heights.

    :raises ValueError: too many corners
    :raises GDALException: it does not lie in its coordinate system, or is no shape
    """
    if geometry.point_count > MOST_CORNERS:
        raise ValueError
    flat = geometry.clone()
    flat.set_3d(False)
    flat.set_measured(False)
    if transform is not None:
        flat.transform(transform)
    shape = GEOSGeometry(memoryview(bytes(flat.wkb)))
    shape.srid = WGS_84
    return shape


def _geopackage(path: Path) -> Source:
    geopackage.check(path)
    return _gdal(path, "GPKG")


def _shapefile(path: Path) -> Source:
    return _gdal(files.unpack(path), "ESRI Shapefile")


_READS: Final = {
    files.CSV: _csv,
    files.GEOJSON: _geojson,
    files.GEOPACKAGE: _geopackage,
    files.SHAPEFILE: _shapefile,
}


def scratch() -> tempfile.TemporaryDirectory[str]:
    """A folder for one reading, gone after it."""
    return tempfile.TemporaryDirectory(prefix="heatmaps-import-")
