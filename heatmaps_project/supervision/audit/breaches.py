"""The broken promises themselves, each with its case, its clock and the reason that was given."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from heatmaps_project.supervision.audit.promises import Promises

A_PAGE: Final = 50
WORST: Final = 10
MOST_EXPORTED: Final = 100_000

_COLUMNS: Final = """
    clock_id, case_id, kind, target, team, engineer, region, topic, brand, policy, band, minutes,
    due_at, satisfied_at, stopped_at, consumed, outcome, reason,
    coalesce(satisfied_at, stopped_at, %s) - due_at AS late
"""
_BROKEN: Final = "outcome IN ('late', 'missed')"


class Row(NamedTuple):
    """A promise with its dimensions; `late` is by the clock on the wall, below zero if early."""

    clock_id: int
    case_id: int
    kind: str
    target: str
    team: int | None
    engineer: int | None
    region: int
    topic: int | None
    brand: int
    policy: int
    band: int
    minutes: int
    due_at: datetime
    satisfied_at: datetime | None
    stopped_at: datetime | None
    consumed: float
    outcome: str
    reason: int | None
    late: timedelta


def worst(promises: Promises) -> list[Row]:
    """Return the broken promises that are the latest of all."""
    return _rows(promises, f"WHERE {_BROKEN} ORDER BY late DESC, clock_id LIMIT {WORST}")


def page_of(promises: Promises, number: int) -> list[Row]:
    """Return a page of the broken promises, the newest due first; pages count from 1."""
    return _rows(
        promises,
        f"WHERE {_BROKEN} ORDER BY due_at DESC, clock_id LIMIT {A_PAGE} OFFSET %s",
        (number - 1) * A_PAGE,
    )


def exported(promises: Promises, *, broken: bool) -> Iterator[Row]:
    """Yield broken promises, or all that fell due, in the order of their due times; bounded."""
    chosen = _BROKEN if broken else "outcome NOT IN ('open', 'paused')"
    yield from _rows(promises, f"WHERE {chosen} ORDER BY due_at, clock_id LIMIT {MOST_EXPORTED}")


def _rows(promises: Promises, rest: str, *parameters: int) -> list[Row]:
    found = promises.ask(
        f"SELECT {_COLUMNS} FROM promises {rest}", promises.scope.as_of, *parameters
    )
    return [Row(*values) for values in found]
