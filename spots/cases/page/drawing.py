"""A case for its page's map: plain numbers that become JSON."""

from math import cos, radians
from typing import Any

import shapely
from django.contrib.gis.db.models.functions import Distance
from django.contrib.gis.geos import Polygon
from django.db.models import Prefetch

from complaints.customers.personal import masked_place
from complaints.customers.walls import Walls
from complaints.intake.models import Topic
from spots.cases.models import Case, Kind
from spots.cases.places import shown_centre
from spots.cases.transitions.membership import complaints_of
from spots.network.models import Sector, Site
from spots.network.rings import Ring, rings_of

DOTS = 2000  # newest complaints; more would be one colour
OUTLINE_CORNERS = 500
NEAR_M = 2000  # sites within so many metres of the outline's box
# told apart by people who see no red or green as well (Okabe and Ito)
COLOURS = ("#d55e00", "#0072b2", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#f0e442", "#555555")


def drawing_of(case: Case, *, with_complaints: bool) -> dict[str, Any]:
    """
    Return what the map of a case shows of the case itself; surroundings.py tells the rest.

    Positions are [longitude, latitude] in degrees; dots are [longitude, latitude, topic,
    seconds since 1970], topic an index into `topics`. Without `with_complaints` there are no dots.
    They lie to a hundred metres: by the moment the page itself tells whose each of them is. So
    does a single case without a member: of a house that a page tells, its record says whose it is.
    """
    dots, topics = _dots(case) if with_complaints else ([], [])
    return {
        "centre": list(_centre(case)),
        "outline": _ring(case.outline) if case.outline else [],
        "dots": dots,
        "topics": topics,
    }


def _centre(case: Case) -> tuple[float, ...]:
    gone_to = case.kind == Kind.SINGLE and complaints_of(case).exists()
    return case.centre.coords if gone_to else shown_centre(case)


def _dots(case: Case) -> tuple[list[list[Any]], list[dict[str, str]]]:
    members = complaints_of(case).filter(point__isnull=False).order_by("-occurred_at", "-pk")
    rows = members.values_list("point", "occurred_at", "topic_id")[:DOTS]
    order: dict[int, int] = {}  # topic → its place in the legend
    dots = [
        [
            *masked_place(*point.coords),
            order.setdefault(topic, len(order)),
            int(occurred_at.timestamp()),
        ]
        for point, occurred_at, topic in rows
        if point  # as the filter promises, for the types
    ]
    names = Topic.objects.in_bulk(order)
    return dots, [
        {"name": str(names[topic]), "colour": COLOURS[place % len(COLOURS)]}
        for topic, place in order.items()
    ]


def _ring(outline: Polygon) -> Ring:
    drawn = rings_of(shapely.from_wkb(bytes(outline.wkb)), most=OUTLINE_CORNERS)
    return drawn[0][0] if drawn else []


def sites_near(
    case: Case, *, walls: Walls, limit: int = 40, with_sectors: bool = False
) -> list[Site]:
    """Return the sites round a case, the nearest first, each with its `distance`."""
    sites = Site.objects.within(walls).filter(brand=case.brand_id, point__within=box_round(case))
    if with_sectors:
        sites = sites.prefetch_related(Prefetch("sectors", Sector.objects.order_by("azimuth")))
    return list(
        sites.annotate(distance=Distance("point", case.centre)).order_by("distance", "pk")[:limit]
    )


def box_round(case: Case, *, metres: float = NEAR_M) -> Polygon:
    """Return the box of a case's outline, wider by so many metres on each side (nearly)."""
    west, south, east, north = (case.outline or case.centre).extent
    up = metres / 111_000
    side = up / max(cos(radians(case.centre.y)), 0.1)  # meridians draw together northwards
    return Polygon.from_bbox((west - side, south - up, east + side, north + up))
