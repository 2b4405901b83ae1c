"""A spot, its complaints and what is round it, for a person who regroups them."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib.gis.db.models.functions import Distance
from django.contrib.gis.geos import Point
from django.db.models import QuerySet

from complaints.customers.personal import masked_place
from complaints.customers.walls import Walls
from complaints.intake.models import Complaint, ComplaintQuerySet, Placing
from spots.cases.models import Case, Membership
from spots.cases.page.drawing import box_round
from spots.cases.transitions.membership import complaints_of
from spots.cases.wording import moment

MOST_COMPLAINTS = 2000  # on the page, the newest
MOST_FREE = 500  # of them in no spot
MOST_NEIGHBOURS = 50
NEAR_M = 10_000
LATELY = timedelta(days=7)
DECIMALS = 5  # of a degree: about a metre


@dataclass(frozen=True)
class Candidate:
    """
    A complaint that can be chosen: where, when and about what, not whose.

    Its page says that by the number, and so the place is told to a hundred metres.
    """

    id: int
    free: bool  # of no spot; else of this one
    topic: str
    when: str
    precision: str
    at: list[float]  # longitude, latitude; empty: it is not on the map


@dataclass(frozen=True)
class Neighbour:
    number: int
    name: str
    band: int
    away_km: float
    outline: list[Any]


def candidates(case: Case, *, walls: Walls, now: datetime) -> list[Candidate]:
    """Return the newest members, and newest complaints near by that are in no spot: two queries."""
    free = list(_free(case, walls=walls, now=now)[:MOST_FREE])
    rows = [(row, False) for row in _newest(complaints_of(case))[: MOST_COMPLAINTS - len(free)]]
    rows += [(row, True) for row in free]
    return [_candidate(row, case.region.time_zone, is_free=is_free) for row, is_free in rows]


def neighbours(case: Case, *, walls: Walls) -> list[Neighbour]:
    """Return the current spots of its brand within NEAR_M, the nearest first: one query."""
    rows = Case.objects.within(walls).spots().current().exclude(pk=case.pk)
    rows = rows.filter(brand=case.brand_id, outline__intersects=box_round(case, metres=NEAR_M))
    near: QuerySet[Any] = rows.annotate(away=Distance("centre", case.centre)).order_by("away", "pk")
    return [
        Neighbour(
            number=one.pk,
            name=one.place,
            band=one.band,
            away_km=round(one.away.km, 1),
            outline=[_rounded(*place) for place in one.outline.coords[0]] if one.outline else [],
        )
        for one in near.defer("evidence", "priority_facts")[:MOST_NEIGHBOURS]
    ]


def _free(case: Case, *, walls: Walls, now: datetime) -> ComplaintQuerySet:
    placed = (
        Complaint.objects.within(walls)
        .in_effect()
        .filter(
            placing=Placing.PLACED,
            brand=case.brand_id,
            point__within=box_round(case, metres=NEAR_M),
            occurred_at__gte=now - LATELY,
        )
    )
    taken = Membership.objects.current().values("complaint")
    return _newest(placed.exclude(pk__in=taken))


def _newest(rows: ComplaintQuerySet) -> ComplaintQuerySet:
    wanted = ("occurred_at", "point", "precision", "topic")
    return rows.select_related("topic").only(*wanted).order_by("-occurred_at", "-pk")


def _candidate(row: Complaint, zone: str, *, is_free: bool) -> Candidate:
    point: Point | None = row.point
    return Candidate(
        id=row.pk,
        free=is_free,
        topic=str(row.topic),
        when=moment(row.occurred_at, zone),
        precision=row.get_precision_display(),
        at=list(masked_place(point.x, point.y)) if point else [],
    )


def _rounded(lon: float, lat: float) -> list[float]:
    return [round(lon, DECIMALS), round(lat, DECIMALS)]
