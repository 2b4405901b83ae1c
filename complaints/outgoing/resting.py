"""When a way in is asked again (pure)."""

from datetime import datetime, timedelta
from typing import Final

LONGEST: Final = timedelta(hours=1)


def next_at(*, every: timedelta, failures: int, now: datetime) -> datetime:
    """Return when to ask: as often as is wanted, after failures each time twice as late."""
    return now + min(every * (1 << min(failures, 20)), max(LONGEST, every))
