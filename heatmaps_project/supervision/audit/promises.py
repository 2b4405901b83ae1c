"""
The promises of a scope as one relation of SQL, on which every figure of the audit is a query.

Rows are the clocks that fell due in the period, and those that have yet to or stand still, as
they stand; of those that were known otherwise at the scope's moment, what
as_of.py found. Their dimensions are the case's,
which each clock has with it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from django.db import connection

from heatmaps_project.supervision.audit.as_of import Travel, travel
from heatmaps_project.supervision.audit.scope import AuditScope
from spots.sla.outcomes import OUTCOME, Outcome

# What a promise can be asked for by: the names of filters, and of columns.
DIMENSIONS: Final = ("target", "team", "engineer", "region", "topic", "brand", "policy", "band")
NONE: Final = 0  # the value of a filter: of no team, engineer or topic

_OF_CASE: Final = """
    c.kind, c.target, c.region_id AS region, c.topic_id AS topic, c.brand_id AS brand
"""
_STANDING: Final = f"""
    SELECT c.id AS clock_id, c.case_id, {_OF_CASE}, {{how}}, c.policy_id AS policy, c.minutes,
        c.due_at, c.satisfied_at, c.stopped_at, c.consumed_minutes AS consumed
    FROM spots_clock c {{joined}}
"""
_FELL_DUE: Final = "c.due_at >= %(since)s AND c.due_at < %(until)s"
_RUNNING: Final = """
    c.satisfied_at IS NULL AND c.stopped_at IS NULL AND c.breached_at IS NULL
        AND (c.due_at >= %(as_of)s OR c.due_at IS NULL)
"""
_UNCHANGED: Final = "(c.recorded_until > %(as_of)s) IS NOT TRUE"
_NOW: Final = "c.band, c.team_id AS team, c.engineer_id AS engineer"
_THEN: Final = """
    coalesce(s.band, c.band) AS band,
    CASE WHEN s.moved THEN s.team_id ELSE c.team_id END AS team,
    CASE WHEN s.moved THEN s.engineer_id ELSE c.engineer_id END AS engineer
"""
# Of the few cases that stood otherwise then, and of all others: a join of all takes twice as long.
_AS_NOW: Final = f"""
    {_STANDING.format(how=_NOW, joined="")}
    WHERE {{condition}} AND {_UNCHANGED} AND c.case_id <> ALL(%(standing_case_id)s::bigint[])
"""
_AS_THEN: Final = f"""
    {_STANDING.format(how=_THEN, joined="JOIN standings s ON s.case_id = c.case_id")}
    WHERE {{condition}} AND {_UNCHANGED}
"""
_KNOWN: Final = f"""
    SELECT c.id, c.case_id, {_OF_CASE}, {_THEN}, n.policy_id, n.minutes, n.due_at,
        n.satisfied_at, n.stopped_at, n.consumed
    FROM known n JOIN spots_clock c ON c.id = n.clock_id
        LEFT JOIN standings s ON s.case_id = c.case_id
    WHERE (n.due_at >= %(since)s AND n.due_at < %(until)s)
        OR (coalesce(n.satisfied_at, n.stopped_at) IS NULL
            AND (n.due_at IS NULL OR n.due_at >= %(as_of)s))
"""
_TRAVELLED: Final = """
    known AS NOT MATERIALIZED (
        SELECT * FROM unnest(
            %(known_clock_id)s::bigint[], %(known_policy_id)s::bigint[], %(known_minutes)s::int[],
            %(known_due_at)s::timestamptz[], %(known_satisfied_at)s::timestamptz[],
            %(known_stopped_at)s::timestamptz[], %(known_consumed)s::float8[]
        ) AS t (clock_id, policy_id, minutes, due_at, satisfied_at, stopped_at, consumed)
    ), standings AS NOT MATERIALIZED (
        SELECT * FROM unnest(
            %(standing_case_id)s::bigint[], %(standing_moved)s::bool[],
            %(standing_team_id)s::bigint[], %(standing_engineer_id)s::bigint[],
            %(standing_band)s::smallint[]
        ) AS t (case_id, moved, team_id, engineer_id, band)
    ),
