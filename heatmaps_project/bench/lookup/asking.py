"""Lookups timed on the server, side by side with the bare PostGIS queries for the same places."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from time import perf_counter

import numpy as np
from django.db import connection
from django.test import Client
from django.urls import reverse

from complaints.geocoding.models import Address
from heatmaps_project.bench.lookup.filling import CALLERS, phone_of
from heatmaps_project.bench.pages.timing import signed_in
from heatmaps_project.models import User

MOST_MS = 300

# What a lookup needs at the very least: spots within 1.5 km, coverage, works. Nothing else of it.
BARE = (
    """
    SELECT id, ST_DistanceSphere(outline, p.at) FROM spots_case,
        (SELECT ST_SetSRID(ST_MakePoint(%(lon)s, %(lat)s), 4326) AS at) p
    WHERE kind = 'spot' AND outline && ST_Expand(p.at, 0.025, 0.0137)
        AND (state = ANY(%(working)s) OR fixed_at > now() - interval '24 hours')
    ORDER BY 2 LIMIT 10
    """,
    """
    SELECT technology, level FROM spots_coverage
    WHERE ST_Covers(area, ST_SetSRID(ST_MakePoint(%(lon)s, %(lat)s), 4326))
    """,
    """
    SELECT id FROM spots_networkevent
    WHERE ST_Covers(area, ST_SetSRID(ST_MakePoint(%(lon)s, %(lat)s), 4326)) AND ends_at > now()
    """,
)
WORKING = ["detected", "routed", "reopened", "accepted", "diagnosing", "fixing", "waiting"]


@dataclass(frozen=True)
class Timings:
    """How long each of many took, ms."""

    what: str
    ms: list[float]

    def at(self, percent: float) -> float:
        return float(np.percentile(self.ms, percent))


@dataclass(frozen=True)
class House:
    label: str
    lon: float
    lat: float


def timed(many: int, *, reader: User, token: str) -> Iterator[Timings]:
    """Time `many` of each kind of lookup, every one for another house or caller."""
    places = houses(many)
    page, machine = signed_in(reader), Client(headers={"host": "localhost"})
    header = {"Authorization": f"Bearer {token}", "host": "localhost"}

    def api(body: dict[str, object]) -> int:
        answer = machine.post(
            reverse("api-lookup"),
            json.dumps(body),
            content_type="application/json",
            headers=header,
        )
        return answer.status_code

    def by_page(text: str) -> int:
        return page.post(reverse("lookup"), {"asked": text}).status_code

    phones = [phone_of(n % CALLERS) for n in range(many)]
    asked: list[tuple[str, list[Callable[[], int]]]] = [
        ("API, point", [_later(api, {"lon": h.lon, "lat": h.lat}) for h in places]),
        ("API, address", [_later(api, {"address": h.label}) for h in places]),
        ("API, phone", [_later(api, {"phone": phone}) for phone in phones]),
        ("page, address", [_later(by_page, h.label) for h in places]),
        ("page, phone", [_later(by_page, phone) for phone in phones]),
    ]
    for what, calls in asked:
        yield _timed(what, calls)
    yield _timed("bare PostGIS queries", [_later(_bare, house) for house in places])


def _later(function: Callable[..., int], argument: object) -> Callable[[], int]:
    return lambda: function(argument)


def _timed(what: str, calls: list[Callable[[], int]]) -> Timings:
    calls[0]()  # compiles templates, opens the connection
    took = []
    for call in calls:
        began = perf_counter()
        status = call()
        took.append(1000 * (perf_counter() - began))
        if status != 200:
            raise RuntimeError(f"{what} answered {status}")
    return Timings(what, took)


def _bare(house: House) -> int:
    values: dict[str, float | list[str]] = {"lon": house.lon, "lat": house.lat, "working": WORKING}
    with connection.cursor() as cursor:
        for query in BARE:
            cursor.execute(query, values)
            cursor.fetchall()
    return 200


def houses(many: int) -> list[House]:
    """Return houses spread over the whole registry."""
    first, last = Address.objects.earliest("pk").pk, Address.objects.latest("pk").pk
    step = max(1, (last - first) // many)
    rows = Address.objects.filter(pk__in=range(first, last + 1, step))
    rows = rows.select_related("street__locality").order_by("pk")[:many]
    return [
        House(
            f"{row.street.locality.name}, {row.street.name}, {row.house}",
            row.point.x,
            row.point.y,
        )
        for row in rows
    ]


def table(timings: list[Timings]) -> str:
    """Return Markdown; what misses the target at p95 is marked."""
    lines = ["| lookup | p50 ms | p95 ms | p99 ms | |", "|---|---:|---:|---:|---|"]
    for one in timings:
        good = "" if one.at(95) <= MOST_MS else "✗"
        lines.append(
            f"| {one.what} | {one.at(50):.1f} | {one.at(95):.1f} | {one.at(99):.1f} | {good} |"
        )
    return "\n".join(lines) + "\n"


def tomorrow() -> datetime:
    return datetime.now(UTC) + timedelta(days=1)
