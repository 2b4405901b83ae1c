"""
What happened to spots in the last days: opened, fixed, fixed within a day; in one query.

Definitions are the sentences of `figures.HOW`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.db import connection

from heatmaps_project.supervision.scope import Scope
from heatmaps_project.supervision.shares import Share
from spots.cases.events import EventKind

IN_A_DAY: Final = timedelta(hours=24)
HELD_FOR: Final = timedelta(hours=72)
SPANS: Final = (7, 30)  # days that totals are told of, besides the period's

# Each event and each spot is read once; an index knows the events (event_told).
_QUERY: Final = f"""
    WITH told AS MATERIALIZED (
        SELECT e.case_id, e.kind, e.at, s.team_id AS team
        FROM spots_event e JOIN ({{spots}}) AS s ON s.id = e.case_id
        WHERE e.kind IN ('{EventKind.OPENED}', '{EventKind.FIXED}', '{EventKind.REOPENED}',
            '{EventKind.FAILED}') AND e.at >= %s AND e.at <= %s
    ), lives AS (
        SELECT case_id, team,
            max(at) FILTER (WHERE kind = '{EventKind.OPENED}') AS opened,
            min(at) FILTER (WHERE kind = '{EventKind.FIXED}') AS first_fixed,
            max(at) FILTER (WHERE kind = '{EventKind.FIXED}') AS last_fixed,
            array_agg(at) FILTER (WHERE kind IN ('{EventKind.REOPENED}', '{EventKind.FAILED}'))
                AS came_back
        FROM told GROUP BY case_id, team
    ), days AS (
        SELECT DISTINCT kind, (at AT TIME ZONE %s)::date AS day, case_id
        FROM told WHERE kind IN ('{EventKind.OPENED}', '{EventKind.FIXED}') AND at >= %s
    )
    SELECT team, NULL, NULL, ARRAY[{{spans}}
        count(*) FILTER (WHERE opened >= %s AND opened <= %s),
        count(*) FILTER (WHERE opened >= %s AND opened <= %s
            AND first_fixed <= opened + interval '{{in_a_day}} s' AND NOT EXISTS (
                SELECT FROM unnest(came_back) AS back
                WHERE back BETWEEN first_fixed AND first_fixed + interval '{{held_for}} s'))]
    FROM lives GROUP BY team
    UNION ALL
    SELECT NULL, kind, day, ARRAY[count(*)] FROM days GROUP BY kind, day
"""
_OF_SPAN: Final = "count(*) FILTER (WHERE opened >= %s), count(*) FILTER (WHERE last_fixed >= %s), "


@dataclass(frozen=True)
class Flow:
    """Spots opened and fixed, each counted once in a total."""

    opened: Mapping[int, int]  # by the number of days
    fixed: Mapping[int, int]
    opened_daily: list[int]  # by `Scope.dates`
    fixed_daily: list[int]
    of_team: Mapping[int | None, tuple[int, int]]  # opened and fixed in the period
    in_a_day: Share  # of the period's spots that are older, fixed within a day, and stayed so
    in_a_day_of: Mapping[int | None, Share]  # by team


def flow(scope: Scope) -> Flow:
    """Count what happened to the scope's spots: one query, however many they are."""
    spans = (*SPANS, scope.days)
    daily: dict[tuple[str, date], int] = {}
    of_team: dict[int | None, list[int]] = {}
    for team, kind, day, numbers in _asked(scope, spans):
        if kind is None:
            of_team[team] = numbers
        else:
            daily[kind, day] = numbers[0]
    totals = [sum(column) for column in zip(*of_team.values(), strict=True)]
    *counts, whole, part = totals or [0] * (2 * len(spans) + 2)
    return Flow(
        opened=dict(zip(spans, counts[::2], strict=True)),
        fixed=dict(zip(spans, counts[1::2], strict=True)),
        opened_daily=[daily.get((EventKind.OPENED, day), 0) for day in scope.dates()],
        fixed_daily=[daily.get((EventKind.FIXED, day), 0) for day in scope.dates()],
        of_team={team: (numbers[-4], numbers[-3]) for team, numbers in of_team.items()},
        in_a_day=Share(part, whole),
        in_a_day_of={team: Share(row[-1], row[-2]) for team, row in of_team.items()},
    )


def _asked(scope: Scope, spans: Iterable[int]) -> list[tuple[Any, ...]]:
    spots, of_spots = scope.spots.values("id", "team_id").query.sql_with_params()
    begins = [scope.since(days) for days in spans]
    cohort: tuple[datetime, datetime] = scope.since(), scope.now - IN_A_DAY
    query = _QUERY.format(
        spots=spots,
        spans=_OF_SPAN * len(begins),
        in_a_day=IN_A_DAY.total_seconds(),
        held_for=HELD_FOR.total_seconds(),
    )
    values = [
        *of_spots,
        *(min(begins), scope.now, str(scope.zone), scope.since()),
        *(begin for begin in begins for _ in range(2)),
        *(*cohort, *cohort),
    ]
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return list(cursor.fetchall())
