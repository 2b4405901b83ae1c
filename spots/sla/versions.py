"""Calendars as they were at any time: what the history of settings holds of them."""

import json
from collections.abc import Collection
from functools import lru_cache
from typing import Any

from spots.sla.calendar import WorkCalendar
from spots.sla.models import WorkingTime


def calendar_as_written(row: Any) -> WorkCalendar:
    """
    Return the arithmetic of a calendar's row, or of a version in its history.

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


def calendars_of(versions: Collection[int]) -> dict[int, WorkCalendar]:
    """Return the calendars by the numbers of their versions: one query."""
    if not versions:
        return {}
    rows = WorkingTime.history.model.objects.filter(history_id__in=versions)
    return {row.history_id: calendar_as_written(row) for row in rows}
