"""A year of a calendar as people look at it: what each day is, and how much is worked."""

from calendar import Calendar as Weeks
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Self

from spots.sla.hours import Hours, Span
from spots.sla.instants import EPOCH, MINUTE

FIRST, LAST = 1970, 2100  # years that are shown
MONTHS_IN_A_QUARTER = 3


class DayKind(StrEnum):
    """What a day is, beside what its weekday would have it be."""

    WORKED = "worked"  # as the week says
    WEEKEND = "weekend"  # as the week says: not worked
    OFF = "off"  # not worked, by its date
    MOVED = "moved"  # worked by its date, though the week says it is not
    SHORT = "short"  # worked less than the week says
    OWN = "own"  # worked by hours of its own, no shorter than the week's


@dataclass(frozen=True)
class Day:
    on: date
    kind: DayKind
    spans: tuple[Span, ...]  # that are worked
    usual: tuple[Span, ...]  # that its weekday would have


@dataclass(frozen=True)
class Total:
    """What some days come to, on the local clock: a changed daylight saving is not counted."""

    days: int
    worked: int  # days
    minutes: int  # of work

    @classmethod
    def of(cls, days: Iterable[Day]) -> Self:
        lengths = [_minutes(day.spans) for day in days]
        return cls(days=len(lengths), worked=sum(map(bool, lengths)), minutes=sum(lengths))


@dataclass(frozen=True)
class Month:
    first: date
    weeks: tuple[tuple[Day | None, ...], ...]  # Monday first; None is of another month
    total: Total


@dataclass(frozen=True)
class Quarter:
    number: int  # 1 to 4
    months: tuple[Month, ...]
    total: Total


@dataclass(frozen=True)
class Year:
    number: int
    quarters: tuple[Quarter, ...]
    total: Total


def year_of(hours: Hours, number: int) -> Year:
    """
    Lay out one year.

    :raises ValueError: if the year is not from FIRST to LAST
    """
    if not FIRST <= number <= LAST:
        raise ValueError(f"{number} is not a year from {FIRST} to {LAST}.")
    months = [_month(hours, number, month) for month in range(1, 13)]
    quarters = tuple(
        _quarter(first // MONTHS_IN_A_QUARTER + 1, months[first : first + MONTHS_IN_A_QUARTER])
        for first in range(0, 12, MONTHS_IN_A_QUARTER)
    )
    return Year(number, quarters, _sum(quarter.total for quarter in quarters))


def day_of(hours: Hours, on: date) -> Day:
    """Return what one day is."""
    number = on.toordinal() - EPOCH.toordinal()
    spans, usual = hours.on(number), hours.week[on.weekday()]
    return Day(on, _kind(spans, usual, special=number in hours.special), spans, usual)


def _kind(spans: tuple[Span, ...], usual: tuple[Span, ...], *, special: bool) -> DayKind:
    if not spans:
        return DayKind.OFF if special else DayKind.WEEKEND
    if spans == usual:
        return DayKind.WORKED
    if not usual:
        return DayKind.MOVED
    return DayKind.SHORT if _minutes(spans) < _minutes(usual) else DayKind.OWN


def _month(hours: Hours, year: int, month: int) -> Month:
    weeks = tuple(
        tuple(day_of(hours, date(year, month, number)) if number else None for number in week)
        for week in Weeks().monthdayscalendar(year, month)
    )
    total = Total.of(day for week in weeks for day in week if day)
    return Month(date(year, month, 1), weeks, total)


def _quarter(number: int, months: list[Month]) -> Quarter:
    return Quarter(number, tuple(months), _sum(month.total for month in months))


def _sum(totals: Iterable[Total]) -> Total:
    parts = list(totals)
    return Total(
        days=sum(part.days for part in parts),
        worked=sum(part.worked for part in parts),
        minutes=sum(part.minutes for part in parts),
    )


def _minutes(spans: Iterable[Span]) -> int:
    return sum(closes - opens for opens, closes in spans) // MINUTE
