"""A file of calls by the half-hour, as a telephone system writes it (pure)."""

from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import Final

from complaints.csv_lines import Fault, FaultyLinesError, Line, lines_of

COLUMNS: Final = ("start", "calls", "handle_s")
MOST: Final = 40_000  # lines of one file: two years
MOST_CALLS: Final = 20_000  # in half an hour
MOST_HANDLE_S: Final = 3600


class _FaultyCellError(Exception):
    """Says which cell cannot be read."""


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
    found: dict[datetime, HalfLine] = {}
    faults = []
    for line in lines_of(content, COLUMNS, most=MOST):
        try:
            one = _read(line, zone)
        except _FaultyCellError as fault:
            faults.append(Fault(line.number, str(fault)))
            continue
        if one.began_at in found:
            faults.append(Fault(line.number, "twice"))
        found[one.began_at] = one
    if faults:
        raise FaultyLinesError(faults)
    return [*found.values()]


def _read(line: Line, zone: tzinfo) -> HalfLine:
    cells = {name: line.cells.get(name, "") for name in COLUMNS}
    calls = _number(cells["calls"], "calls", most=MOST_CALLS)
    if calls != int(calls):
        raise _FaultyCellError("calls")
    told = cells["handle_s"]
    handle_s = _number(told, "handle_s", most=MOST_HANDLE_S) if told else None
    return HalfLine(_start(cells["start"], zone), int(calls), handle_s or None)


def _start(text: str, zone: tzinfo) -> datetime:
    try:
        at = datetime.fromisoformat(text)
        found = (at if at.tzinfo else at.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise _FaultyCellError("start") from None
    if found.minute % 30 or found.second or found.microsecond or not 2000 <= found.year <= 2100:
        raise _FaultyCellError("start")
    return found


def _number(text: str, name: str, *, most: float) -> float:
    try:
        found = float(text.replace(",", ".")) if text.isascii() else -1.0
    except ValueError:
        raise _FaultyCellError(name) from None
    if not 0 <= found <= most:
        raise _FaultyCellError(name)
    return found
