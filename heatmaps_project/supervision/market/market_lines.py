"""A file of what a study says of other operators, quarter by quarter (pure)."""

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from complaints import calendar_months
from complaints.csv_lines import FaultyCellError, Line, each_once, lines_of

COLUMNS: Final = ("quarter", "operator", "nps", "answers", "low", "high")
MOST: Final = 2_000  # lines of one file
LONGEST: Final = 60  # letters of an operator's name
_MOST_ANSWERS: Final = 10_000_000
_QUARTER: Final = re.compile(r"(\d{4})-[Qq]([1-4])", re.ASCII)
_POINTS: Final = re.compile(r"[+-]?\d{1,3}([.,]\d{1,6})?", re.ASCII)


@dataclass(frozen=True)
class Told:
    """Points, how many gave them, and the 95 % interval, where it is told."""

    nps: Decimal
    answered: int
    low: Decimal | None = None
    high: Decimal | None = None


def told_in(content: bytes) -> dict[tuple[date, str], Told]:
    """
    Return what a file says, by quarter and operator.

    :raises UnreadableFileError: it is none with these columns
    :raises FaultyLinesError: a line cannot be read, or an operator's quarter is there twice
    """
    return each_once(lines_of(content, COLUMNS, most=MOST), _read)


def _read(line: Line) -> tuple[tuple[date, str], Told]:
    cells = line.cells
    operator = cells["operator"]
    if not 0 < len(operator) <= LONGEST or not operator.isprintable():
        raise FaultyCellError("operator")
    nps = _points(cells["nps"], "nps")
    low, high = (_points(cells[end], "interval") if cells[end] else None for end in ("low", "high"))
    if (low is None) != (high is None):
        raise FaultyCellError("interval")
    if low is not None and high is not None and not low <= nps <= high:
        raise FaultyCellError("interval")
    return (_quarter(cells["quarter"]), operator), Told(nps, _answers(cells["answers"]), low, high)


def _quarter(text: str) -> date:
    named = _QUARTER.fullmatch(text)
    if named is None:
        raise FaultyCellError("quarter")
    try:
        return calendar_months.named(f"{named[1]}-{3 * int(named[2]) - 2:02d}")
    except ValueError:
        raise FaultyCellError("quarter") from None


def _points(text: str, name: str) -> Decimal:
    text = text.replace("\u2212", "-")  # a minus sign, as tables are typeset
    if not _POINTS.fullmatch(text):
        raise FaultyCellError(name)
    found = Decimal(text.replace(",", "."))
    if not -100 <= found <= 100:
        raise FaultyCellError(name)
    return found.quantize(Decimal("0.1"))


def _answers(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 9 and 0 < int(text) <= _MOST_ANSWERS):
        raise FaultyCellError("answers")
    return int(text)
