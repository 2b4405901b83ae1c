"""A file of customers' months: who, when, how much, and whether they left (pure)."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from complaints import calendar_months
from complaints.amounts import amount
from complaints.csv_lines import Fault, FaultyLinesError, Line, lines_of

COLUMNS: Final = ("customer", "month", "arpu", "churned")
MOST: Final = 200_000  # lines of one file
_YES_NO: Final = {"1": True, "yes": True, "true": True, "0": False, "no": False, "false": False}
_MOST_MONEY: Final = Decimal(99_999_999)


class _FaultyCellError(Exception):
    """Says which cell cannot be read."""


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
    found: dict[tuple[str, date], MonthLine] = {}
    faults = []
    for line in lines_of(content, COLUMNS, most=MOST):
        try:
            one = _read(line)
        except _FaultyCellError as fault:
            faults.append(Fault(line.number, str(fault)))
            continue
        if (one.crm_id, one.month) in found:
            faults.append(Fault(line.number, "twice"))
        found[one.crm_id, one.month] = one
    if faults:
        raise FaultyLinesError(faults)
    return [*found.values()]


def _read(line: Line) -> MonthLine:
    cells = {name: line.cells.get(name, "") for name in COLUMNS}
    if not 0 < len(cells["customer"]) <= 100:
        raise _FaultyCellError("customer")
    left = _YES_NO.get(cells["churned"].lower())
    if left is None:
        raise _FaultyCellError("churned")
    return MonthLine(cells["customer"], _month(cells["month"]), _money(cells["arpu"]), left)


def _month(text: str) -> date:
    try:
        return calendar_months.named(text)
    except ValueError:
        raise _FaultyCellError("month") from None


def _money(text: str) -> Decimal | None:
    if not text:
        return None
    try:
        return amount(text, most=_MOST_MONEY)
    except ValueError:
        raise _FaultyCellError("arpu") from None
