"""Single values of a row, checked. Each function says in words what is wrong."""

import math
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

import shapely
from django.contrib.gis.geos import (
    GeometryCollection,
    GEOSGeometry,
    MultiPolygon,
    Point,
    Polygon,
    WKBWriter,
)
from django.utils.translation import gettext as _

from spots.network.models import Technology
from spots.network.repairing import repaired

LON: Final = ("lon", "longitude", "lng", "долгота")
LAT: Final = ("lat", "latitude", "широта")
_SPOKEN: Final = {
    "GSM": "2G",
    "UMTS": "3G",
    "WCDMA": "3G",
    "LTE": "4G",
    "NR": "5G",
    **{technology: technology for technology in Technology.values},
}
_FORMATS: Final = ("%d.%m.%Y %H:%M", "%d.%m.%Y %H:%M:%S", "%d.%m.%Y")

Values = Mapping[str, Any]


class RowError(Exception):
    """A row that cannot be taken; says why, for people. `key`: of the thing it means, if known."""

    def __init__(self, reason: str, *, key: str = "") -> None:
        super().__init__(reason)
        self.key = key


def told(values: Values, names: tuple[str, ...]) -> Any:
    """Return the first of these columns that says anything; None: none does."""
    for name in names:
        value = values.get(name)
        if value is not None and str(value).strip():
            return value
    return None


def text(values: Values, *names: str, longest: int, needed: bool = True) -> str:
    """:raises RowError: it is missing, too long, or holds what no text holds"""
    found = " ".join(str(told(values, names) or "").split())
    if needed and not found:
        raise RowError(_("“%(name)s” is missing.") % {"name": names[0]})
    if len(found) > longest or "\0" in found or _is_torn(found):
        detail = {"name": names[0], "n": longest}
        raise RowError(_("“%(name)s” is no text of at most %(n)d characters.") % detail)
    return found


def _is_torn(text: str) -> bool:
    """Half a character (a lone surrogate) cannot be stored."""
    return any("\ud800" <= letter <= "\udfff" for letter in text)


def number(
    values: Values, *names: str, least: float, most: float, needed: bool = True
) -> float | None:
    """Return a number; a decimal comma counts as a point. :raises RowError: it is none"""
    said = told(values, names)
    if said is None:
        if needed:
            raise RowError(_("“%(name)s” is missing.") % {"name": names[0]})
        return None
    try:
        found = float(str(said).strip().replace(",", ".").replace("\u00a0", ""))
    except ValueError:
        found = math.nan
    if not least <= found <= most or isinstance(said, bool):
        detail = {"name": names[0], "least": f"{least:g}", "most": f"{most:g}"}
        raise RowError(_("“%(name)s” is no number from %(least)s to %(most)s.") % detail)
    return found


def technologies(values: Values, *names: str, needed: bool = True) -> list[str]:
    """Return the technologies named, in order: "2G 4G", "LTE/GSM", or a list."""
    said = told(values, names)
    words = said if isinstance(said, list) else re.split(r"[\s,;/+|]+", str(said or ""))
    spoken = {str(word).strip().upper() for word in words} - {""}
    if unknown := spoken - set(_SPOKEN):
        detail = {"word": sorted(unknown)[0][:40], "known": ", ".join(Technology.values)}
        raise RowError(_("“%(word)s” is no technology; known are %(known)s.") % detail)
    if needed and not spoken:
        raise RowError(_("“%(name)s” is missing.") % {"name": names[0]})
    return sorted({_SPOKEN[word] for word in spoken})


def choice(values: Values, *names: str, known: Mapping[str, str], default: str = "") -> str:
    """Return what a word stands for. :raises RowError: it stands for nothing known"""
    said = str(told(values, names) or default).strip().lower()
    if said not in known:
        detail = {"name": names[0], "word": said[:40], "known": ", ".join(known)}
        raise RowError(_("“%(name)s” is “%(word)s”; known are %(known)s.") % detail)
    return known[said]


