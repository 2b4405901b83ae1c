"""Heat of long ago is counted once, by the day, so that a tile need not count it each time."""

from datetime import date, datetime, timedelta
from time import monotonic
from typing import Any, Final

from django.db import connection, transaction

from complaints.alone import alone
from spots.maps.grid import HALF_WORLD_M, MAX_LATITUDE, cell_side_m
from spots.maps.heat import ZOOMS
from spots.maps.models import HeatCell, HeatDay, StaleHeat
from spots.maps.shaping import East, North

DAYS_UNTIL_COUNTED: Final = 3  # most complaints of a day have come in by then
DAYS: Final = 367  # counted: the longest period that the map shows
AT_ONCE: Final = 61  # days in one transaction: a year of ten million complaints takes minutes
PATIENCE_MS: Final = 200_000
_PATIENCE_S: Final = 60  # of one run
LOCK: Final = 1835102324  # of the one who counts

_EAST, _NORTH = (axis.template % {"expressions": "point"} for axis in (East, North))
# Complaints in a day are those that came in since: nothing occurs after it was received.
COUNT = f"""
    WITH finest AS MATERIALIZED (
        SELECT (occurred_at AT TIME ZONE 'UTC')::date AS day, brand_id, region_id, topic_id,
            floor(({_EAST} + {HALF_WORLD_M}) / %(side)s)::int AS x,
            floor(({_NORTH} + {HALF_WORLD_M}) / %(side)s)::int AS y,
            count(*) AS complaints
        FROM complaints_complaint
        WHERE "placing" = 'placed' AND "precision" <> 'locality' AND withdrawn_at IS NULL
            AND received_at >= %(since)s AND abs(ST_Y(point)) < {MAX_LATITUDE}
            AND (occurred_at AT TIME ZONE 'UTC')::date = ANY(%(days)s)
        GROUP BY 1, 2, 3, 4, 5, 6
    )
    INSERT INTO spots_heatcell (zoom, day, x, y, brand_id, region_id, topic_id, complaints)
    SELECT zoom, day, x >> (%(zoom)s - zoom), y >> (%(zoom)s - zoom), brand_id, region_id, topic_id,
        sum(complaints)
    FROM finest, unnest(%(zooms)s) AS zoom
    GROUP BY 1, 2, 3, 4, 5, 6, 7
"""


def count_heat(*, now: datetime) -> int:
    """
    Count the days that are over and not counted yet, or changed since; return how many.

    One process counts at a time; another returns at once. What takes longer than a minute goes on
    at the next run, the newest days having been first.
    """
    done, began = 0, monotonic()
    while some := _count_some(now):
        done += some
        if some < AT_ONCE or monotonic() - began > _PATIENCE_S:
            break
    return done


@transaction.atomic
def _count_some(now: datetime) -> int:
    today = now.date()
    first, last = today - timedelta(days=DAYS), today - timedelta(days=DAYS_UNTIL_COUNTED)
    if not alone(LOCK):
        return 0
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL statement_timeout = {PATIENCE_MS}")
    notes = list(StaleHeat.objects.values_list("pk", "day"))
    counted = set(HeatDay.objects.values_list("day", flat=True))
    shown = {first + timedelta(days=n) for n in range((last - first).days + 1)}
    wanted = (shown - counted) | (shown & {day for _, day in notes})
    days = sorted(wanted)[-AT_ONCE:]
    _forget(counted - shown)
    if days:
        _count(days, now=now)
    # Only those that were there before the count: another is of a change it may have missed.
    over = [pk for pk, day in notes if day in days or day not in wanted]
    StaleHeat.objects.filter(pk__in=over).delete()
    return len(days)


def _count(days: list[date], *, now: datetime) -> None:
    HeatCell.objects.filter(zoom__in=ZOOMS, day__in=days).delete()
    with connection.cursor() as cursor:
        finest = ZOOMS[-1]
        values: dict[str, Any] = {
            "since": days[0].isoformat() + "T00:00:00Z",
            "days": days,
            "zoom": finest,
            "zooms": list(ZOOMS),
            "side": cell_side_m(finest),
        }
        cursor.execute(COUNT, values)
    HeatDay.objects.bulk_create(
        (HeatDay(day=day, counted_at=now) for day in days),
        update_conflicts=True,
        unique_fields=["day"],
        update_fields=["counted_at"],
    )


def _forget(days: set[date]) -> None:
    if days:
        HeatCell.objects.filter(zoom__in=ZOOMS, day__in=days).delete()
        HeatDay.objects.filter(day__in=days).delete()
