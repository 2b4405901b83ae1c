"""When a delivery that was not taken is tried again (pure)."""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from feedback.notifications.holding.retries import spread

GIVEN_UP_AFTER: Final = timedelta(days=3)
FIRST: Final = timedelta(seconds=15)
LONGEST: Final = timedelta(hours=4)
LONGEST_REST: Final = timedelta(minutes=5)


def retry_at(*, attempts: int, key: UUID, now: datetime) -> datetime:
    """Return when to try again after `attempts` (1, 2 …) failed ones: each waits twice as long."""
    return now + spread(min(FIRST * (1 << min(attempts - 1, 20)), LONGEST), key)


def rests_until(*, failures: int, now: datetime) -> datetime:
    """Return until when a receiver that failed so often in a row is let alone."""
    return now + min(timedelta(seconds=1) * (1 << min(failures, 20)), LONGEST_REST)
