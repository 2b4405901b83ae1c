"""Which promises the audit is about, and as of which moment."""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from complaints.customers.walls import Walls

MOST_DAYS = 400
MOST_DAILY, MOST_WEEKLY = 62, 184  # days, of a trend by days and by weeks


class Unit(StrEnum):
    """Of the trend."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"


def fitting(days: int) -> Unit:
    """Return the unit by which a trend of so many days is still read at a glance."""
    if days > MOST_WEEKLY:
        return Unit.MONTH
    return Unit.WEEK if days > MOST_DAILY else Unit.DAY


@dataclass(frozen=True)
class AuditScope:
    """
    The promises that fell due in whole days of the reader's, as they were known at a moment.

    filters  by column of `promises.COLUMNS`: only those with this value
    """

    walls: Walls
    as_of: datetime
    zone: ZoneInfo  # days begin and end at its midnight
    first: date
    last: date  # counted, too
    unit: Unit = Unit.DAY
    travels: bool = False  # as_of is not now: what is known since is not to be counted
    filters: dict[str, int | str] = field(default_factory=dict)

    @property
    def since(self) -> datetime:
        return datetime.combine(self.first, time(), self.zone)

    @property
    def until(self) -> datetime:
        """The moment before which the promises fell due: as_of at the latest."""
        end = datetime.combine(self.last + timedelta(days=1), time(), self.zone)
        return min(end, self.as_of)

    @property
    def units(self) -> list[date]:
        """The first days of the units of the trend, and of the one after the last."""
        days = [_first_day(self.first, self.unit)]
        while days[-1] <= self.last:
            days.append(_next(days[-1], self.unit))
        return days


def _first_day(day: date, unit: Unit) -> date:
    if unit == Unit.WEEK:
        return day - timedelta(days=day.weekday())
    return day.replace(day=1) if unit == Unit.MONTH else day


def _next(day: date, unit: Unit) -> date:
    """Return the first day of the unit after the one that begins on a day."""
    longer = {Unit.DAY: 1, Unit.WEEK: 7, Unit.MONTH: 31}
    return _first_day(day + timedelta(days=longer[unit]), unit)
