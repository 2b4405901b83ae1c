"""When customers are not disturbed: hours of the night by their own clock."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo


@dataclass(frozen=True)
class QuietHours:
    """Quiet from one local time until another of the next day; alike: never quiet."""

    begins: time
    ends: time

    @classmethod
    def parse(cls, text: str) -> "QuietHours":
        """
        Read "21-09" (hours) as quiet from 21:00 until 09:00; an empty text is never quiet.

        :raises ValueError: it is neither
        """
        if not text.strip():
            return cls(time(0), time(0))
        begins, ends = text.split("-")
        return cls(time(int(begins)), time(int(ends)))

    def cover(self, local: time) -> bool:
        """Say whether a local wall-clock time is quiet. The first instant is, the last is not."""
        if self.begins <= self.ends:
            return self.begins <= local < self.ends
        return local >= self.begins or local < self.ends


def opening(moment: datetime, *, zone: str, hours: QuietHours) -> datetime:
    """
    Return the first moment from `moment` on that is not quiet in a zone, in UTC.

    `moment` is aware. Where a clock change skips or repeats the end of the quiet hours, the
    answer is the first moment whose wall-clock time is not quiet.
    """
    here = ZoneInfo(zone)
    at = moment.astimezone(UTC)
    while hours.cover(at.astimezone(here).time()):
        local = at.astimezone(here)
        day = local.date() if local.time() < hours.ends else local.date() + timedelta(days=1)
        ends = datetime.combine(day, hours.ends, here).astimezone(UTC)
        # A clock set back over the end of the quiet hours would leave us where we are.
        at = ends if ends > at else at + timedelta(minutes=1)
    return at
