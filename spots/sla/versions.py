"""Calendars as they were at any time: what the history of settings holds of them."""

from collections.abc import Collection

from spots.sla.as_written import calendar_as_written
from spots.sla.calendar import WorkCalendar
from spots.sla.models import WorkingTime


def calendars_of(versions: Collection[int]) -> dict[int, WorkCalendar]:
    """Return the calendars by the numbers of their versions: one query."""
    if not versions:
        return {}
    rows = WorkingTime.history.model.objects.filter(history_id__in=versions)
    return {row.history_id: calendar_as_written(row) for row in rows}
