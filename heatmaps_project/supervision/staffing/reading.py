"""What is known of the calls of days gone by, and the table that is made of it."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from django.db.models import F, Sum

from complaints.customers.walls import Walls
from heatmaps_project.supervision.staffing.erlang import Staffed, Target, erlangs, staffed
from heatmaps_project.supervision.staffing.forecast import (
    HALVES,
    Error,
    Errors,
    errors,
    forecast,
)
from heatmaps_project.supervision.staffing.models import HalfHour, HalfHourQuerySet, Source

TRIED: Final = 28  # days that are forecast again, to see how wrong it was
LOOKED_AT: Final = 2 * TRIED + 7  # days before today that count
HALF_S: Final = 1800
USUAL_HANDLE_S: Final = 240  # where no file says


@dataclass(frozen=True)
class Asked:
    """Whose calls, for which day, and what is wanted."""

    walls: Walls
    brand: int | None
    day: date
    target: Target
    handle_s: float | None  # None: as the files say
    now: datetime
    zone: ZoneInfo


@dataclass(frozen=True)
class Row:
    """Half an hour of the day."""

    at: time
    calls: float
    week_before: float | None  # that came on the same weekday last; None: not known
    staffed: Staffed
    error: Error


@dataclass(frozen=True)
class Table:
    rows: Sequence[Row]  # none: too few days are known
    errors: Errors
    handle_s: float
    measured: bool  # whether the files say how long a call takes
    days: int  # known

    @property
    def most(self) -> int:
        return max((row.staffed.agents for row in self.rows), default=0)

    @property
    def hours(self) -> float:
        """Hours of agents on the line that the day takes."""
        return sum(row.staffed.agents for row in self.rows) / 2

    @property
    def calls(self) -> float:
        return sum(row.calls for row in self.rows)


def table(asked: Asked) -> Table:
    """Return what a day takes by the half-hour; two queries."""
    today = asked.now.astimezone(asked.zone).date()
    since = datetime.combine(today - timedelta(days=LOOKED_AT), time(), asked.zone)
    until = datetime.combine(today, time(), asked.zone)
    halves = HalfHour.objects.within(asked.walls).filter(began_at__gte=since, began_at__lt=until)
    if asked.brand is not None:
        halves = halves.filter(brand=asked.brand)
    known = _known(halves, asked.zone)
    said = _handle_s(halves)
    handle_s = asked.handle_s or said or USUAL_HANDLE_S
    tried = [day for day in known if day >= today - timedelta(days=TRIED)]
    wrong = errors(known, tried)
    before = next(
        (known[one] for n in range(1, 53) if (one := asked.day - timedelta(weeks=n)) in known), None
    )
    rows = [
        Row(
            time(half // 2, 30 * (half % 2)),
            calls,
            before[half] if before else None,
            staffed(
                erlangs(calls, handle_s=handle_s, seconds=HALF_S),
                handle_s=handle_s,
                target=asked.target,
            ),
            wrong.by_half[half],
        )
        for half, calls in enumerate(forecast(known, asked.day) or ())
    ]
    measured = asked.handle_s is None and said is not None
    return Table(rows, wrong, handle_s, measured, len(known))


def _known(halves: HalfHourQuerySet, zone: ZoneInfo) -> dict[date, list[float]]:
    """
    Return the calls of each day by its half-hours.

    What a telephone system counted of a brand's day goes before the calls looked up of it, and
    before those of callers whose brand nobody knew. A day without any call is not known.
    """
    found: dict[tuple[int | None, date, str], list[float]] = defaultdict(lambda: [0.0] * HALVES)
    rows = halves.order_by().values_list("brand", "began_at", "source").annotate(n=Sum("calls"))
    for brand, began_at, source, calls in rows:
        local = began_at.astimezone(zone)
        found[brand, local.date(), source][2 * local.hour + local.minute // 30] += calls
    told = {(brand, day) for brand, day, source in found if source == Source.FILE}
    told |= {(None, day) for _brand, day in told}
    days: dict[date, list[float]] = defaultdict(lambda: [0.0] * HALVES)
    for (brand, day, source), calls in found.items():
        if source == Source.FILE or (brand, day) not in told:
            days[day] = [whole + part for whole, part in zip(days[day], calls, strict=True)]
    return {day: calls for day, calls in days.items() if any(calls)}


def _handle_s(halves: HalfHourQuerySet) -> float | None:
    """Return how long a call took on average where files say so, seconds."""
    told = halves.filter(handle_s__isnull=False)
    sums = told.aggregate(n=Sum("calls"), seconds=Sum(F("calls") * F("handle_s")))
    return sums["seconds"] / sums["n"] if sums["n"] else None
