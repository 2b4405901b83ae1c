"""
The parts of an import: cut from its file, received, taken back; each in a transaction of its own,
and only while the worker's claim stands.
"""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import translation

from complaints.customers.personal import current_cipher
from complaints.handed_in.transitions import held
from complaints.imports.mapping import Told, number_of
from complaints.imports.models import ComplaintImport, ImportPart, ImportPiece, State
from complaints.imports.wording import said
from complaints.intake.imports import Chunk, Import, Tally
from complaints.intake.models import Complaint
from complaints.intake.rows import Layout
from complaints.intake.transitions_of_state import take_back


@transaction.atomic
def begin_reading(row: ComplaintImport) -> bool:
    """Start to read from nothing, whatever a killed worker left. False: it was cancelled."""
    if not held(row).update(rows=0):
        return False
    ImportPart.objects.filter(of=row).delete()
    return True


@transaction.atomic
def keep_part(row: ComplaintImport, number: int, rows: Iterable[Sequence[str]]) -> bool:
    """Store rows, each its line and its cells. False: it was cancelled."""
    text = io.StringIO()
    writer, count = csv.writer(text), 0
    for one in rows:
        writer.writerow(one)
        count += 1
    if not held(row).update(rows=F("rows") + count):
        return False
    content = current_cipher().encrypt(text.getvalue())
    ImportPart.objects.create(of=row, number=number, rows=count, content=content)
    return True


@transaction.atomic
def finish_reading(row: ComplaintImport, *, header: Sequence[str], told: Told) -> bool:
    """The file is read: the import waits for a person. False: it was cancelled."""
    values = {
        "state": State.READ,
        "header": list(header),
        "layout": told.as_json(),
        "claimed_until": None,
        "attempts": 0,
    }
    if not held(row).update(**values):
        return False
    ImportPiece.objects.filter(of=row).delete()
    return True


class _Refused:
    """Collects refused rows."""

    def __init__(self) -> None:
        self.text = io.StringIO()
        self._writer = csv.writer(self.text)

    def writerow(self, row: Iterable[str], /) -> None:
        self._writer.writerow(row)

    def sealed(self) -> bytes | None:
        text = self.text.getvalue()
        return current_cipher().encrypt(text) if text else None


def rows_of(part: ImportPart) -> Any:
    """Return an iterator over the rows of a part, the line before the cells."""
    content = current_cipher().decrypt(bytes(part.content or b""))
    return csv.reader(io.StringIO(content, newline=""))


@dataclass(frozen=True)
class ReadPart:
    """A part whose rows were read, to be stored."""

    part_id: int
    rows: int  # of the part, as it was read
    run: Import
    chunk: Chunk
    refused: _Refused
    made: list[int]


def next_part(row: ComplaintImport, *, after: int = -1) -> ImportPart | None:
    """Return the first part behind a number that was not received yet."""
    parts = ImportPart.objects.filter(of=row, done_at=None, number__gt=after)
    return parts.order_by("number").first()


def read_part(row: ComplaintImport, part: ImportPart, layout: Layout, *, now: datetime) -> ReadPart:
    """Read a part's rows. Asks nothing of the database, so that another thread may do it."""
    refused, made = _Refused(), list[int]()
    run = Import(
        layout=layout,
        brand=row.brand.code,
        source=row.complaints_source,
        clock=lambda: now,
        refused=refused,
        says=said,
        name=number_of,
        made=made.append,
        attempts=1,
    )
    with translation.override(row.language):
        chunk = run.read(rows_of(part), run.reader(row.columns))
    return ReadPart(part.pk, part.rows, run, chunk, refused, made)


@transaction.atomic
def receive_part(row: ComplaintImport, read: ReadPart, *, now: datetime) -> bool:
    """
    Store what was read of a part, once.

    False: somebody has, the import was stopped, or whoever was erased since it was read is no
    longer in the part: it has to be read again.
    """
    # The import is not locked meanwhile: whoever stops it need not wait for a part.
    waiting = ImportPart.objects.filter(pk=read.part_id, rows=read.rows, done_at=None)
    waiting = waiting.defer("content")
    part = waiting.select_for_update().first()
    if part is None or not held(row).exists():
        return False
    with translation.override(row.language):
        read.run.take(read.chunk)
    part.refused, part.made, part.done_at = read.refused.sealed(), read.made, now
    part.content = None  # people's data lie in no second place for longer than they are needed
    part.save(update_fields=["refused", "made", "done_at", "content"])
    return _counted(row, read.run.tally)


def _counted(row: ComplaintImport, tally: Tally) -> bool:
    still = held(row).update(
        done=F("done") + tally.rows,
        created=F("created") + tally.created,
        exists=F("exists") + tally.exists,
        conflict=F("conflict") + tally.conflict,
        refused=F("refused") + tally.refused,
    )
    transaction.set_rollback(not still)
    return bool(still)


@transaction.atomic
def finish(row: ComplaintImport, *, now: datetime) -> bool:
    """Nothing is left to receive, or to take back. False: something is, or it was stopped."""
    undoing = row.state == State.UNDOING
    left = {"done_at__isnull": False, "undone_at": None} if undoing else {"done_at": None}
    if not held(row).select_for_update().exists():
        return False
    if ImportPart.objects.filter(of=row, **left).exists():
        return False
    state = State.UNDONE if undoing else State.DONE
    values = {"state": state, "ended_at": now, "claimed_until": None, "attempts": 0}
    return bool(held(row).update(**values))


@transaction.atomic
def take_back_part(row: ComplaintImport, *, now: datetime) -> bool:
    """Take back what the next part made. False: there is none, or the claim ran out."""
    if not held(row).exists():
        return False
    parts = ImportPart.objects.filter(of=row, done_at__isnull=False, undone_at=None)
    part = parts.order_by("-number").first()
    if part is None:
        return False
    count = take_back(Complaint.objects.filter(pk__in=part.made), now=now)
    part.undone_at = now
    part.save(update_fields=["undone_at"])
    still = held(row).update(withdrawn=F("withdrawn") + count)
    transaction.set_rollback(not still)
    return bool(still)
