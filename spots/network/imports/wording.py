"""What an import changes, in words and on a map."""

import json
from collections.abc import Iterable, Iterator
from math import cos, hypot, radians
from typing import Any, Final

from django.contrib.gis.geos import GEOSGeometry, Point
from django.utils.functional import Promise
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from complaints.geocoding.models import Address
from spots.network.imports.kinds.adapter import Body
from spots.network.imports.kinds.values import shape_of
from spots.network.imports.models import EFFECTIVE, Import, Kind, StagedRow
from spots.network.sectors import METRES_PER_DEGREE

MOST_DRAWN: Final = 1500  # things on the map
MOST_CORNERS: Final = 60_000  # of all areas on the map together
SIMPLE: Final = 0.0005  # degrees by which a drawn outline may be off
_FIELDS: dict[str, Promise] = {
    "name": gettext_lazy("name"),
    "technologies": gettext_lazy("technologies"),
    "valid_from": gettext_lazy("valid from"),
    "kind": gettext_lazy("kind"),
    "title": gettext_lazy("title"),
    "starts_at": gettext_lazy("starts at"),
    "ends_at": gettext_lazy("ends at"),
    "cause": gettext_lazy("cause"),
    "sites": gettext_lazy("sites"),
    "people": gettext_lazy("subscribers"),
    "at": gettext_lazy("when"),
    "tried": gettext_lazy("tried"),
    "failed": gettext_lazy("failed"),
}


def names_of(row: Import, staged: Iterable[StagedRow]) -> dict[str, str]:
    """Return what people call things, by key."""
    keys = [one.key for one in staged]
    if row.kind == Kind.SUBSCRIBERS:
        houses = Address.objects.select_related("street__locality")
        found = houses.in_bulk([int(key) for key in keys if key.isdigit()])
        return {str(pk): str(house) for pk, house in found.items()}
    if row.kind == Kind.COVERAGE:
        return {key: " · ".join(part for part in key.split("|") if part) for key in keys}
    return {}


def title_of(row: StagedRow, names: dict[str, str]) -> str:
    body = row.after or row.before or {}
    more = body.get("name") or body.get("title") or ""
    name = names.get(row.key, row.key)
    return f"{name} {more}".strip() if more != name else name


def differences(before: Body | None, after: Body | None) -> str:
    """Say what becomes different of a thing that is there and stays."""
    if before is None or after is None:
        return ""
    said = [
        f"{label}: {_shown(before[name])} → {_shown(after[name])}"
        for name, label in _FIELDS.items()
        if name in after and before.get(name) != after[name]
    ]
    if before.get("point") != after.get("point"):
        metres = _metres(before["point"], after["point"])
        words = _("moved by %(m)d m") if metres >= 1 else _("moved by less than a metre")
        said.append(words % {"m": metres})
    if before.get("area") != after.get("area"):
        areas = [_square_km(body["area"]) for body in (before, after)]
        said.append(_("area: %(was)s → %(is)s km²") % {"was": areas[0], "is": areas[1]})
    if before.get("sectors") != after.get("sectors"):
        was, now = len(before["sectors"]), len(after["sectors"])
        words = _("sectors: %(was)d → %(is)d") if was != now else _("sectors turned or retuned")
        said.append(words % {"was": was, "is": now})
    if before.get("customers") != after.get("customers"):
        count = len(set(before["customers"]) ^ set(after["customers"]))
        words = ngettext("%(n)d customer's id", "%(n)d customers' ids", count)
        said.append(words % {"n": count})
    return "; ".join(said)


def _shown(value: Any) -> str:
    text = " ".join(map(str, value)) if isinstance(value, list) else str(value or "—")
    return Truncator(text).chars(60)


def _metres(before: str, after: str) -> float:
    one, other = shape_of(before).centroid, shape_of(after).centroid
    east = (one.x - other.x) * cos(radians(other.y))
    return hypot(east, one.y - other.y) * METRES_PER_DEGREE


def _square_km(hexadecimal: str) -> str:
    shape = shape_of(hexadecimal)
    degrees = shape.area * cos(radians(shape.centroid.y))
    return f"{degrees * (METRES_PER_DEGREE / 1000) ** 2:.1f}"


# On the map


def drawing_of(row: Import) -> dict[str, Any]:
    """
    Return what the page's map shows of the changes.

    dots   [change, longitude, latitude, name]
    areas  [change, GeoJSON, name]
    whole  whether that is all of them
    """
    changed = row.staged.filter(change__in=EFFECTIVE).order_by("line", "pk")
    staged = list(changed[: MOST_DRAWN + 1])
    names = names_of(row, staged)
    dots: list[list[Any]] = []
    areas: list[list[Any]] = []
    corners = 0
    for one, shape in _placed(row, staged[:MOST_DRAWN]):
        title = title_of(one, names)
        if isinstance(shape, Point):
            dots.append([one.change, shape.x, shape.y, title])
            continue
        simple = shape.simplify(SIMPLE, preserve_topology=True)
        corners += simple.num_coords
        if corners > MOST_CORNERS:
            return {"dots": dots, "areas": areas, "whole": False}
        areas.append([one.change, json.loads(simple.json), title])
    return {"dots": dots, "areas": areas, "whole": len(staged) <= MOST_DRAWN}


def _placed(row: Import, staged: Iterable[StagedRow]) -> Iterator[tuple[StagedRow, GEOSGeometry]]:
    if row.kind == Kind.SUBSCRIBERS:
        rows = {int(one.key): one for one in staged}
        for house in Address.objects.filter(pk__in=list(rows)).order_by("pk"):
            yield rows[house.pk], house.point
        return
    for one in staged:
        body = one.after or one.before or {}
        yield one, shape_of(body.get("point") or body["area"])