"""
_PROMISES: Final = f"""
    rows AS NOT MATERIALIZED ({{rows}}), promises AS NOT MATERIALIZED (
        SELECT rows.*, {OUTCOME.replace("%s", "%(as_of)s")} AS outcome
        FROM rows WHERE {{where}}
    )
"""
# What fell due in the period and came late came since it began, and so did the reason for it.
_GIVEN: Final = "at >= %(since)s AND at <= %(as_of)s"
# With the reason that was given last for what came late; for few rows, or many one by one.
WITH_REASONS: Final = f"""
    promises LEFT JOIN LATERAL (
        SELECT reason_id FROM spots_latefix AS given
        WHERE given.clock_id = promises.clock_id AND outcome = '{Outcome.LATE}' AND {_GIVEN}
        ORDER BY at DESC LIMIT 1
    ) AS given ON true
"""
# Of the clocks in whose period it was given, whatever became of them: for all at once.
REASONS: Final = f"""(
    SELECT DISTINCT ON (clock_id) clock_id AS of_clock, reason_id FROM spots_latefix
    WHERE {_GIVEN} ORDER BY clock_id, at DESC
) AS given"""
_AT_ONCE: Final = 2000  # rows of a stream


@dataclass(frozen=True)
class Promises:
    """The relation of a scope; it is put before each query on `promises`."""

    scope: AuditScope
    travel: Travel

    def ask(
        self, query: str, *, only_fallen: bool = False, **parameters: Any
    ) -> list[tuple[Any, ...]]:
        """
        Return the rows of a query on `promises`, whose parameters are named.

        Its columns: clock_id, case_id, kind, those of DIMENSIONS, minutes, due_at, satisfied_at,
        stopped_at, consumed (working minutes) and outcome; of WITH_REASONS also reason_id.

        only_fallen  leave out those that run in time or stand still
        """
        sql, values = self._relation(only_fallen=only_fallen)
        with connection.cursor() as cursor:
            cursor.execute(sql + query, values | parameters)
            return list(cursor.fetchall())

    def stream(self, query: str, **parameters: Any) -> Iterator[tuple[Any, ...]]:
        """Yield the rows of a query on those that fell due; memory does not grow with them."""
        sql, values = self._relation(only_fallen=True)
        with connection.chunked_cursor() as cursor:
            cursor.execute(sql + query, values | parameters)
            while rows := cursor.fetchmany(_AT_ONCE):
                yield from rows

    def _relation(self, *, only_fallen: bool) -> tuple[str, dict[str, Any]]:
        scope, (where, values) = self.scope, _conditions(self.scope)
        values |= {"since": scope.since, "until": scope.until, "as_of": scope.as_of}
        conditions = [_FELL_DUE] if only_fallen else [_FELL_DUE, _RUNNING]
        if not scope.travels:
            standing = _STANDING.format(how=_NOW, joined="")
            return _told(
                [f"{standing} WHERE {condition}" for condition in conditions], where
            ), values
        values |= self.travel.columns()
        rows = [
            query.format(condition=condition)
            for query in (_AS_NOW, _AS_THEN)
            for condition in conditions
        ]
        return _told([*rows, _KNOWN], where, before=_TRAVELLED), values


def promises_of(scope: AuditScope) -> Promises:
    return Promises(scope, travel(scope))


def _told(rows: list[str], where: str, *, before: str = "") -> str:
    return f"WITH {before} " + _PROMISES.format(rows=" UNION ALL ".join(rows), where=where)


def _conditions(scope: AuditScope) -> tuple[str, dict[str, Any]]:
    """Return what rows have to be: inside the reader's walls, and as the filters ask."""
    conditions, values = ["true"], dict[str, Any]()
    for column, allowed in (("brand", scope.walls.brands), ("region", scope.walls.regions)):
        if allowed is not None:
            conditions.append(f"{column} = ANY(%(walls_{column})s)")
            values[f"walls_{column}"] = list(allowed)
    for column, value in scope.filters.items():
        assert column in (*DIMENSIONS, "kind")
        none = value == NONE
        conditions.append(f"{column} IS NULL" if none else f"{column} = %(of_{column})s")
        values[f"of_{column}"] = value
    return " AND ".join(conditions), values
