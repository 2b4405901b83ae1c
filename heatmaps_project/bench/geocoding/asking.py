"""Addresses asked for as people write them, each timed."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter, thread_time
from typing import Final

import numpy as np
from django.db import connection

from complaints.geocoding.geocoder import Match, geocode
from complaints.geocoding.models import Address
from complaints.intake.models import Precision

MOST_MS: Final = 5.0  # at p95


def _plain(town: str, street: str, house: str) -> str:
    return f"{town}, {street}, {house}"


def _official(town: str, street: str, house: str) -> str:
    name, kind = street.rsplit(" ", 1)
    short = {"улица": "ул.", "переулок": "пер.", "проезд": "пр-д", "проспект": "пр-т"}
    return f"г. {town}, {short.get(kind, kind)} {name}, д. {house}, кв. 17"


def _bare(town: str, street: str, house: str) -> str:
    return f"{town} {street.rsplit(' ', 1)[0].lower()} {house}"


def _turned(town: str, street: str, house: str) -> str:
    return f"{street} {house}, {town}".replace("ё", "е")


def _mistyped(town: str, street: str, house: str) -> str:
    return f"{town}, {street[:2]}{street[3:]}, {house}"


def _no_house(town: str, street: str, house: str) -> str:
    return f"{town}, {street}, 9{house}"


SPELLINGS: Final[dict[str, Callable[[str, str, str], str]]] = {
    "as the registry has it": _plain,
    "as on a letter": _official,
    "short": _bare,
    "town last": _turned,
    "a letter left out": _mistyped,
    "a house that is not there": _no_house,
}


@dataclass
class Timings:
    """
    How long each of many took, ms: by the clock, and of CPU here and in the database.

    On a machine that others use, too, the clock tells how long the others took; what an address
    takes is the CPU of both.
    """

    what: str
    ms: list[float] = field(default_factory=list)
    cpu_ms: list[float] = field(default_factory=list)
    right: int = 0

    def at(self, percent: float) -> float:
        return float(np.percentile(self.ms, percent))

    def cpu_at(self, percent: float) -> float:
        return float(np.percentile(self.cpu_ms, percent))


def timed(many: int) -> Iterator[Timings]:
    """Ask for `many` houses all over the registry, spelt in each way."""
    houses, of_database = _houses(many), _database_clock()
    for what, spelt in SPELLINGS.items():
        found = Timings(what)
        geocode(spelt(*_parts(houses[0])))
        for row in houses:
            text = spelt(*_parts(row))
            began, cpu = perf_counter(), thread_time() + of_database()
            match = geocode(text)
            found.ms.append(1000 * (perf_counter() - began))
            found.cpu_ms.append(1000 * (thread_time() + of_database() - cpu))
            found.right += _is(match, row) is (what != "a house that is not there")
        yield found


def _database_clock() -> Callable[[], float]:
    """Return what tells the CPU seconds of this connection's server process, if it is here."""
    connection.ensure_connection()
    told = Path(f"/proc/{connection.connection.info.backend_pid}/schedstat")
    if not told.exists():
        return lambda: 0.0
    return lambda: int(told.read_text().split()[0]) / 1e9


def _parts(row: Address) -> tuple[str, str, str]:
    return row.street.locality.name, row.street.name, row.house


def _is(match: Match | None, row: Address) -> bool:
    return (
        match is not None
        and match.precision == Precision.HOUSE
        and match.point.distance(row.point) < 1e-6
    )


def _houses(many: int) -> list[Address]:
    first, last = Address.objects.earliest("pk").pk, Address.objects.latest("pk").pk
    step = max(1, (last - first) // many)
    rows = Address.objects.filter(pk__in=range(first, last + 1, step))
    return list(rows.select_related("street__locality").order_by("pk")[:many])


def table(timings: list[Timings]) -> str:
    """Return Markdown; what misses the target is marked."""
    lines = [
        "| address | p50 ms | p95 ms | p99 ms | CPU p50 | CPU p95 | right | |",
        "|---|---:|---:|---:|---:|---:|---:|---|",
    ]
    for one in timings:
        good = "" if one.cpu_at(95) <= MOST_MS else "✗"
        lines.append(
            f"| {one.what} | {one.at(50):.1f} | {one.at(95):.1f} | {one.at(99):.1f} |"
            f" {one.cpu_at(50):.1f} | {one.cpu_at(95):.1f} |"
            f" {one.right / len(one.ms):.1%} | {good} |"
        )
    return "\n".join(lines)
