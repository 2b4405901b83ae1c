"""When a delivery that was not taken is tried again (pure)."""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

GIVEN_UP_AFTER: Final = timedelta(days=3)
FIRST: Final = timedelta(seconds=15)
LONGEST: Final = timedelta(hours=4)
LONGEST_REST: Final = timedelta(minutes=5)
JITTER: Final = 0.2  # share of the delay, so that what failed together does not come back as one


def retry_at(*, attempts: int, key: UUID, now: datetime) -> datetime:
    """Return when to try again after `attempts` (1, 2 …) failed ones: each waits twice as long."""
    delay = min(FIRST * (1 << min(attempts - 1, 20)), LONGEST)
    # by the message's own id: as good as chance, and the same in every test
    return now + delay * (1 + JITTER * (key.int % 1000) / 1000)


def rests_until(*, failures: int, now: datetime) -> datetime:
    """Return until when a receiver that failed so often in a row is let alone."""
    return now + min(timedelta(seconds=1) * (1 << min(failures, 20)), LONGEST_REST)
