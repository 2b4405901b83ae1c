"""A file of customers' months: who, when, how much, and whether they left (pure)."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from complaints import calendar_months
from complaints.amounts import amount
from complaints.csv_lines import FaultyCellError, Line, each_once, lines_of

COLUMNS: Final = ("customer", "month", "arpu", "churned")
MOST: Final = 200_000  # lines of one file
_YES_NO: Final = {"1": True, "yes": True, "true": True, "0": False, "no": False, "false": False}
_MOST_MONEY: Final = Decimal(99_999_999)


@dataclass(frozen=True)
class MonthLine:
    crm_id: str
    month: date  # its first day
    revenue: Decimal | None  # roubles; None: not told
    left: bool


def months_of(content: bytes) -> list[MonthLine]:
    """
    Return what the lines of a file say.

    :raises UnreadableFileError: it is none with these columns
    :raises FaultyLinesError: a line cannot be read, or one customer's month is there twice
    """
    return [*each_once(lines_of(content, COLUMNS, most=MOST), _read).values()]


def _read(line: Line) -> tuple[tuple[str, date], MonthLine]:
    cells = line.cells
    if not 0 < len(cells["customer"]) <= 100:
        raise FaultyCellError("customer")
    left = _YES_NO.get(cells["churned"].lower())
    if left is None:
        raise FaultyCellError("churned")
    crm_id, month = cells["customer"], _month(cells["month"])
    return (crm_id, month), MonthLine(crm_id, month, _money(cells["arpu"]), left)


def _month(text: str) -> date:
    try:
        return calendar_months.named(text)
    except ValueError:
        raise FaultyCellError("month") from None


def _money(text: str) -> Decimal | None:
    if not text:
        return None
    try:
        return amount(text, most=_MOST_MONEY)
    except ValueError:
        raise FaultyCellError("arpu") from None
