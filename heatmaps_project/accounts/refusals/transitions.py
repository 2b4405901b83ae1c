"""Counting refusals, and forgetting them."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db import connection
from django.db.models import Sum

from heatmaps_project.accounts.calls.transitions import KEPT
from heatmaps_project.accounts.refusals.models import Refusal

HOUR: Final = timedelta(hours=1)
# Whoever was deleted meanwhile is left out.
_ADD: Final = """
    INSERT INTO heatmaps_project_refusal AS known
        (hour, user_id, client_id, route, status, times, behind_walls)
    SELECT %(hour)s, %(user)s, %(client)s, %(route)s, %(status)s, 1, %(behind)s::int
    WHERE EXISTS (SELECT 1 FROM heatmaps_project_user WHERE id = %(user)s)
       OR EXISTS (SELECT 1 FROM heatmaps_project_apiclient WHERE id = %(client)s)
    ON CONFLICT ON CONSTRAINT refusal_once DO UPDATE
    SET times = known.times + 1, behind_walls = known.behind_walls + excluded.behind_walls
"""


@dataclass(frozen=True)
class Refused:
    times: int  # of all together
    behind_walls: int  # rows behind walls that the one of them who asked for most asked for


def add(
    *,
    user: int | None = None,
    client: int | None = None,
    route: str,
    status: int,
    behind: bool,
    now: datetime,
) -> None:
    """Count one more of its hour."""
    hour = now.replace(minute=0, second=0, microsecond=0)
    of = {"hour": hour, "user": user, "client": client, "behind": behind}
    with connection.cursor() as cursor:
        cursor.execute(_ADD, {**of, "route": route, "status": status})


def lately(*, now: datetime) -> dict[str, Refused]:
    """Return what the staff and machines were refused in this hour and the last."""
    rows = Refusal.objects.filter(hour__gt=now - 2 * HOUR).order_by().values("user", "client")
    each = list(rows.annotate(n=Sum("times"), behind=Sum("behind_walls")))
    told = {
        "staff": [row for row in each if row["user"] is not None],
        "machines": [row for row in each if row["client"] is not None],
    }
    return {
        name: Refused(sum(row["n"] for row in of), max((row["behind"] for row in of), default=0))
        for name, of in told.items()
    }


def forget(*, now: datetime) -> int:
    """Delete what is older than calls are kept; return how many rows."""
    return Refusal.objects.filter(hour__lt=now - KEPT).delete()[0]
