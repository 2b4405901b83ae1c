"""
Sums of facts over periods: of what is summed by the hour, and of the rest live.

Live are the days that are not settled, or not summed yet, or whose rows changed since: what is
told is never older than the question.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final

from django.db import connection

from complaints.customers.walls import within
from heatmaps_project.supervision.rollups.facts import SETTLES, Fact
from heatmaps_project.supervision.rollups.sources import COLUMNS, source
from heatmaps_project.supervision.rollups.spans import Span, between, inside
from heatmaps_project.supervision.scope import Scope

MOMENT: Final = timedelta(microseconds=1)
_HOUR_S: Final = 3600
# Runs of days that are summed and not stale, each as its first and last.
_RUNS: Final = """
    SELECT fact, min(day), max(day) FROM (
        SELECT d.fact, d.day, d.day - row_number() OVER (PARTITION BY d.fact ORDER BY d.day)::int
            AS island
        FROM heatmaps_project_rolledday d
        WHERE d.day BETWEEN %s AND %s AND NOT EXISTS (
            SELECT FROM heatmaps_project_staleday s WHERE s.fact = d.fact AND s.day = d.day)
    ) AS days GROUP BY fact, island ORDER BY fact, min(day)
"""
_SUMMED: Final = """
    SELECT fact, hour AS at, brand_id, region_id, team_id, topic_id, what, before, took, n, good,
        total
    FROM heatmaps_project_hourlyfact WHERE {hours}
"""
_LIVE: Final = f"""
    SELECT '{{name}}' AS fact, {{name}}_rows.* FROM ({{query}}) AS {{name}}_rows ({COLUMNS})
"""
_ASKED: Final = """
    SELECT fact, {keys} {sums} FROM ({rows}) AS told WHERE {walls} GROUP BY {groups}
"""
_LENGTHS: Final = """
    SELECT took, n FROM ({rows}) AS told WHERE took IS NOT NULL AND {walls}
"""
_WALLS: Final = f"""
    {within()}
    AND (%(team)s::bigint IS NULL OR team_id = %(team)s)
    AND (%(region)s::bigint IS NULL OR region_id = %(region)s)
"""
_SUM: Final = "coalesce(sum({what}) FILTER (WHERE {when}), 0)::bigint"
# What happened to a case twice in a span, or on a day if days are asked for, counts once there.
_IN_SPAN: Final = """
    at >= %({span}_begin)s AND at < %({span}_end)s
    AND (before IS NULL OR before < %({span}_begin)s{or_day})
"""
_DAY: Final = "({at} AT TIME ZONE %(zone)s)::date"
_OR_DAY: Final = f" OR {_DAY.format(at='before')} < {_DAY.format(at='at')}"
KEYS: Final = {
    "team": "team_id",
    "topic": "topic_id",
    "what": "what",
    "day": _DAY.format(at="at"),
}


@dataclass(frozen=True)
class Sum:
    """Of a fact in a span: rows, the good ones of them, and what else its source sums."""

    n: int = 0
    good: int = 0
    total: int = 0

    def __add__(self, other: "Sum") -> "Sum":
        return Sum(self.n + other.n, self.good + other.good, self.total + other.total)


NOTHING: Final = Sum()


def summed(
    scope: Scope, facts: Sequence[Fact], spans: Sequence[Span], *, by: Sequence[str] = ()
) -> dict[tuple[Any, ...], list[Sum]]:
    """
    Return the sums of each span, by fact and whatever else of KEYS.

    One query, and one for all that is asked of the scope from the same day on.

    spans  begin at the midnights of the scope's zone, and end as of its moment at the latest
    """
    whole = Span(min(one.begin for one in spans), max(one.end for one in spans))
    parts, values = _parts(scope, facts, whole)
    for n, span in enumerate(spans):
        values |= {f"s{n}_begin": span.begin, f"s{n}_end": span.end}
    keys = [KEYS[name] for name in by]
    # Each part by itself: the planner then sums an index's rows as it finds them.
    asked = (_query(part, keys, len(spans), by_day="day" in by) for part in parts)
    found: dict[tuple[Any, ...], list[Sum]] = {}
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(asked), values)
        for row in cursor.fetchall():
            key, sums = tuple(row[: len(by) + 1]), _sums(row[len(by) + 1 :])
            there = found.get(key)
            found[key] = [a + b for a, b in zip(there, sums, strict=True)] if there else sums
    return found


def lengths(scope: Scope, fact: Fact, span: Span) -> tuple[str, dict[str, Any]]:
    """Return a query of lengths, `took`, each of `n` rows of a fact, and its values."""
    parts, values = _parts(scope, [fact], span)
    return _LENGTHS.format(rows=" UNION ALL ".join(parts), walls=_WALLS), values


def _parts(
    scope: Scope, facts: Sequence[Fact], whole: Span
) -> tuple[Sequence[str], dict[str, Any]]:
    """Return the queries of facts' rows in a span, each of one fact, summed or live; and values."""
    of_days = _summed(facts, whole, scope)
    values = _of_scope(scope)
    parts = []
    for fact in facts:
        parts.append(_hours(fact, of_days.get(fact, []), values))
        parts.append(_live(fact, of_days, whole, values))
    return [part for part in parts if part], values


