"""
The life of a case cut into equal stretches of a reader's calendar, and what is usual in each. Pure.

Hours while it is young, then days, weeks and months, so that there are never more than MOST.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from enum import StrEnum
from math import ceil, floor, log10

MOST = 120  # stretches; more bars than that are a smear on a telephone
LEAST = 12  # fewer would be fat bars that tell nothing
TICKS = 4  # on the upright axis, besides nought
HOUR = timedelta(hours=1)
HOURS = 168  # of a week, from Monday 00:00 UTC


class Unit(StrEnum):
    HOUR = "hour"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"


@dataclass(frozen=True)
class Bins:
    """Stretches side by side: the i-th goes from edge i to before edge i + 1."""

    unit: Unit
    edges: tuple[datetime, ...]  # UTC, rising

    def __len__(self) -> int:
        return len(self.edges) - 1

    def position(self, at: datetime) -> float:
        """Return how far along a moment is: 0 at the first edge, 1 at the last one, cut there."""
        if at <= self.edges[0]:
            return 0.0
        for i in range(len(self)):
            since, until = self.edges[i : i + 2]
            if at < until:
                return (i + (at - since) / (until - since)) / len(self)
        return 1.0


def bins_of(since: datetime, until: datetime, *, zone: tzinfo) -> Bins:
    """
    Return the finest bins that hold both moments, the first of them before `since`.

    since, until  aware; nothing is refused: a later `since` counts as `until`
    zone          whose midnights part days, weeks (from Monday) and months

    Beyond MOST months the oldest are left out.
    """
    since, until = min(since, until).astimezone(UTC), until.astimezone(UTC)
    for unit in Unit:
        count = _count(unit, since, until, zone)
        if count <= MOST or unit == Unit.MONTH:
            break
    count = min(max(count, LEAST), MOST)
    last = _floor(unit, until, zone)
    return Bins(unit, tuple(_moved(unit, last, i + 1 - count, zone) for i in range(count + 1)))


def _count(unit: Unit, since: datetime, until: datetime, zone: tzinfo) -> int:
    """How many bins there are from the one before `since` to that of `until`."""
    first, last = _floor(unit, since, zone), _floor(unit, until, zone)
    if unit == Unit.HOUR:
        return round((last - first) / HOUR) + 2
    from_day, to_day = first.astimezone(zone).date(), last.astimezone(zone).date()
    if unit == Unit.MONTH:
        return 12 * (to_day.year - from_day.year) + to_day.month - from_day.month + 2
    return (to_day - from_day).days // (7 if unit == Unit.WEEK else 1) + 2


def _floor(unit: Unit, at: datetime, zone: tzinfo) -> datetime:
    """Return the beginning of the bin that a moment lies in, UTC."""
    if unit == Unit.HOUR:
        # Of UTC: an hour that a clock repeats is two, and one that it leaves out is none.
        return at.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    day = at.astimezone(zone).date()
    if unit == Unit.WEEK:
        day -= timedelta(days=day.weekday())
    if unit == Unit.MONTH:
        day = day.replace(day=1)
    return _midnight(day, zone)


def _moved(unit: Unit, start: datetime, count: int, zone: tzinfo) -> datetime:
    """Return the beginning of the bin so many later (or, below nought, earlier)."""
    if unit == Unit.HOUR:
        return start + count * HOUR
    # By the calendar: a day in which clocks change has not 24 hours.
    day = start.astimezone(zone).date()
    if unit == Unit.MONTH:
        months = 12 * day.year + day.month - 1 + count
        return _midnight(date(months // 12, months % 12 + 1, 1), zone)
    return _midnight(day + count * timedelta(days=7 if unit == Unit.WEEK else 1), zone)


def _midnight(day: date, zone: tzinfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)


@dataclass(frozen=True)
class Usual:
    """What would be usual at a place: so many customers in a stretch of time that was judged."""

    expected: float
    since: datetime
    until: datetime
    week: Sequence[float] = ()  # 168 numbers that the rest of the week goes by; (): all alike


def usual_in(bins: Bins, usual: Usual) -> list[float]:
    """Return the customers that are usual in each bin; [] where that cannot be known."""
    week = usual.week if len(usual.week) == HOURS else [1.0] * HOURS
    judged = _integral(week, usual.since, usual.until)
    if judged <= 0:
        return []
    return [
        usual.expected * _integral(week, *bins.edges[i : i + 2]) / judged for i in range(len(bins))
    ]


def _integral(week: Sequence[float], since: datetime, until: datetime) -> float:
    """Add up a week's numbers from one moment to another, parts of hours by their part."""
    weeks, left = divmod(max((until - since) / HOUR, 0.0), HOURS)
    total = weeks * sum(week)
    at = since.astimezone(UTC)
    hour = at.weekday() * 24 + at.hour + at.minute / 60 + at.second / 3600
    while left > 1e-9:
        step = min(left, floor(hour + 1e-9) + 1 - hour)
        total += step * week[floor(hour + 1e-9) % HOURS]
        hour, left = hour + step, left - step
    return total


def scale(most: float) -> list[int]:
    """Return round numbers from 0 to the first that is no less than `most`; TICKS + 1 at most."""
    least = max(most, 1) / TICKS
    power: int = 10 ** max(0, floor(log10(least)))
    step = next(power * times for times in (1, 2, 5, 10) if power * times >= least)
    return [step * i for i in range(ceil(max(most, 1) / step) + 1)]
