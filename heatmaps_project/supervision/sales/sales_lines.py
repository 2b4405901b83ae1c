"""A file of what units sold by the month, and what comes of it for the units above (pure)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from complaints import calendar_months
from complaints.amounts import amount
from complaints.csv_lines import FaultyCellError, Line, each_once, lines_of
from heatmaps_project.accounts.units.tree import Tree

COLUMNS: Final = ("unit", "month", "sales", "revenue")
BETWEEN: Final = " / "  # the names of a unit's path
MOST: Final = 50_000  # lines of one file
_MOST_SALES: Final = 100_000_000
_MOST_MONEY: Final = Decimal(999_999_999_999)


@dataclass(frozen=True)
class Sold:
    """Contracts, and roubles where they were told."""

    sales: int
    revenue: Decimal | None

    def __add__(self, other: "Sold") -> "Sold":
        told = [one for one in (self.revenue, other.revenue) if one is not None]
        return Sold(self.sales + other.sales, sum(told, Decimal(0)) if told else None)


def sold_in(content: bytes, tree: Tree) -> dict[tuple[int, date], Sold]:
    """
    Return what a file says, by unit and month. A unit is its name, or its path where two share it.

    :raises UnreadableFileError: it is none with these columns
    :raises FaultyLinesError: a line cannot be read, or one unit's month is there twice
    """
    units = _named(tree)
    return each_once(lines_of(content, COLUMNS, most=MOST), lambda line: _read(line, units))


def in_all(tree: Tree, unit: int | None, told: Mapping[int, Sold]) -> Sold | None:
    """
    Return what a unit sold: what was told of it, else the sum of its parts; None: nothing was told.

    unit  None: of everything
    """
    if unit is not None and unit in told:
        return told[unit]
    parts = [in_all(tree, node.id, told) for node in tree.children(unit)]
    known = [part for part in parts if part is not None]
    return sum(known[1:], known[0]) if known else None


def of_brands(tree: Tree, unit: int | None, told: Iterable[Mapping[int, Sold]]) -> Sold | None:
    """Return what a unit sold of all brands of which something was told; see `in_all`."""
    known = [sold for one in told if (sold := in_all(tree, unit, one)) is not None]
    return sum(known[1:], known[0]) if known else None


def _named(tree: Tree) -> dict[str, int | None]:
    """Return units by path and by name; None: several have it."""
    found: dict[str, int | None] = {}
    for unit, node in tree.nodes.items():
        for name in {node.name, BETWEEN.join(one.name for one in tree.path(unit))}:
            found[name] = None if name in found else unit
    return found


def _read(line: Line, units: Mapping[str, int | None]) -> tuple[tuple[int, date], Sold]:
    cells = line.cells
    unit = units.get(cells["unit"])
    if unit is None:
        raise FaultyCellError("unit")
    sales = _number(cells["sales"], "sales")
    if sales != int(sales) or sales > _MOST_SALES:
        raise FaultyCellError("sales")
    revenue = _number(cells["revenue"], "revenue") if cells["revenue"] else None
    return (unit, _month(cells["month"])), Sold(int(sales), revenue)


def _month(text: str) -> date:
    try:
        return calendar_months.named(text)
    except ValueError:
        raise FaultyCellError("month") from None


def _number(text: str, name: str) -> Decimal:
    try:
        return amount(text, most=_MOST_MONEY)
    except ValueError:
        raise FaultyCellError(name) from None
