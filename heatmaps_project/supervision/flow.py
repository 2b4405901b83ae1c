"""
What happened to spots in the last days: opened, fixed, fixed within a day; in one query.

Definitions are the sentences of `figures.HOW`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Count
from django.db.models.functions import TruncDate

from heatmaps_project.supervision.scope import Scope
from heatmaps_project.supervision.shares import Share
from spots.cases.events import EventKind
from spots.cases.models import Event

IN_A_DAY: Final = timedelta(hours=24)
HELD_FOR: Final = timedelta(hours=72)
SPANS: Final = (7, 30)  # days that totals are told of, besides the period's

# Each event and each spot is read once; an index knows the events (event_told).
_QUERY: Final = f"""
    WITH told AS (
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
    )
    SELECT team, ARRAY[{{spans}}
        count(*) FILTER (WHERE opened >= %s AND opened <= %s),
        count(*) FILTER (WHERE opened >= %s AND opened <= %s
            AND first_fixed <= opened + interval '{{in_a_day}} s' AND NOT EXISTS (
                SELECT FROM unnest(came_back) AS back
                WHERE back BETWEEN first_fixed AND first_fixed + interval '{{held_for}} s'))]
    FROM lives GROUP BY team
"""
_OF_SPAN: Final = "count(*) FILTER (WHERE opened >= %s), count(*) FILTER (WHERE last_fixed >= %s), "


@dataclass(frozen=True)
class Daily:
    """Spots opened and fixed on each of `Scope.dates`; one that was so twice counts on each day."""

    opened: list[int]
    fixed: list[int]


@dataclass(frozen=True)
class Flow:
    """Spots opened and fixed, each counted once in a total."""

    opened: Mapping[int, int]  # by the number of days
    fixed: Mapping[int, int]
    of_team: Mapping[int | None, tuple[int, int]]  # opened and fixed in the period
    in_a_day: Share  # of the period's spots that are older, fixed within a day, and stayed so
    in_a_day_of: Mapping[int | None, Share]  # by team


def flow(scope: Scope) -> Flow:
    """Count what happened to the scope's spots: one query, however many they are."""
    spans = (*SPANS, scope.days)
    of_team: dict[int | None, list[int]] = dict(_asked(scope, spans))
    totals = [sum(column) for column in zip(*of_team.values(), strict=True)]
    *counts, whole, part = totals or [0] * (2 * len(spans) + 2)
    return Flow(
        opened=dict(zip(spans, counts[::2], strict=True)),
        fixed=dict(zip(spans, counts[1::2], strict=True)),
        of_team={team: (numbers[-4], numbers[-3]) for team, numbers in of_team.items()},
        in_a_day=Share(part, whole),
        in_a_day_of={team: Share(row[-1], row[-2]) for team, row in of_team.items()},
    )


def daily(scope: Scope) -> Daily:
    """Count what happened on each day: one query."""
    told = Event.objects.filter(case__in=scope.spots, kind__in=[EventKind.OPENED, EventKind.FIXED])
    rows = (
        told.filter(at__gte=scope.since(), at__lte=scope.now)
        .order_by()
        .values_list("kind", TruncDate("at", tzinfo=scope.zone))
        .annotate(spots=Count("case", distinct=True))
    )
    found = {(kind, day): count for kind, day, count in rows}
    return Daily(
        *(
            [found.get((kind, day), 0) for day in scope.dates()]
            for kind in (EventKind.OPENED, EventKind.FIXED)
        )
    )


def _asked(scope: Scope, spans: Iterable[int]) -> list[tuple[Any, ...]]:
    try:
        spots, of_spots = scope.spots.values("id", "team_id").query.sql_with_params()
    except EmptyResultSet:  # the reader is let into no brand or region
        return []
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
        *(min(begins), scope.now),
        *(begin for begin in begins for _ in range(2)),
        *(*cohort, *cohort),
    ]
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return list(cursor.fetchall())
