"""The table of what customers are worth as lines of cells, the header first."""

from collections.abc import Iterator, Sequence

from django.utils.translation import gettext as _

from complaints.xlsx import Cell
from feedback.surveys.board_table import estimate_cells, estimate_titles
from feedback.value.table import Table


def of_value(table: Table | None, *, by_gifts: bool) -> Iterator[Sequence[Cell]]:
    """Yield a line for each group; what too few customers would tell is left empty."""
    yield [
        _("last rating before"),
        _("gifts before") if by_gifts else _("complaints before"),
        _("customers"),
        *estimate_titles(_("left, %")),
        *estimate_titles(_("revenue a month, ₽")),
    ]
    for row in table.rows if table else []:
        group = row.group
        counted = (*estimate_cells(group.churn), *estimate_cells(group.revenue))
        yield [str(row.rating), str(row.other), group.customers, *counted]
