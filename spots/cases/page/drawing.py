"""A case for its page's map: plain numbers that become JSON."""

from math import cos, radians
from typing import Any

from django.contrib.gis.db.models.functions import Distance
from django.contrib.gis.geos import Polygon

from complaints.customers.walls import Walls
from complaints.intake.models import Topic
from spots.cases.models import Case
from spots.cases.transitions.membership import complaints_of
from spots.network.models import Site

DOTS = 2000  # newest complaints; more would be one colour
NEAR_M = 2000  # sites within so many metres of the outline's box
# told apart by people who see no red or green as well (Okabe and Ito)
COLOURS = ("#d55e00", "#0072b2", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#f0e442", "#555555")


def drawing_of(case: Case, *, walls: Walls, with_complaints: bool) -> dict[str, Any]:
    """
    Return what the map of a case shows.

    Positions are [longitude, latitude] in degrees; dots are [longitude, latitude, topic, ISO
    time], topic an index into `topics`. Without `with_complaints` there are no dots.
    """
    dots, topics = _dots(case) if with_complaints else ([], [])
    return {
        "centre": list(case.centre.coords),
        "outline": case.outline.coords[0] if case.outline else [],
        "dots": dots,
        "topics": topics,
        "sites": [
            {"at": list(site.point.coords), "name": str(site), "tech": site.technologies}
            for site in sites_near(case, walls=walls)
        ],
    }


def _dots(case: Case) -> tuple[list[list[Any]], list[dict[str, str]]]:
    members = complaints_of(case).filter(point__isnull=False).order_by("-occurred_at", "-pk")
    rows = members.values_list("point", "occurred_at", "topic_id")[:DOTS]
    order: dict[int, int] = {}  # topic → its place in the legend
    dots = [
        [point.x, point.y, order.setdefault(topic, len(order)), occurred_at.isoformat()]
        for point, occurred_at, topic in rows
        if point  # as the filter promises, for the types
    ]
    names = Topic.objects.in_bulk(order)
    return dots, [
        {"name": str(names[topic]), "colour": COLOURS[place % len(COLOURS)]}
        for topic, place in order.items()
    ]


def sites_near(case: Case, *, walls: Walls, limit: int = 40) -> list[Site]:
    """Return the sites round a case, the nearest first, each with its `distance`."""
    sites = Site.objects.within(walls).filter(brand=case.brand_id, point__within=box_round(case))
    return list(
        sites.annotate(distance=Distance("point", case.centre)).order_by("distance")[:limit]
    )


def box_round(case: Case, *, metres: float = NEAR_M) -> Polygon:
    """Return the box of a case's outline, wider by so many metres on each side (nearly)."""
    west, south, east, north = (case.outline or case.centre).extent
    up = metres / 111_000
    side = up / max(cos(radians(case.centre.y)), 0.1)  # meridians draw together northwards
    return Polygon.from_bbox((west - side, south - up, east + side, north + up))
