"""Moments as other systems write them, with any offset."""

from datetime import UTC, datetime

from pydantic_core import PydanticCustomError


def in_utc(moment: datetime) -> datetime:
    """
    Return a moment in UTC: ISO 8601 has offsets of up to a day, PostgreSQL of up to 16 hours.

    :raises PydanticCustomError: its offset carries it over the calendar's edge
    """
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise PydanticCustomError("no_moment", "This is beyond the calendar.") from None
