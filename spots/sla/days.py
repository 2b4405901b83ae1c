"""The local days between two moments, and what each was: for people who ask why."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from spots.sla.calendar import WorkCalendar
from spots.sla.instants import EPOCH


@dataclass(frozen=True)
class Day:
    on: date  # of the calendar's zone
    worked: bool
    special: bool  # a day off, moved or short: not as its weekday is


def days_between(calendar: WorkCalendar, start: datetime, end: datetime) -> Iterator[Day]:
    """Yield the local days that touch [start, end], in order; moments are aware."""
    zone = ZoneInfo(calendar.zone)
    today, last = start.astimezone(zone).date(), end.astimezone(zone).date()
    while today <= last:
        number = today.toordinal() - EPOCH.toordinal()
        yield Day(
            on=today,
            worked=bool(calendar.hours.on(number)),
            special=number in calendar.hours.special,
        )
        today += timedelta(days=1)
