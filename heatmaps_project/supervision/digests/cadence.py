"""When a digest is made, and of which days (pure)."""

from datetime import UTC, date, datetime, time, timedelta, tzinfo
from enum import StrEnum
from typing import Final

AT: Final = time(8)  # local
_WEEK: Final = 7


class Cadence(StrEnum):
    DAILY = "daily"
    WEEKLY = "weekly"
    MONTHLY = "monthly"


def moment(day: date, zone: tzinfo) -> datetime:
    """Return the moment, in UTC, at which the digests of a local date are made: once a date."""
    # fold=0: of a local time that comes twice, the first; of one that never comes, the moment
    # that the clock before the change would have shown it.
    return datetime.combine(day, AT, zone).astimezone(UTC)


def day_due(now: datetime, zone: tzinfo) -> date | None:
    """Return the local date whose digests are to be there by now; None: it is not 8:00 yet."""
    day = now.astimezone(zone).date()
    return day if now >= moment(day, zone) else None


def is_due(cadence: Cadence, day: date) -> bool:
    """Whether a digest comes on a date: daily ones do; weekly on Mondays, monthly on the 1st."""
    if cadence == Cadence.WEEKLY:
        return day.weekday() == 0
    return day.day == 1 if cadence == Cadence.MONTHLY else True


def days(cadence: Cadence, day: date) -> int:
    """Return how many whole days before a date its digest tells of."""
    if cadence == Cadence.MONTHLY:
        return (day - timedelta(days=1)).day
    return _WEEK if cadence == Cadence.WEEKLY else 1


def last_moment(day: date, zone: tzinfo) -> datetime:
    """Return the last moment, in UTC, before a date began: up to it a digest counts."""
    return datetime.combine(day, time(), zone).astimezone(UTC) - timedelta(microseconds=1)
