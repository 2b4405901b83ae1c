"""
A calendar as a person types it.

Hours are "09:00-13:00, 14:00-18:00"; a day off is a date, and a moved day a date with hours;
behind either may stand what the day is called.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from spots.sla.hours import Span
from spots.sla.instants import MINUTE

Spans = list[list[str]]

LONGEST_NAME = 100  # characters of what a day is called

_DOTTED = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})")
_DASH = re.compile(r"\s*[-–—]\s*")
_SPAN = r"[\d:]+\s*[-–—]\s*[\d:]+"
_MOVED = re.compile(rf"(\S+)\s+({_SPAN}(?:\s*[,;]\s*{_SPAN})*)(?:\s+(.*))?")


@dataclass(frozen=True)
class Line:
    """One day with its own hours; none: it is not worked."""

    day: str  # 2026-05-01
    spans: Spans
    name: str  # what the day is called, if anything


def read_spans(text: str) -> Spans:
    """
    Read the hours of one day; empty text is a day that is not worked.

    The times themselves are judged by the calendar.

    :raises ValueError: if a span is not two times with a dash between
    """
    spans = [_DASH.split(span.strip()) for span in text.replace(";", ",").split(",")]
    if spans == [[""]]:
        return []
    if any(len(span) != 2 for span in spans):
        raise ValueError(f"{text!r} is not hours such as 09:00-18:00.")
    return spans


def write_spans(spans: Iterable[Iterable[str]]) -> str:
    """Return the hours of one day as `read_spans` reads them."""
    return ", ".join("-".join(span) for span in spans)


def clock_spans(spans: Iterable[Span]) -> Spans:
    """Return spans of microseconds since midnight as times of the clock."""
    return [[_clock(opens), _clock(closes)] for opens, closes in spans]


def read_lines(text: str) -> list[str]:
    """Return the lines that are not empty, in order."""
    return [line.strip() for line in text.splitlines() if line.strip()]


def read_day(text: str) -> str:
    """Return a date written as 2026-05-01, of one that may be written as 01.05.2026 too."""
    dotted = _DOTTED.fullmatch(text)
    if dotted is None:
        return text
    day, month, year = dotted.groups()
    return f"{year}-{month:0>2}-{day:0>2}"


def read_day_off(text: str) -> Line:
    """Read one line such as "2026-05-01 Labour Day"; the date is judged by the calendar."""
    day, _, name = text.partition(" ")
    return Line(read_day(day), [], _name(name))


def read_moved_day(text: str) -> Line:
    """
    Read one line such as "2026-04-30 09:00-17:00 Eve": the day, its own hours, its name.

    :raises ValueError: if there are no hours behind the date
    """
    parts = _MOVED.fullmatch(text)
    if parts is None:
        raise ValueError(f"{text!r} has no hours.")
    day, hours, name = parts.groups()
    return Line(read_day(day), read_spans(hours), _name(name or ""))


def write_line(line: Line) -> str:
    """Return one day as `read_day_off` or `read_moved_day` reads it."""
    return " ".join(part for part in (line.day, write_spans(line.spans), line.name) if part)


def _name(text: str) -> str:
    return " ".join(text.split())[:LONGEST_NAME]


def _clock(at: int) -> str:
    hours, minutes = divmod(at // MINUTE, 60)
    return f"{hours:02}:{minutes:02}"
