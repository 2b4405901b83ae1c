"""Counting refusals, and forgetting them."""

from datetime import datetime, timedelta
from typing import Final

from django.db import connection
from django.db.models import Q, Sum

from heatmaps_project.accounts.calls.transitions import KEPT
from heatmaps_project.accounts.refusals.models import Refusal

HOUR: Final = timedelta(hours=1)
# Whoever was deleted meanwhile is left out.
_ADD: Final = """
    INSERT INTO heatmaps_project_refusal AS known (hour, user_id, client_id, route, status, times)
    SELECT %(hour)s, %(user)s, %(client)s, %(route)s, %(status)s, 1
    WHERE EXISTS (SELECT 1 FROM heatmaps_project_user WHERE id = %(user)s)
       OR EXISTS (SELECT 1 FROM heatmaps_project_apiclient WHERE id = %(client)s)
    ON CONFLICT ON CONSTRAINT refusal_once DO UPDATE SET times = known.times + 1
"""


def add(
    *, user_id: int | None, client_id: int | None, route: str, status: int, now: datetime
) -> None:
    """Count one more of its hour."""
    hour = now.replace(minute=0, second=0, microsecond=0)
    of = {"hour": hour, "user": user_id, "client": client_id}
    with connection.cursor() as cursor:
        cursor.execute(_ADD, {**of, "route": route, "status": status})


def lately(*, now: datetime) -> dict[str, int]:
    """Return how often the staff and machines were refused something in this hour and the last."""
    told = Refusal.objects.filter(hour__gt=now - 2 * HOUR).aggregate(
        staff=Sum("times", filter=Q(client=None), default=0),
        machines=Sum("times", filter=Q(user=None), default=0),
    )
    return dict(told)


def forget(*, now: datetime) -> int:
    """Delete what is older than calls are kept; return how many rows."""
    return Refusal.objects.filter(hour__lt=now - KEPT).delete()[0]
