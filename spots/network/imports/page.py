"""The page of an import: how far it is, what it would change, what was refused."""

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from complaints.spreadsheets import csv_line, inert
from spots.network.imports import wording
from spots.network.imports.models import REPAIRED, Change, Import, State
from spots.network.imports.transitions import why_not

MAKES = "spots.add_import"
SHOWN = 50  # rows of each change
CHANGES = (Change.REMOVED, Change.CHANGED, Change.NEW)
REASON = "refused_because"


def context_of(request: HttpRequest, row: Import) -> dict[str, Any]:
    makes, now = request.user.has_perm(MAKES), timezone.now()
    settled = row.state in (State.CHECKED, State.APPLIED, State.UNDONE)
    return {
        "counts": [(change, change.label, row.count(change)) for change in Change],
        "repaired": row.count(REPAIRED),
        "changes": changes(row) if settled else [],
        "refused": refused(row) if settled else [],
        "refused_left": max(row.count(Change.REFUSED) - SHOWN, 0),
        "drawing": wording.drawing_of(row) if settled else None,
        "moves": [name for name in row.MOVES if makes and not why_not(row, name, now=now)],
        "empty": makes and row.state == State.CHECKED and row.changes_nothing,
    }


def percent(row: Import) -> int:
    """How much of a check is done, 0 … 100; applying and undoing tell nothing in between."""
    if row.state != State.UPLOADED:
        return 100
    return min(99, 100 * row.rows // max(row.expected, row.rows, 1)) if row.rows else 0


def changes(row: Import) -> list[dict[str, Any]]:
    """Return the first things of each change, with what becomes different."""
    found = []
    for change in CHANGES:
        total = row.count(change)
        if not total:
            continue
        staged = list(row.staged.filter(change=change).order_by("line", "pk")[:SHOWN])
        names = wording.names_of(row, staged)
        lines = [
            {
                "title": wording.title_of(one, names),
                "said": wording.differences(one.before, one.after),
            }
            for one in staged
        ]
        left = total - len(lines)
        found.append(
            {"change": change, "label": change.label, "total": total, "lines": lines, "left": left}
        )
    return found


def refused(row: Import) -> list[Any]:
    return list(row.staged.filter(change=Change.REFUSED).order_by("line", "pk")[:SHOWN])


def refused_csv(row: Import) -> Iterator[str]:
    """Yield the refused rows as CSV: the line, why, and the row as it came; to be corrected."""
    rows = row.staged.filter(change=Change.REFUSED).order_by("line", "pk")
    columns: list[str] = []
    for told in rows.values_list("told", flat=True).iterator():
        columns += [name for name, _value in told or () if name not in columns]
    yield "\ufeff" + csv_line(map(inert, [REASON, "line", *columns]))
    for one in rows.iterator():
        told = dict(one.told or ())
        cells = [one.reason, str(one.line), *(told.get(name, "") for name in columns)]
        yield csv_line(map(inert, cells))
