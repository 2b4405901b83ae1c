"""The broken promises themselves, each with its case, its clock and the reason that was given."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from heatmaps_project.supervision.audit.promises import WITH_REASONS, Promises
from spots.sla.models import Target
from spots.sla.outcomes import NOT_KEPT, Outcome

A_PAGE: Final = 50
WORST: Final = 10
MOST_EXPORTED: Final = 100_000

# Promises that moves keep; a first answer is no move.
ASK_REASON: Final = (Target.REACTION, Target.ETA, Target.FIX)
MOST_PAGES: Final = 100  # of the list; all are in the file

_LATE: Final = "coalesce(satisfied_at, stopped_at, %(as_of)s) - due_at"
_COLUMNS: Final = f"""
    clock_id, case_id, kind, target, team, engineer, region, topic, brand, policy, band, minutes,
    due_at, satisfied_at, stopped_at, consumed, outcome, reason_id, {_LATE} AS late
"""
_BROKEN: Final = f"{NOT_KEPT} AND outcome IN ('late', 'missed')"


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

    @property
    def asks_reason(self) -> bool:
        """Whether somebody was asked why: of what a move kept late."""
        return self.outcome == Outcome.LATE and self.target in ASK_REASON


def listed(
    promises: Promises, *, page: int, since: datetime | None = None
) -> tuple[list[Row], list[Row]]:
    """
    Return the broken promises that are the latest of all, and a page of all: one query.

    The newest due come first on the first page; pages count from 1.

    since  all of the page fell due from then on: the years before are not looked through for it
    """
    # Numbers are chosen first, by what an index holds; the rest is asked of the chosen alone, as
    # arrays: by those the clocks are found, whatever the relation is made of.
    found = promises.ask(
        f"""
        , worst AS MATERIALIZED (
            SELECT clock_id FROM promises WHERE {_BROKEN}
            ORDER BY {_LATE} DESC, clock_id LIMIT {WORST}
        ), listed AS MATERIALIZED (
            SELECT clock_id FROM promises WHERE {_BROKEN} AND due_at >= %(newest_since)s
            ORDER BY due_at DESC, clock_id LIMIT {A_PAGE} OFFSET %(before)s
        )
        SELECT clock_id = ANY(ARRAY(SELECT clock_id FROM worst)),
            clock_id = ANY(ARRAY(SELECT clock_id FROM listed)), {_COLUMNS}
        FROM {WITH_REASONS}
        WHERE clock_id = ANY(ARRAY(TABLE worst UNION TABLE listed))
        """,
        only_fallen=True,
        before=(page - 1) * A_PAGE,
        newest_since=since or promises.scope.since,
    )
    rows = [(is_worst, is_listed, Row(*values)) for is_worst, is_listed, *values in found]
    return (
        sorted((row for is_worst, _, row in rows if is_worst), key=_latest_first),
        sorted((row for _, is_listed, row in rows if is_listed), key=_newest_first),
    )


def _latest_first(row: Row) -> tuple[timedelta, int]:
    return -row.late, row.clock_id


def _newest_first(row: Row) -> tuple[float, int]:
    return -row.due_at.timestamp(), row.clock_id


def exported(promises: Promises, *, broken: bool) -> Iterator[Row]:
    """Yield broken promises, or all that fell due, in the order of their due times; bounded."""
    chosen = _BROKEN if broken else "true"
    for values in promises.stream(
        f"SELECT {_COLUMNS} FROM {WITH_REASONS} WHERE {chosen} ORDER BY due_at, clock_id"
        f" LIMIT {MOST_EXPORTED}"
    ):
        yield Row(*values)
