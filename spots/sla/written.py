"""Opening hours as a person types them: "09:00-13:00, 14:00-18:00", and a date before it."""

import re
from collections.abc import Iterable

Spans = list[list[str]]

_DOTTED = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})")
_DASH = re.compile(r"\s*[-–—]\s*")


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


def read_exception(line: str) -> tuple[str, Spans]:
    """
    Read one line such as "2026-04-30 09:00-17:00": the day, and its own hours.

    :raises ValueError: if there are no hours behind the date
    """
    day, _, hours = line.partition(" ")
    spans = read_spans(hours)
    if not spans:
        raise ValueError(f"{line!r} has no hours.")
    return read_day(day), spans
