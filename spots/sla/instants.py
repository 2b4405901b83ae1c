"""
Moments as whole microseconds since 1970 in UTC: what all SLA arithmetic counts in.

Local times subtract as the wall clock shows them, an hour wrong across a daylight-saving
change; floats lose microseconds. Integers in UTC do neither.
"""

from datetime import UTC, datetime, timedelta

SECOND = 1_000_000
MINUTE = 60 * SECOND
DAY = 24 * 60 * MINUTE

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def instant(moment: datetime) -> int:
    """
    Return the aware `moment` as an instant, exactly.

    :raises ValueError: if `moment` is naive
    """
    if moment.utcoffset() is None:
        raise ValueError(f"{moment} has no time zone.")
    return (moment - EPOCH) // timedelta.resolution


def moment_of(at: int) -> datetime:
    """Return the instant `at` as an aware datetime in UTC."""
    return EPOCH + timedelta(microseconds=at)


END_OF_TIME = instant(datetime.max.replace(tzinfo=UTC))
