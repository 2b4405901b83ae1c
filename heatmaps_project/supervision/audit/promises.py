"""
The promises of a scope as one relation of SQL, on which every figure of the audit is a query.

Rows are the clocks that fell due in the period, and those that have yet to or stand still, as
they stand; of those that were known otherwise at the scope's moment, what
as_of.py found. Their dimensions are the case's.
"""

from dataclasses import dataclass
from typing import Any, Final

from django.db import connection

from heatmaps_project.supervision.audit.as_of import Travel, travel
from heatmaps_project.supervision.audit.scope import AuditScope
from spots.sla.outcomes import OUTCOME

# What a promise can be asked for by: the names of filters, and of columns.
DIMENSIONS: Final = ("target", "team", "engineer", "region", "topic", "brand", "policy", "band")
NONE: Final = 0  # the value of a filter: of no team, engineer or topic

_COLUMNS: Final = """
    c.id AS clock_id, c.case_id, k.kind, c.target, k.region_id AS region, k.topic_id AS topic,
    k.brand_id AS brand, k.band,
    CASE WHEN s.case_id IS NULL THEN k.team_id ELSE s.team_id END AS team,
    CASE WHEN s.case_id IS NULL THEN k.engineer_id ELSE s.engineer_id END AS engineer
"""
_JOINS: Final = """
    JOIN spots_case k ON k.id = c.case_id LEFT JOIN standings s ON s.case_id = c.case_id
"""
_RELATION: Final = f"""
    WITH known AS MATERIALIZED (
        SELECT * FROM unnest(
            %s::bigint[], %s::bigint[], %s::int[], %s::timestamptz[], %s::timestamptz[],
            %s::timestamptz[], %s::float8[]
        ) AS t (clock_id, policy_id, minutes, due_at, satisfied_at, stopped_at, consumed)
    ), standings AS MATERIALIZED (
        SELECT * FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[])
            AS t (case_id, team_id, engineer_id)
    ), reasons AS MATERIALIZED (
        SELECT DISTINCT ON (clock_id) clock_id, reason_id FROM spots_latefix WHERE at <= %s
        ORDER BY clock_id, at DESC
    ), rows AS (
        SELECT {_COLUMNS}, c.policy_id AS policy, c.minutes, c.due_at, c.satisfied_at,
            c.stopped_at, c.consumed_minutes AS consumed
        FROM spots_clock c {_JOINS}
        WHERE c.due_at >= %s AND c.due_at < %s AND c.id <> ALL(%s)
        UNION ALL
        SELECT {_COLUMNS}, n.policy_id, n.minutes, n.due_at, n.satisfied_at, n.stopped_at,
            n.consumed
        FROM known n JOIN spots_clock c ON c.id = n.clock_id {_JOINS}
        WHERE (n.due_at >= %s AND n.due_at < %s)
            OR (coalesce(n.satisfied_at, n.stopped_at) IS NULL
                AND (n.due_at IS NULL OR n.due_at >= %s))
        UNION ALL
        SELECT {_COLUMNS}, c.policy_id, c.minutes, c.due_at, c.satisfied_at, c.stopped_at,
            c.consumed_minutes
        FROM spots_clock c {_JOINS}
        WHERE c.satisfied_at IS NULL AND c.stopped_at IS NULL AND c.breached_at IS NULL
            AND (c.due_at >= %s OR c.due_at IS NULL) AND c.id <> ALL(%s)
    ), promises AS (
        SELECT rows.*, {OUTCOME} AS outcome, reasons.reason_id AS reason
        FROM rows LEFT JOIN reasons USING (clock_id) WHERE {{where}}
    )
"""


@dataclass(frozen=True)
class Promises:
    """The relation of a scope; it is put before each query on `promises`."""

    scope: AuditScope
    travel: Travel

    def ask(self, query: str, *parameters: Any) -> list[tuple[Any, ...]]:
        """
        Return the rows of a query on `promises`.

        Its columns: clock_id, case_id, kind, those of DIMENSIONS, minutes, due_at, satisfied_at,
        stopped_at, consumed (working minutes), outcome and reason.
        """
        sql, values = self._relation()
        with connection.cursor() as cursor:
            cursor.execute(sql + query, [*values, *parameters])
            return list(cursor.fetchall())

    def _relation(self) -> tuple[str, list[Any]]:
        scope, (where, asked) = self.scope, _conditions(self.scope)
        known, standings = self.travel.known, self.travel.standings
        return _RELATION.format(where=where), [
            *([getattr(row, name) for row in known] for name in _KNOWN),
            *([getattr(row, name) for row in standings] for name in _STANDING),
            scope.as_of,
            scope.since,
            scope.until,
            self.travel.changed,
            scope.since,
            scope.until,
            scope.as_of,
            scope.as_of,
            self.travel.changed,
            scope.as_of,
            *asked,
        ]


_KNOWN = ("clock_id", "policy_id", "minutes", "due_at", "satisfied_at", "stopped_at", "consumed")
_STANDING = ("case_id", "team_id", "engineer_id")


def promises_of(scope: AuditScope) -> Promises:
    return Promises(scope, travel(scope))


def _conditions(scope: AuditScope) -> tuple[str, list[Any]]:
    """Return what rows have to be: inside the reader's walls, and as the filters ask."""
    wanted: list[tuple[str, Any]] = [("true", ())]
    for column, allowed in (("brand", scope.walls.brands), ("region", scope.walls.regions)):
        if allowed is not None:
            wanted.append((f"{column} = ANY(%s)", (list(allowed),)))
    for column, value in scope.filters.items():
        assert column in (*DIMENSIONS, "kind")
        wanted.append((f"{column} IS NULL", ()) if value == NONE else (f"{column} = %s", (value,)))
    conditions = " AND ".join(condition for condition, _ in wanted)
    return conditions, [value for _, values in wanted for value in values]
