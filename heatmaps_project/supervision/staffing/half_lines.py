"""A file of calls by the half-hour, as a telephone system writes it (pure)."""

from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import Final

from complaints.csv_lines import FaultyCellError, Line, each_once, lines_of

COLUMNS: Final = ("start", "calls", "handle_s")
MOST: Final = 40_000  # lines of one file: two years
MOST_CALLS: Final = 20_000  # in half an hour
MOST_HANDLE_S: Final = 3600


@dataclass(frozen=True)
class HalfLine:
    began_at: datetime  # UTC
    calls: int
    handle_s: float | None  # mean time that a call took, seconds; None: not told


def halves_of(content: bytes, *, zone: tzinfo) -> list[HalfLine]:
    """
    Return what the lines of a file say; a time without an offset is one of `zone`.

    :raises UnreadableFileError: it is none with these columns
    :raises FaultyLinesError: a line cannot be read, or one half-hour is there twice
    """
    lines = lines_of(content, COLUMNS, most=MOST)
    return [*each_once(lines, lambda line: _read(line, zone)).values()]


def _read(line: Line, zone: tzinfo) -> tuple[datetime, HalfLine]:
    cells = line.cells
    calls = _number(cells["calls"], "calls", most=MOST_CALLS)
    if calls != int(calls):
        raise FaultyCellError("calls")
    told = cells["handle_s"]
    handle_s = _number(told, "handle_s", most=MOST_HANDLE_S) if told else None
    began_at = _start(cells["start"], zone)
    return began_at, HalfLine(began_at, int(calls), handle_s or None)


def _start(text: str, zone: tzinfo) -> datetime:
    try:
        at = datetime.fromisoformat(text)
        found = (at if at.tzinfo else at.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise FaultyCellError("start") from None
    if found.minute % 30 or found.second or found.microsecond or not 2000 <= found.year <= 2100:
        raise FaultyCellError("start")
    return found


def _number(text: str, name: str, *, most: float) -> float:
    try:
        found = float(text.replace(",", ".")) if text.isascii() else -1.0
    except ValueError:
        raise FaultyCellError(name) from None
    if not 0 <= found <= most:
        raise FaultyCellError(name)
    return found