def _hours(fact: Fact, spans: Sequence[Span], values: dict[str, Any]) -> str:
    hours = []
    for n, span in enumerate(spans):
        begin, end = f"{fact.value}_first{n}", f"{fact.value}_last{n}"
        values |= {begin: span.begin, end: span.end}
        hours.append(f"fact = '{fact.value}' AND hour >= %({begin})s AND hour < %({end})s")
    return _SUMMED.format(hours=" OR ".join(hours)) if hours else ""


def _live(
    fact: Fact, of_days: Mapping[str, list[Span]], whole: Span, values: dict[str, Any]
) -> str:
    spans = between(of_days.get(fact, []), whole)
    if not spans:
        return ""
    query, asked = source(fact, spans, values["now"])
    values |= asked
    return _LIVE.format(name=fact.value, query=query)


def _query(rows: str, keys: Sequence[str], spans: int, *, by_day: bool) -> str:
    sums = [
        _SUM.format(what=what, when=_IN_SPAN.format(span=f"s{n}", or_day=_OR_DAY if by_day else ""))
        for n in range(spans)
        for what in ("n", "good", "total")
    ]
    return _ASKED.format(
        keys="".join(f"{key}, " for key in keys),
        sums=", ".join(sums),
        rows=rows,
        walls=_WALLS,
        groups=", ".join(str(n + 1) for n in range(len(keys) + 1)),
    )


def _sums(numbers: Sequence[int]) -> list[Sum]:
    return [Sum(*numbers[n : n + 3]) for n in range(0, len(numbers), 3)]


def _of_scope(scope: Scope) -> dict[str, Any]:
    return {
        "now": scope.now,
        "zone": scope.zone.key,
        **scope.walls.values,
        "team": scope.team,
        "region": scope.region,
    }


def _summed(facts: Sequence[Fact], whole: Span, scope: Scope) -> Mapping[str, list[Span]]:
    """Return the spans whose hours can be taken as they are summed."""
    if not _by_whole_hours(whole.begin, scope):
        return {}
    days = (whole.begin.astimezone(UTC).date(), scope.now.astimezone(UTC).date())
    if days not in scope.runs:
        scope.runs[days] = _runs(*days)
    runs = scope.runs[days]
    return {
        fact: inside(runs.get(fact, []), Span(whole.begin, settled(fact, scope.now)))
        for fact in facts
    }


def _runs(first: date, last: date) -> dict[str, list[Span]]:
    runs: dict[str, list[Span]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_RUNS, [first, last])
        for fact, begins, ends in cursor.fetchall():
            span = Span(midnight(begins), midnight(ends + timedelta(days=1)))
            runs.setdefault(fact, []).append(span)
    return runs


def settled(fact: Fact, now: datetime) -> datetime:
    """Return the midnight, in UTC, up to which a fact is settled at a moment."""
    return midnight((now - SETTLES[fact]).astimezone(UTC).date())


def _by_whole_hours(begin: datetime, scope: Scope) -> bool:
    """Whether days of the zone begin with an hour of UTC: not in India, say, which is read live."""
    offsets = (at.astimezone(scope.zone).utcoffset() for at in (begin, scope.now))
    return all((offset or timedelta()).total_seconds() % _HOUR_S == 0 for offset in offsets)


def midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
