"""What stands around a coordinate: complaints that share it, houses that may explain them."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import cos, radians
from typing import Any

import numpy as np
from django.contrib.gis.geos import Point, Polygon
from django.db.models import Count, F, FloatField, Func, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import JSONObject
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from complaints.customers.personal import masked_place
from complaints.customers.walls import Walls
from complaints.geocoding.models import Address, Region
from complaints.intake.models import Complaint, Placing
from spots.cases.wording import number
from spots.detection.arrivals import coordinates
from spots.detection.rules import Learning
from spots.watching.models import Attractor, AttractorQuerySet
from spots.watching.reading import Place

SNAP_M = 50.0  # a click means a coordinate so near
AROUND_M = 300.0  # what is drawn around one
HISTORY = timedelta(hours=Learning.most_h + Learning.guard_h)  # the learning looks back so far
DRAWN = 1000  # newest complaints, and houses
SAME = 1e-5  # degrees: about a metre, as coordinates are told apart


class NothingStandsHereError(Exception):
    """A click meant no coordinate of complaints; the text is for whoever clicked."""


@dataclass(frozen=True)
class Stand:
    """A coordinate that complaints share."""

    region: Region
    coordinate: int  # as detection.arrivals.coordinates
    point: Point
    customers: int  # distinct


def stand_near(click: Point, *, brand_id: int, walls: Walls, now: datetime) -> Stand:
    """
    Return the coordinate that most complaints of a brand share, within SNAP_M of a click.

    :raises NothingStandsHereError: if there is no complaint, or the click is in no region
    """
    regions = Region.objects.within(walls).filter(outline__covers=click)
    region = regions.order_by("pk").first()
    if region is None:
        raise NothingStandsHereError(_("This is outside the regions that are watched."))
    here = _complaints(brand_id, region, click, SNAP_M).filter(received_at__gte=now - HISTORY)
    shared: Iterable[Any] = here.values("point").annotate(
        complaints=Count("pk"),
        customers=Count("customer", distinct=True) + Count("pk", filter=Q(customer=None)),
    )
    stand = _busiest(region, click, list(shared))
    if stand is None:
        raise NothingStandsHereError(
            _("No complaint of this brand stands within %(m)s m of here.") % {"m": number(SNAP_M)}
        )
    return stand


def _busiest(region: Region, click: Point, shared: list[dict[str, Any]]) -> Stand | None:
    projection = Place(0, region, ()).projection
    points = [row["point"] for row in shared]
    lon, lat = np.array([point.coords for point in (click, *points)]).T
    metres = projection.metres(lon, lat)
    away = np.hypot(*(metres[1:] - metres[0]).T)
    coordinate = coordinates(metres[1:])
    complaints, customers = Counter[int](), Counter[int]()
    nearest: dict[int, tuple[float, Point]] = {}
    for at, distance, row in zip(coordinate.tolist(), away.tolist(), shared, strict=True):
        if distance <= SNAP_M:
            complaints[at] += row["complaints"]
            customers[at] += row["customers"]
            known = nearest.get(at)
            if known is None or distance < known[0]:
                nearest[at] = (distance, row["point"])
    if not complaints:
        return None
    best = min(complaints, key=lambda at: (-complaints[at], nearest[at][0], at))
    return Stand(region, best, nearest[best][1], customers[best])


def with_street(rows: AttractorQuerySet) -> AttractorQuerySet:
    """Add `street` of the nearest house: {"town", "street", "away" (metres)}, in the same query."""
    both = (F("point"), OuterRef("point"))
    gap = Func(*both, template="%(expressions)s", arg_joiner=" <-> ", output_field=FloatField())
    said = JSONObject(
        town="street__locality__name",
        street="street__name",
        away=Func(*both, function="ST_DistanceSphere", output_field=FloatField()),
    )
    nearest = Address.objects.alias(gap=gap).order_by("gap").values(said=said)
    return rows.annotate(street=Subquery(nearest[:1]))


def drawing_of(attractor: Attractor, *, with_complaints: bool) -> dict[str, Any]:
    """
    Return what stands around an attractor, as spots.network.widgets.shown draws it.

    Complaints are places and numbers only; without `with_complaints` there are none.
    """
    here = [attractor.point.x, attractor.point.y, str(attractor), 1]
    layers = [
        {"kind": "house", "name": _("Houses"), "dots": _houses(attractor.point)},
        {"kind": "here", "name": _("This coordinate"), "dots": [here]},
    ]
    if with_complaints:
        layers.append(
            {"kind": "complaint", "name": _("Latest complaints"), "dots": _shared(attractor)}
        )
    return {"radius_m": Learning.attractor_m, "layers": layers}


def in_words(attractor: Attractor) -> list[str]:
    """Return what speaks for an attractor and against it, in sentences."""
    words = ngettext(
        "%(n)s customer has complained from exactly here.",
        "%(n)s customers have complained from exactly here.",
        attractor.customers,
    )
    said = [words % {"n": number(attractor.customers)}]
    if attractor.seen_at:
        allowed = {"n": number(attractor.allowed)}
        said.append(_("The houses there would explain up to %(n)s.") % allowed)
    return [*said, _largest_house(attractor.point)]


def _largest_house(point: Point) -> str:
    near = _box(point, Learning.attractor_m)
    people = Address.objects.filter(point__coveredby=near).values_list("subscribers", flat=True)
    most = {"people": _people(max(people, default=0)), "m": number(Learning.attractor_m)}
    if not people:
        return _("No house is known within %(m)s m.") % most
    return _("The largest house within %(m)s m has %(people)s.") % most


def _houses(point: Point) -> list[list[Any]]:
    rows = Address.objects.filter(point__coveredby=_box(point, AROUND_M)).order_by("pk")
    said = rows.values_list("point", "street__name", "house", "subscribers")[:DRAWN]
    return [[at.x, at.y, f"{street}, {house} · {_people(n)}", n] for at, street, house, n in said]


def _shared(attractor: Attractor) -> list[list[Any]]:
    around = _complaints(attractor.brand_id, attractor.region, attractor.point, AROUND_M)
    newest = around.order_by("-received_at", "-pk").values_list("point", flat=True)[:DRAWN]
    shared = Counter(_drawn(point.coords, attractor.point) for point in newest if point)
    return [[lon, lat, _count(n), n] for (lon, lat), n in shared.most_common()]


def _drawn(place: tuple[float, ...], of: Point) -> tuple[float, float]:
    """
    Return where a complaint near an attractor is drawn: what stands on it there, others, which are
    homes, to a hundred metres. Between two looks there may be one, of which its page tells when.
    """
    lon, lat = place
    stands_there = abs(lon - of.x) < SAME and abs(lat - of.y) < SAME
    return (of.x, of.y) if stands_there else masked_place(lon, lat)


def _people(count: int) -> str:
    return ngettext("%(n)s subscriber", "%(n)s subscribers", count) % {"n": number(count)}


def _count(count: int) -> str:
    return ngettext("%(n)s complaint", "%(n)s complaints", count) % {"n": number(count)}


def _complaints(brand_id: int, region: Region, point: Point, metres: float) -> QuerySet[Complaint]:
    return Complaint.objects.in_effect().filter(
        brand=brand_id,
        region=region.pk,
        placing=Placing.PLACED,
        point__coveredby=_box(point, metres),
    )


def _box(point: Point, metres: float) -> Polygon:
    """A box of at least so many metres on each side of a point."""
    up = metres / 110_000
    side = up / max(cos(radians(point.y)), 0.1)  # meridians draw together northwards
    return Polygon.from_bbox((point.x - side, point.y - up, point.x + side, point.y + up))
