"""Holidays with a fixed date, carried on from the year before."""

from collections.abc import Iterator, Mapping
from datetime import date

from spots.sla.calendars import russia
from spots.sla.calendars.filling import Proposal
from spots.sla.hours import Hours
from spots.sla.instants import EPOCH


def proposals(year: int, hours: Hours, names: Mapping[str, str]) -> Iterator[Proposal]:
    """
    Yield the days off of the year before, on the same dates.

    Days with hours of their own stay behind, and days off that Russia moved: both follow from the
    weekdays of their year.
    """
    moved = russia.days_off(year - 1) - russia.fixed(year - 1)
    for number, spans in hours.special.items():
        day = date.fromordinal(number + EPOCH.toordinal())
        is_leap_day = (day.month, day.day) == (2, 29)
        if day.year == year - 1 and not spans and day not in moved and not is_leap_day:
            yield Proposal(day.replace(year=year), [], names.get(day.isoformat(), ""))
