"""Every write of half-hours: counted anew, or told again, they are as they were last."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from django.db import connection, transaction

from complaints.alone import alone
from complaints.customers.models import Brand
from heatmaps_project.desk.models import Lookup, Origin
from heatmaps_project.supervision.staffing.half_lines import HalfLine
from heatmaps_project.supervision.staffing.models import HalfHour, Source

HALF: Final = timedelta(minutes=30)
_AT_A_TIME: Final = timedelta(days=7)
_LOCK: Final = 0x48414C46  # of whoever counts

# A call is one conversation: of the lookups that share it, the first says when it began.
_COUNT: Final = f"""
    INSERT INTO heatmaps_project_halfhour (source, brand_id, region_id, began_at, calls)
    SELECT '{Source.LOOKUPS}', l.brand_id, l.region_id,
        date_bin('30 minutes', l.at, TIMESTAMPTZ '2000-01-01 00:00Z') AS began, count(*)
    FROM heatmaps_project_lookup l
    WHERE l.at >= %s AND l.at < %s AND l.origin <> '{Origin.OWN}' AND NOT EXISTS (
        SELECT FROM heatmaps_project_lookup e
        WHERE e.call = l.call AND (e.at, e.id) < (l.at, l.id))
    GROUP BY l.brand_id, l.region_id, began
    ON CONFLICT (source, began_at, brand_id, region_id) DO UPDATE SET calls = EXCLUDED.calls
"""


@transaction.atomic
def take_halves(*, brand: Brand, lines: Sequence[HalfLine]) -> int:
    """Keep what a file says of a brand's half-hours, all of it; return how many there were."""
    rows = [
        HalfHour(
            source=Source.FILE,
            brand=brand,
            began_at=line.began_at,
            calls=line.calls,
            handle_s=line.handle_s,
        )
        for line in lines
    ]
    HalfHour.objects.bulk_create(
        rows,
        batch_size=2000,
        update_conflicts=True,
        unique_fields=["source", "began_at", "brand", "region"],
        update_fields=["calls", "handle_s"],
    )
    return len(rows)


def count_halves(*, now: datetime) -> int:
    """
    Count the calls looked up by the half-hour, from the last one counted on; return the half-hours.

    A week in a transaction: what was counted before a kill stays, and the next run goes on there.
    """
    counted, since = 0, _counted_until()
    while since is not None:
        with transaction.atomic():
            if not alone(_LOCK):
                return counted
            with connection.cursor() as cursor:
                cursor.execute(_COUNT, [since, min(since + _AT_A_TIME, now)])
                counted += cursor.rowcount
        since = _begin(since + _AT_A_TIME) if since + _AT_A_TIME < now else None
    return counted


def _counted_until() -> datetime | None:
    """Return the last half-hour counted, which may have grown since; before the first: its own."""
    rows = HalfHour.objects.filter(source=Source.LOOKUPS).order_by("-began_at")
    return rows.values_list("began_at", flat=True).first() or _begin(None)


def _begin(since: datetime | None) -> datetime | None:
    """Return the half-hour of the first lookup from then on; None: there is none."""
    rows = Lookup.objects.filter(at__gte=since) if since else Lookup.objects.all()
    first = rows.order_by("at", "pk").values_list("at", flat=True).first()
    return first - (first - datetime(2000, 1, 1, tzinfo=first.tzinfo)) % HALF if first else None
