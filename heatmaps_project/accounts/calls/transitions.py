"""Writing down what API clients called, and forgetting it."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from django.db import connection

from heatmaps_project.accounts.calls.models import CallCount

KEPT: Final = timedelta(days=30)
# A client that was deleted meanwhile is left out. In the order of the key: two processes that
# write the same rows wait for each other.
_ADD: Final = """
    INSERT INTO heatmaps_project_callcount AS known
        (client_id, day, method, route, status, times, last_at)
    SELECT told.* FROM unnest(
        %s::bigint[], %s::date[], %s::text[], %s::text[], %s::int[], %s::int[], %s::timestamptz[]
    ) AS told (client_id, day, method, route, status, times, last_at)
    JOIN heatmaps_project_apiclient client ON client.id = told.client_id
    ORDER BY 1, 2, 3, 4, 5
    ON CONFLICT (client_id, day, method, route, status) DO UPDATE SET
        times = known.times + EXCLUDED.times,
        last_at = greatest(known.last_at, EXCLUDED.last_at)
"""


class Call(NamedTuple):
    """One kind of call."""

    client_id: int
    method: str
    route: str
    status: int


class Made(NamedTuple):
    """How often a call was made, and when last."""

    times: int
    last_at: datetime


def add(calls: Mapping[Call, Made]) -> None:
    """Count calls to those of their day."""
    rows = [
        (call.client_id, made.last_at.date(), *call[1:], made.times, made.last_at)
        for call, made in calls.items()
    ]
    with connection.cursor() as cursor:
        cursor.execute(_ADD, [list(column) for column in zip(*rows, strict=True)])


def forget(*, now: datetime) -> int:
    """Delete what is older than KEPT; return how many rows."""
    return CallCount.objects.filter(day__lt=(now - KEPT).date()).delete()[0]
