"""What is known at a place: spots over it or near it, coverage, outages and works."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil, cos, radians

from django.contrib.gis.db.models import GeometryField
from django.contrib.gis.db.models.functions import Distance
from django.contrib.gis.geos import Point, Polygon
from django.contrib.gis.measure import Distance as Metres
from django.contrib.postgres.aggregates import BoolOr
from django.db.models import BooleanField, F, Func, Q, Value

from complaints.customers.walls import Walls
from spots.cases.models import Case
from spots.cases.states import WATCHED, WORKING, State
from spots.maps.rows import SOON
from spots.network.grounds import DRAWN_M
from spots.network.models import Coverage, NetworkEvent

NEAR_M = 1_500  # metres from the outline of a spot
MOST_SPOTS = 5  # covering, and as many near
MOST_EVENTS = 5
RECENTLY = timedelta(hours=24)  # a fix is still worth telling

METRES_PER_DEGREE = 110_500.0  # of latitude, at its shortest: boxes err on the wide side


@dataclass(frozen=True)
class KnownSpot:
    """A spot that is worked on, or was fixed within RECENTLY."""

    id: int
    brand_id: int
    brand_name: str
    topic_id: int | None
    cause_id: int | None
    place: str
    state: State
    band: int
    customers: int  # distinct
    cause_ru: str | None  # as customers are told it; None: not known yet
    cause_en: str | None
    started_at: datetime
    eta_at: datetime | None
    fixed_at: datetime | None
    metres: int  # from its outline; 0: the place is within


@dataclass(frozen=True)
class KnownCoverage:
    """Where a technology should work at the place."""

    technology: str
    outdoor: bool
    indoor: bool


@dataclass(frozen=True)
class KnownEvent:
    """An outage, or announced works, of the network over the place."""

    kind: NetworkEvent.Kind
    title: str
    starts_at: datetime
    ends_at: datetime | None


@dataclass(frozen=True)
class Known:
    """All that is known at a place, for one reader."""

    covering: tuple[KnownSpot, ...]  # most urgent first
    near: tuple[KnownSpot, ...]  # nearest first
    coverage: tuple[KnownCoverage, ...]  # by technology; empty: none at the place
    coverage_is_drawn: bool  # whether anybody drew coverage around here
    events: tuple[KnownEvent, ...]  # earliest first


def known_at(*, point: Point, walls: Walls, now: datetime) -> Known:
    """
    What is known at a place (WGS 84) to a reader behind `walls`, in three queries.

    At most MOST_SPOTS covering and as many near spots are told.
    """
    spots = list(_spots(point=point, walls=walls, now=now))
    there = _coverage(point=point, walls=walls, now=now)
    return Known(
        covering=tuple(spot for spot in spots if spot.metres == 0)[:MOST_SPOTS],
        near=tuple(spot for spot in spots if spot.metres > 0)[:MOST_SPOTS],
        coverage=tuple(
            KnownCoverage(technology, outdoor=bool(levels), indoor=Coverage.Level.INDOOR in levels)
            for technology, levels in sorted(there.items())
            if levels
        ),
        coverage_is_drawn=bool(there),
        events=tuple(_events(point=point, walls=walls, now=now)),
    )


def _spots(*, point: Point, walls: Walls, now: datetime) -> Iterator[KnownSpot]:
    live = Q(state__in=WORKING) | Q(state__in=WATCHED, fixed_at__gte=now - RECENTLY)
    rows = Case.objects.within(walls).spots().filter(live)
    # The box is for the index; the distance decides.
    boxed = rows.filter(outline__bboverlaps=_box(point, NEAR_M))
    measured = boxed.annotate(away=Distance("outline", point)).filter(away__lte=Metres(m=NEAR_M))
    nearest = measured.order_by("away", "-priority", "pk").values(
        "id",
        "brand_id",
        "topic_id",
        "cause_id",
        "place",
        "state",
        "band",
        "customers",
        "started_at",
        "eta_at",
        "fixed_at",
        "away",
        brand_name=F("brand__name"),
        cause_ru=F("cause__said_ru"),
        cause_en=F("cause__said_en"),
    )
    for row in nearest[: 2 * MOST_SPOTS]:
        yield KnownSpot(
            id=row["id"],
            brand_id=row["brand_id"],
            brand_name=row["brand_name"],
            topic_id=row["topic_id"],
            cause_id=row["cause_id"],
            place=row["place"],
            state=State(row["state"]),
            band=row["band"],
            customers=row["customers"],
            cause_ru=row["cause_ru"],
            cause_en=row["cause_en"],
            started_at=row["started_at"],
            eta_at=row["eta_at"],
            fixed_at=row["fixed_at"],
            metres=ceil(row["away"].m),
        )


def _coverage(*, point: Point, walls: Walls, now: datetime) -> dict[str, set[str]]:
    """The levels that hold at the place, by each technology that is drawn anywhere around."""
    covers = Func("area", Value(point, GeometryField(srid=4326)), function="ST_Covers")
    rows = (
        Coverage.objects.within(walls)
        .filter(area__bboverlaps=_box(point, DRAWN_M), valid_from__lte=now.date())
        .values_list("technology", "level")
        .annotate(there=BoolOr(covers, output_field=BooleanField()))
        .order_by("technology")
    )
    levels: dict[str, set[str]] = {}
    for technology, level, there in rows:
        levels.setdefault(technology, set())
        if there:
            levels[technology].add(level)
    return levels


def _events(*, point: Point, walls: Walls, now: datetime) -> Iterator[KnownEvent]:
    rows = NetworkEvent.objects.within(walls).filter(
        Q(ends_at=None) | Q(ends_at__gt=now),
        kind__in=(NetworkEvent.Kind.OUTAGE, NetworkEvent.Kind.WORKS),
        area__covers=point,
        starts_at__lte=now + SOON,
    )
    told = rows.order_by("starts_at", "pk").values_list("kind", "title", "starts_at", "ends_at")
    for kind, title, starts_at, ends_at in told[:MOST_EVENTS]:
        yield KnownEvent(NetworkEvent.Kind(kind), title, starts_at, ends_at)


def _box(point: Point, metres: float) -> Polygon:
    """A box that holds every point within `metres` of a point, in degrees."""
    north = metres / METRES_PER_DEGREE
    east = north / max(0.01, cos(radians(min(90.0, abs(point.y) + north))))
    box = Polygon.from_bbox((point.x - east, point.y - north, point.x + east, point.y + north))
    box.srid = 4326
    return box
