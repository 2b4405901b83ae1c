"""Summing days of facts: those that are settled and not summed yet, or changed since."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from time import monotonic
from typing import Final

from django.db import connection, transaction

from complaints.alone import alone
from heatmaps_project.supervision.rollups.facts import Fact
from heatmaps_project.supervision.rollups.models import HourlyFact, RolledDay, StaleDay
from heatmaps_project.supervision.rollups.reading import midnight, settled
from heatmaps_project.supervision.rollups.sources import COLUMNS, source
from heatmaps_project.supervision.rollups.spans import Span, joined

DAYS: Final = 740  # summed: two years, which the business case sets side by side
AT_ONCE: Final = 31  # days of a fact in one transaction
LOCK: Final = 1718579062  # of the one who sums
_PATIENCE: Final = timedelta(seconds=60)  # of one run: the next goes on
_SUM: Final = f"""
    INSERT INTO heatmaps_project_hourlyfact (
        fact, hour, brand_id, region_id, team_id, topic_id, what, before, took, n, good,
        total)
    SELECT %(fact)s, date_trunc('hour', at, 'UTC'), brand_id, region_id, team_id, topic_id, what,
        before, took, sum(n), sum(good), sum(total)
    FROM ({{query}}) AS told ({COLUMNS})
    GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9
"""


def roll_up(*, now: datetime, days: int = DAYS) -> int:
    """
    Sum what is settled and not summed, or stale, newest first; return how many days of facts.

    One process sums at a time: whoever meets another leaves it to go on. What takes longer than a
    minute goes on at the next run. What was summed stays so, however long ago it was; a clock set
    back over midnight asks for no older day.

    days  so many are summed, up to the newest that is settled
    """
    done, began = 0, monotonic()
    for fact in Fact:
        some: int | None = AT_ONCE
        while some == AT_ONCE and monotonic() - began < _PATIENCE.total_seconds():
            some = _roll(fact, now, days)
            if some is None:
                return done
            done += some
    return done


@transaction.atomic
def _roll(fact: Fact, now: datetime, many: int) -> int | None:
    """Sum the next days of a fact; return how many; None: another process is at it."""
    if not alone(LOCK):
        return None
    last = settled(fact, now).date()
    shown = {last - timedelta(days=ago) for ago in range(1, many + 1)}
    notes = list(StaleDay.objects.filter(fact=fact).values_list("pk", "day"))
    summed = set(RolledDay.objects.filter(fact=fact).values_list("day", flat=True))
    oldest = min(summed) if len(summed) >= many else date.min
    missing = {day for day in shown - summed if day > oldest}
    wanted = missing | (summed & {day for _pk, day in notes})
    days = sorted(wanted, reverse=True)[:AT_ONCE]
    if days:
        _sum(fact, days, now)
    # Only those that were there before the count: another is of a change it may have missed.
    over = [pk for pk, day in notes if day in days or day not in wanted]
    StaleDay.objects.filter(pk__in=over).delete()
    return len(days)


def _sum(fact: Fact, days: Iterable[date], now: datetime) -> None:
    spans = joined(Span(midnight(day), midnight(day + timedelta(days=1))) for day in sorted(days))
    for one in spans:
        HourlyFact.objects.filter(fact=fact, hour__gte=one.begin, hour__lt=one.end).delete()
    query, values = source(fact, spans, now)
    with connection.cursor() as cursor:
        cursor.execute(_SUM.format(query=query), {**values, "fact": fact.value})
    RolledDay.objects.bulk_create(
        (RolledDay(fact=fact, day=day) for day in days), ignore_conflicts=True
    )
