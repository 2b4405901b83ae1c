"""The page of an import: how far it is, what its first rows would become, what was refused."""

import csv
import io
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from typing import Any, Final

from django.http import HttpRequest
from django.utils import timezone

from complaints.customers.personal import (
    current_cipher,
    masked_address,
    masked_email,
    masked_phone,
    masked_point,
    scrubbed,
)
from complaints.imports.mapping import LABELS, Told, layout_of, number_of
from complaints.imports.models import LINE, ComplaintImport, ImportPart, State
from complaints.imports.transitions import why_not
from complaints.imports.transitions_of_parts import rows_of
from complaints.imports.wording import said
from complaints.intake.imports import REASON
from complaints.intake.models import Topic
from complaints.intake.rows import Good, RowReader
from complaints.intake.sent import Refusal, UnreadableError
from complaints.spreadsheets import csv_line, inert

MAKES: Final = "complaints.add_complaintimport"
LOOKED_AT: Final = 1000  # rows of the preview
SHOWN: Final = 10  # rows that are shown of it
ERRORS: Final = 20


def context_of(request: HttpRequest, row: ComplaintImport) -> dict[str, Any]:
    makes, now = request.user.has_perm(MAKES), timezone.now()
    return {
        "preview": preview(row, now=now) if row.state == State.READ else None,
        "missing": Told.of(row.layout).missing() if row.state == State.READ else [],
        "moves": [name for name in row.MOVES if makes and not why_not(row, name, now=now)],
        "refused": row.refused + row.conflict,
        "first_refused": list(islice(_refused(row), ERRORS)),
    }


def percent(row: ComplaintImport) -> int:
    """How much is done, 0 … 100; reading tells nothing in between."""
    if row.state == State.UNDOING:
        return min(99, 100 * row.withdrawn // max(row.created, 1))
    return min(99, 100 * row.done // max(row.rows, 1)) if row.state in row.TO_DO else 100


def preview(row: ComplaintImport, *, now: datetime) -> dict[str, Any]:
    """Return what the first rows would become, and what is wrong with those that would not."""
    told = Told.of(row.layout)
    part = row.parts.order_by("number").first()
    if part is None or told.missing():
        return {}
    columns = row.columns
    reader = RowReader(layout_of(told), columns, brand=row.brand.code, name=number_of)
    topics = set(Topic.objects.values_list("code", flat=True))
    good, errors, counts = list[dict[str, Any]](), list[dict[str, Any]](), Counter[str]()
    for cells in islice(rows_of(part), LOOKED_AT):
        found = _tried(reader, cells, topics=topics, now=now)
        kind = "good" if isinstance(found, Good) else "bad"
        counts[kind] += 1
        if isinstance(found, Good) and len(good) < SHOWN:
            good.append(_shown(cells[0], found))
        elif isinstance(found, str) and len(errors) < ERRORS:
            errors.append({"line": cells[0], "reason": found})
    return {"good": good, "errors": errors, "fine": counts["good"], "wrong": counts["bad"]}


def _tried(reader: RowReader, cells: list[str], *, topics: set[str], now: datetime) -> Good | str:
    try:
        found = reader.read(cells, now=now)
    except UnreadableError as error:
        return said(error.refusals)
    if found.sent.topic not in topics:
        return said([Refusal("topic", "", "unknown")])
    return found


def _shown(line: str, good: Good) -> dict[str, Any]:
    """Return a row as its reader may see it: whose it is, only as a hint."""
    sent = good.sent
    person = sent.customer
    return {
        "line": line,
        "number": sent.external_id,
        "at": sent.occurred_at,
        "topic": sent.topic,
        "channel": sent.channel.label,
        "where": masked_address(sent.address or ""),
        "point": masked_point(sent.point.lon, sent.point.lat) if sent.point else "",
        "customer": " ".join(
            filter(
                None,
                [
                    person.id if person else "",
                    masked_phone((person and person.phone) or ""),
                    masked_email((person and person.email) or ""),
                ],
            )
        ),
        "text": scrubbed(sent.text)[:80],
    }


def _refused(row: ComplaintImport) -> Iterator[list[str]]:
    """Yield the refused rows so far: the reason, the line, the cells."""
    parts = ImportPart.objects.filter(of=row, refused__isnull=False).order_by("number")
    for sealed in parts.values_list("refused", flat=True).iterator(chunk_size=4):
        text = current_cipher().decrypt(bytes(sealed or b""))
        yield from csv.reader(io.StringIO(text, newline=""))


def refused_csv(row: ComplaintImport) -> Iterator[str]:
    """Yield the refused rows as CSV, to be corrected and handed in again."""
    yield "\ufeff" + csv_line([REASON, LINE, *map(inert, row.header)])
    for cells in _refused(row):
        yield csv_line(cells)


def fields_of(row: ComplaintImport) -> list[tuple[str, str, str]]:
    """Return (field, what it is called, the column that is it) of what an import may tell."""
    columns = Told.of(row.layout).columns
    return [(name, str(label), columns.get(name, "")) for name, label in LABELS.items()]
