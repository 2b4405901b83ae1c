"""
What is known at a place: spots over it or near it, coverage, outages and works.

Asked in SQL: no page is asked more often than the lookup, and putting these queries together cost
twice what running them does.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from math import cos, radians
from typing import Any, Final

from django.contrib.gis.geos import Point
from django.db import connection

from complaints.customers.walls import Walls, within, within_brands
from spots.cases.models import Kind
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


def _listed(words: Iterable[str]) -> str:
    return ", ".join(f"'{word}'" for word in sorted(words))


_HERE: Final = "ST_SetSRID(ST_MakePoint(%(lon)s, %(lat)s), 4326)"
# The box is for the index.
_BOX: Final = "ST_MakeEnvelope(%(west)s, %(south)s, %(east)s, %(north)s, 4326)"
_AWAY: Final = f"ST_DistanceSphere(k.outline, {_HERE})"  # metres
_SPOTS: Final = f"""
    SELECT k.id, k.brand_id, brand.name, k.topic_id, k.cause_id, k.place, k.state, k.band,
        k.customers, cause.said_ru, cause.said_en, k.started_at, k.eta_at, k.fixed_at,
        ceil({_AWAY})::int
    FROM spots_case k
    JOIN complaints_brand brand ON brand.id = k.brand_id
    LEFT JOIN spots_cause cause ON cause.id = k.cause_id
    WHERE k.kind = '{Kind.SPOT}' AND {within(brand="k.brand_id", region="k.region_id")}
        AND (k.state IN ({_listed(WORKING)})
            OR k.state IN ({_listed(WATCHED)}) AND k.fixed_at >= %(lately)s)
        AND k.outline && {_BOX} AND {_AWAY} <= {NEAR_M}
    ORDER BY {_AWAY}, k.priority DESC, k.id
    LIMIT {2 * MOST_SPOTS}
"""
_COVERAGE: Final = f"""
    SELECT technology, level, bool_or(ST_Covers(area, {_HERE})) FROM spots_coverage
    WHERE {within_brands("brand_id")} AND area && {_BOX} AND valid_from <= %(today)s
    GROUP BY technology, level
    ORDER BY technology
"""
_EVENTS: Final = f"""
    SELECT kind, title, starts_at, ends_at FROM spots_networkevent
    WHERE {within_brands("brand_id")}
        AND kind IN ({_listed((NetworkEvent.Kind.OUTAGE, NetworkEvent.Kind.WORKS))})
        AND starts_at <= %(soon)s AND (ends_at IS NULL OR ends_at > %(now)s)
        AND ST_Covers(area, {_HERE})
    ORDER BY starts_at, id
    LIMIT {MOST_EVENTS}
"""


def known_at(*, point: Point, walls: Walls, now: datetime) -> Known:
    """
    What is known at a place (WGS 84) to a reader behind `walls`, in three queries.

    At most MOST_SPOTS covering and as many near spots are told.
    """
    asked = {"lon": point.x, "lat": point.y, **walls.values}
    spots = list(_spots(point, asked, now))
    there = _coverage(point, asked, now)
    return Known(
        covering=tuple(spot for spot in spots if spot.metres == 0)[:MOST_SPOTS],
        near=tuple(spot for spot in spots if spot.metres > 0)[:MOST_SPOTS],
        coverage=tuple(
            KnownCoverage(technology, outdoor=bool(levels), indoor=Coverage.Level.INDOOR in levels)
            for technology, levels in sorted(there.items())
            if levels
        ),
        coverage_is_drawn=bool(there),
        events=tuple(_events(asked, now)),
    )


def _spots(point: Point, asked: Mapping[str, Any], now: datetime) -> Iterator[KnownSpot]:
    values = {**asked, **_box(point, NEAR_M), "lately": now - RECENTLY}
    for row in _rows(_SPOTS, values):
        spot = KnownSpot(*row)
        yield replace(spot, state=State(spot.state))


def _coverage(point: Point, asked: Mapping[str, Any], now: datetime) -> dict[str, set[str]]:
    """The levels that hold at the place, by each technology that is drawn anywhere around."""
    levels: dict[str, set[str]] = {}
    values = {**asked, **_box(point, DRAWN_M), "today": now.date()}
    for technology, level, there in _rows(_COVERAGE, values):
        levels.setdefault(technology, set())
        if there:
            levels[technology].add(level)
    return levels


def _events(asked: Mapping[str, Any], now: datetime) -> Iterator[KnownEvent]:
    for kind, *told in _rows(_EVENTS, {**asked, "now": now, "soon": now + SOON}):
        yield KnownEvent(NetworkEvent.Kind(kind), *told)


def _rows(sql: str, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


def _box(point: Point, metres: float) -> dict[str, float]:
    """The sides of a box that holds every point within `metres` of a point, in degrees."""
    north = metres / METRES_PER_DEGREE
    east = north / max(0.01, cos(radians(min(90.0, abs(point.y) + north))))
    return {
        "west": point.x - east,
        "south": point.y - north,
        "east": point.x + east,
        "north": point.y + north,
    }
