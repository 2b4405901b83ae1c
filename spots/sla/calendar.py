"""
Working time: when it is used up, and how much of it lies between two moments.

Pure arithmetic over the rules of one calendar: which hours are worked in which zone, on
which weekdays, less holidays and with moved or short days. Nothing here knows of a case.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import overload
from zoneinfo import ZoneInfo

from spots.sla.hours import Hours, WrittenSpans
from spots.sla.instants import DAY, END_OF_TIME, MINUTE, instant, moment_of
from spots.sla.timeline import Timeline

Pauses = Iterable[tuple[datetime, datetime | None]]  # from, until; None: not over yet
EndedPauses = Iterable[tuple[datetime, datetime]]

_NEVER = END_OF_TIME + 1

# A whole cycle of the Gregorian calendar, 400 years: beyond any promise, it bounds the search.
_HORIZON = 146_097 * DAY


@dataclass(frozen=True, init=False)
class WorkCalendar:
    """
    When work is done, in the local time of one place. Immutable.

    A moment is open when the local clock reads inside a span [opens, closes): an hour that
    the clock repeats counts twice, one that it skips counts nothing.
    """

    zone: str
    hours: Hours
    _timeline: Timeline = field(repr=False, compare=False)

    def __init__(
        self,
        zone: str,
        week: Mapping[int, WrittenSpans] | None = None,
        holidays: Iterable[str] = (),
        exceptions: Mapping[str, WrittenSpans] | None = None,
    ) -> None:
        """
        Read a calendar as a person writes it.

        zone        name in the tz database, such as "Europe/Moscow"
        week        spans such as ("09:00", "18:00") by weekday, Monday is 0; "24:00" is the
                    midnight that ends the day
        holidays    dates without work, such as "2024-05-01"
        exceptions  spans by date, for moved, short and closed days; they win over both

        :raises ValueError: if the zone is unknown, anything is malformed, spans of a day
            overlap or end before they start, or there is no working time at all
        """
        hours = Hours.read(week=week or {}, holidays=holidays, exceptions=exceptions or {})
        object.__setattr__(self, "zone", zone)
        object.__setattr__(self, "hours", hours)
        object.__setattr__(self, "_timeline", Timeline(zone=_zone(zone), hours=hours))

    @overload
    def due(self, start: datetime, minutes: float, pauses: EndedPauses = ()) -> datetime: ...
    @overload
    def due(self, start: datetime, minutes: float, pauses: Pauses) -> datetime | None: ...
    def due(self, start: datetime, minutes: float, pauses: Pauses = ()) -> datetime | None:
        """
        Return the moment, in UTC, when `minutes` of working time after `start` are used up.

        Used up exactly at closing, that is the closing itself. Nothing is used up during a
        pause; None if a pause that is not over yet begins before all is.

        :raises ValueError: if a moment is naive, a pause ends before it begins, `minutes` is
            negative or not finite, or the calendar has not that much working time to come
        """
        begin, amount, paused = instant(start), _amount(minutes), _instants(pauses)
        if amount == 0:
            return moment_of(begin)
        for since, until in _uncovered(begin, self._horizon(begin, paused), paused):
            amount, at = self._timeline.spend(amount, since, until)
            if amount == 0:
                return moment_of(at)
        if any(until == _NEVER for _, until in paused):
            return None
        raise ValueError(f"The calendar has not {minutes} working minutes after {start}.")

    def worked(self, start: datetime, end: datetime, pauses: Pauses = ()) -> float:
        """
        Return the working minutes in [start, end) outside of the pauses; 0.0 if end ≤ start.

        :raises ValueError: if a moment is naive or a pause ends before it begins
        """
        stretches = _uncovered(instant(start), instant(end), _instants(pauses))
        return sum(self._timeline.worked(since, until) for since, until in stretches) / MINUTE

    def _horizon(self, begin: int, paused: list[tuple[int, int]]) -> int:
        """Return the instant beyond which working time is not looked for."""
        resumed = max((until for _, until in paused if until != _NEVER), default=begin)
        horizon = min(max(begin, resumed) + _HORIZON, END_OF_TIME)
        last_day = self.hours.last_day()
        # Two days: one for the day itself, one because a zone may be that far behind UTC.
        return horizon if last_day is None else min(horizon, (last_day + 2) * DAY)


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (LookupError, OSError, TypeError, ValueError) as error:
        # A folder of zones, such as "Europe", is an OSError; an unknown name is a KeyError.
        raise ValueError(f"{name!r} is not a known time zone.") from error


def _amount(minutes: float) -> int:
    """Return `minutes` as whole microseconds, the nearest."""
    try:
        amount = round(minutes * MINUTE)
    except (OverflowError, ValueError) as error:
        raise ValueError(f"{minutes} minutes are not a finite time.") from error
    if minutes < 0:
        raise ValueError(f"{minutes} minutes are negative.")
    return amount


def _instants(pauses: Pauses) -> list[tuple[int, int]]:
    """Return the pauses as instants in order of their beginning."""
    paused = sorted(
        (instant(since), _NEVER if until is None else instant(until)) for since, until in pauses
    )
    if any(until < since for since, until in paused):
        raise ValueError("A pause ends before it begins.")
    return paused


def _uncovered(begin: int, end: int, paused: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Yield the stretches of [begin, end) that no pause covers, given these in order."""
    for since, until in paused:
        if begin < min(since, end):
            yield begin, min(since, end)
        begin = max(begin, until)
    if begin < end:
        yield begin, end
