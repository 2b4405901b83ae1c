"""Opening hours as they are written: which spans of a local day are worked."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from typing import Self

from spots.sla.instants import EPOCH, MINUTE

Span = tuple[int, int]  # [opens, closes) on the local clock, microseconds since midnight
WrittenSpans = Iterable[Sequence[str]]  # ("09:00", "18:00"), ...

_TIME = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]|24:00")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_WEEKDAY_OF_DAY_ZERO = EPOCH.weekday()


@dataclass(frozen=True)
class Hours:
    """
    The worked spans of every local day; days are numbered from 1970-01-01, which is 0.

    A special day, be it a holiday, moved or short, wins over its weekday.
    """

    week: tuple[tuple[Span, ...], ...]  # seven days, Monday first
    special: Mapping[int, tuple[Span, ...]] = field(hash=False)  # by number of the day

    @classmethod
    def read(
        cls,
        *,
        week: Mapping[int, WrittenSpans],
        holidays: Iterable[str],
        exceptions: Mapping[str, WrittenSpans],
    ) -> Self:
        """
        Read a calendar as a person writes it; an exception wins over a holiday.

        :raises ValueError: if a weekday, date, time or span is malformed, spans of a day
            overlap, or no time at all is worked
        """
        for weekday in week:
            if weekday not in range(7):
                raise ValueError(f"{weekday!r} is not a weekday from 0, Monday, to 6.")
        closed: dict[int, tuple[Span, ...]] = {_day(written): () for written in holidays}
        moved = {_day(written): _spans(spans) for written, spans in exceptions.items()}
        hours = cls(
            week=tuple(_spans(week.get(weekday, ())) for weekday in range(7)),
            special=closed | moved,
        )
        if not any(hours.week) and not any(hours.special.values()):
            raise ValueError("The calendar has no working time.")
        return hours

    def on(self, day: int) -> tuple[Span, ...]:
        """Return the worked spans of the local day numbered `day`, in order."""
        special = self.special.get(day)
        return self.week[(day + _WEEKDAY_OF_DAY_ZERO) % 7] if special is None else special

    def last_day(self) -> int | None:
        """Return the number of the last day worked; None if every week has one."""
        return None if any(self.week) else max(day for day, spans in self.special.items() if spans)


def _spans(written: WrittenSpans) -> tuple[Span, ...]:
    """Return one day's spans in order, refusing those that overlap or end too early."""
    spans = sorted((_time(opens), _time(closes)) for opens, closes in written)
    for opens, closes in spans:
        if closes <= opens:
            raise ValueError(f"A span must end after its start, on the same day: {written!r}.")
    for (_, closes), (opens, _) in pairwise(spans):
        if opens < closes:
            raise ValueError(f"Spans overlap: {written!r}.")
    return tuple(spans)


def _time(written: str) -> int:
    """Return a time of day, "00:00" to "24:00", in microseconds since midnight."""
    if not (isinstance(written, str) and _TIME.fullmatch(written)):
        raise ValueError(f"{written!r} is not a time from 00:00 to 24:00.")
    hours, minutes = written.split(":")
    return (int(hours) * 60 + int(minutes)) * MINUTE


def _day(written: str) -> int:
    """Return the number of a day written as "2024-05-01"."""
    # fromisoformat alone would take "20240501" and "2024-W18-3" as well.
    if not (isinstance(written, str) and _DATE.fullmatch(written)):
        raise ValueError(f"{written!r} is not a date such as 2024-05-01.")
    return date.fromisoformat(written).toordinal() - EPOCH.toordinal()
