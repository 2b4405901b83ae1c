"""Calendars read from how they are stored: a row of settings, or a version in its history."""

import json
from functools import lru_cache
from typing import Any, Protocol

from spots.sla.calendar import WorkCalendar


class Written(Protocol):
    """The fields of a stored calendar that its arithmetic follows from."""

    zone: Any
    week: Any  # {"0": [["09:00", "18:00"]], …}, Monday is 0
    holidays: Any
    exceptions: Any


def calendar_as_written(row: Written) -> WorkCalendar:
    """
    Return the arithmetic of a stored calendar.

    Equal calendars are one object, which keeps the working time that it has laid out.

    :raises ValueError: the fields do not describe working time
    """
    return _read(row.zone, json.dumps([row.week, row.holidays, row.exceptions], sort_keys=True))


@lru_cache(maxsize=256)
def _read(zone: str, rest: str) -> WorkCalendar:
    week, holidays, exceptions = json.loads(rest)
    return WorkCalendar(
        zone, {int(day): spans for day, spans in week.items()}, holidays, exceptions
    )
