"""When a message that could not be handed over is tried again."""

from datetime import datetime, timedelta
from uuid import UUID

# after the 1st, 2nd … failed attempt; the last comes within four hours of the first attempt
DELAYS = tuple(timedelta(minutes=minutes) for minutes in (0, 1, 5, 15, 60, 60, 60))
THROTTLED_FOR = timedelta(seconds=15)
JITTER = 0.19  # share of the delay: with all of it, the last is within the four hours


def retry_at(*, attempts: int, key: UUID, now: datetime) -> datetime | None:
    """Return when to try again after `attempts` (1, 2 …) failed ones; None: give up."""
    if attempts > len(DELAYS):
        return None
    return now + spread(DELAYS[attempts - 1], key)


def throttled_until(*, key: UUID, now: datetime) -> datetime:
    """Return when to try again after the gateway said "slower"; this is no failed attempt."""
    return now + spread(THROTTLED_FOR, key)


def spread(delay: timedelta, key: UUID) -> timedelta:
    """Return a delay and a share of it, so that what failed together does not come back as one."""
    # by the message's own key: as good as chance, and the same in every test
    return delay * (1 + JITTER * (key.int % 1000) / 1000)
