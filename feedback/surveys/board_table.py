"""The table of the survey board as lines of cells, the header first: what its files hold."""

from collections.abc import Iterable, Iterator, Sequence

from django.utils.translation import gettext as _

from complaints.xlsx import Cell
from feedback.surveys.board import Row
from feedback.surveys.scores import Estimate


def of_board(by: str, rows: Iterable[Row]) -> Iterator[Sequence[Cell]]:
    """Yield a line for each row; a score that too few gave is empty, and its count is there."""
    yield [
        by,
        *estimate_titles("NPS"),
        _("answers, NPS"),
        *estimate_titles("CSAT, %"),
        _("answers, CSAT"),
        *(_("delivered"), _("completed"), _("answered in part")),
        *estimate_titles(_("response, %")),
    ]
    for row in rows:
        yield [
            row.name,
            *estimate_cells(row.nps.estimate),
            row.nps.answered,
            *estimate_cells(row.csat.estimate),
            row.csat.answered,
            *(row.delivered, row.completed, row.partial),
            *estimate_cells(row.response),
        ]


def estimate_titles(name: str) -> list[str]:
    return [name, f"{name}: {_('at least')}", f"{name}: {_('at most')}"]


def estimate_cells(estimate: Estimate | None) -> list[Cell]:
    if estimate is None:
        return [None] * 3
    return [round(one, 2) for one in (estimate.value, estimate.low, estimate.high)]
