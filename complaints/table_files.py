"""The table of a page as a file, CSV or a workbook: rows as they come, cells that are only read."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Final

from django.http import Http404, HttpRequest, StreamingHttpResponse
from django.utils import timezone

from complaints.spreadsheets import csv_line, inert
from complaints.xlsx import Cell, streamed

FORMS: Final = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def asked_form(request: HttpRequest) -> str:
    """
    Return as which file the address asks for its page, one of FORMS; empty: as the page itself.

    :raises Http404: there are no such files
    """
    form = request.GET.get("as", "")
    if form and form not in FORMS:
        raise Http404
    return form


def table_file(lines: Iterable[Iterable[Cell]], *, name: str, form: str) -> StreamingHttpResponse:
    """Return lines of cells, the header first, as a file of one of FORMS that is downloaded."""
    safe = ([inert(cell) if isinstance(cell, str) else cell for cell in line] for line in lines)
    headers = {"Content-Disposition": f'attachment; filename="{name}.{form}"'}
    file: Iterable[str | bytes] = _csv(safe) if form == "csv" else streamed(safe)
    return StreamingHttpResponse(file, content_type=FORMS[form], headers=headers)


def moment_cell(at: datetime | None) -> str:
    """Return a moment by the reader's clock, to the second; empty: there is none."""
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M:%S}" if at else ""


def _csv(lines: Iterable[Iterable[Cell]]) -> Iterator[str]:
    """Yield a file that Excel opens by a double click: with a mark of UTF-8, and semicolons."""
    yield "\ufeff"
    yield from map(csv_line, lines)