def moment(values: Values, *names: str, zone: ZoneInfo, needed: bool = True) -> datetime | None:
    """Return a time; without an offset it is the zone's. :raises RowError: it is none"""
    said = told(values, names)
    if said is None and not needed:
        return None
    aware = _parsed(said, zone)
    if aware is None:
        example = {"name": names[0]}
        raise RowError(_("“%(name)s” is no time such as 2026-03-25T14:10+03:00.") % example)
    if not 2000 <= aware.year <= 2100:
        raise RowError(_("“%(name)s” is too far away.") % {"name": names[0]})
    return aware.astimezone(UTC)


def _parsed(said: Any, zone: ZoneInfo) -> datetime | None:
    if isinstance(said, date):  # of a file with types
        said = said.isoformat()
    words = str(said or "").strip()
    try:
        found = datetime.fromisoformat(words)
    except ValueError:
        return _dotted(words, zone)
    return found if found.tzinfo else found.replace(tzinfo=zone)


def _dotted(words: str, zone: ZoneInfo) -> datetime | None:
    for form in _FORMATS:
        try:
            return datetime.strptime(words, form).replace(tzinfo=zone)
        except ValueError:
            continue
    return None


# Shapes


def point(values: Values, shape: GEOSGeometry | None) -> Point:
    """Return where something stands: its shape, or its columns lon and lat."""
    if shape is not None:
        if not isinstance(shape, Point) or shape.empty:
            raise RowError(_("Its shape is no point."))
        lon, lat = shape.x, shape.y
    else:
        lon = number(values, *LON, least=-180, most=180) or 0.0
        lat = number(values, *LAT, least=-90, most=90) or 0.0
    if not (abs(lon) <= 180 and abs(lat) <= 90) or lon == lat == 0:
        raise RowError(_("It lies outside the world: is its coordinate system right?"))
    return Point(lon, lat, srid=4326)


def area(shape: GEOSGeometry | None) -> tuple[MultiPolygon, bool]:
    """
    Return an area as valid polygons, and whether it had to be repaired. Heights are left out.

    :raises RowError: it is none, lies outside the world, or its lines cross too often
    """
    if shape is None or not isinstance(shape, Polygon | MultiPolygon) or shape.empty:
        raise RowError(_("Its shape is no area."))
    shape = _flat(shape)
    west, south, east, north = shape.extent
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        raise RowError(_("It lies outside the world: is its coordinate system right?"))
    is_sound = shape.valid
    parts = [part for part in _polygons(shape if is_sound else _repaired(shape)) if part.area > 0]
    if not parts:
        raise RowError(_("Its shape is no area."))
    return MultiPolygon(parts, srid=4326), not is_sound


def _repaired(shape: GEOSGeometry) -> GEOSGeometry:
    """:raises RowError: it cannot be repaired, or its lines cross too often"""
    try:
        sound = repaired(shapely.from_wkb(bytes(shape.wkb)))
    except shapely.GEOSException:
        raise RowError(_("Its shape is no area.")) from None
    if sound is None:
        raise RowError(_("The lines of its shape cross too often: draw it anew."))
    return GEOSGeometry(memoryview(shapely.to_wkb(sound)))


def _flat(shape: Any) -> Any:
    return GEOSGeometry(memoryview(WKBWriter(dim=2).write(shape))) if shape.hasz else shape


def _polygons(shape: GEOSGeometry) -> list[Polygon]:
    """Return the polygons in a shape: repaired ones may have become lines and points in part."""
    if isinstance(shape, Polygon):
        return [shape]
    parts = list(shape) if isinstance(shape, GeometryCollection) else []
    return [polygon for part in parts for polygon in _polygons(part)]


def written(shape: GEOSGeometry) -> str:
    """Return a shape as bodies hold it."""
    return bytes(shape.wkb).hex()


def shape_of(hexadecimal: str) -> Any:
    """Return the shape that `written` wrote: a point, or an area."""
    shape = GEOSGeometry(memoryview(bytes.fromhex(hexadecimal)))
    shape.srid = 4326
    return shape
