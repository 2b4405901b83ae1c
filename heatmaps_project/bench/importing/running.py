"""How fast a person's file of complaints comes in, and in how much memory, beside bare COPY."""

import csv
import io
import resource
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, Final

from django.db import connection
from django.utils import timezone

from complaints.customers.models import Brand
from complaints.handed_in.transitions import claim
from complaints.imports import running, transitions, transitions_of_parts
from complaints.imports.mapping import Told, layout_of
from complaints.imports.models import ComplaintImport
from complaints.imports.transitions_of_parts import ReadPart
from heatmaps_project.accounts.models import User
from heatmaps_project.bench.intake.speed import COPIED, ROWS
from heatmaps_project.bench.intake.speed import copied as _copied
from heatmaps_project.bench.intake.world import bodies, make_world

PIECE: Final = 1024 * 1024  # bytes
MOST_COPIED: Final = 50  # parts that are copied, too
HEADER: Final = ("number", "topic", "channel", "date", "lon", "lat", "text", "client id", "phone")


@dataclass(frozen=True)
class Outcome:
    """Seconds, and MB that the process had at most, after the first part and at the end."""

    rows: int
    reading: float
    receiving: float
    copied: int  # rows that were copied, too
    bare: float
    early_mb: float
    late_mb: float

    @property
    def ours_per_s(self) -> float:
        """Rows a second, reading and receiving together."""
        return self.rows / (self.reading + self.receiving)

    @property
    def bare_per_s(self) -> float:
        return self.copied / self.bare

    @property
    def share(self) -> float:
        return self.ours_per_s / self.bare_per_s

    @property
    def grown_mb(self) -> float:
        return self.late_mb - self.early_mb


def measured(rows: int, *, says: Callable[[str], object]) -> Outcome:
    """
    Import a file; of every few parts the very rows that came of it are copied into the same table.

    So the two are measured in turn: a machine that others use, too, is as slow for both.
    """
    make_world()
    by = User.objects.get_or_create(username="bench-import", defaults={"role": "administrator"})[0]
    row = transitions.upload(
        _pieces(rows),
        name="bench.csv",
        brand=Brand.objects.get(code="bench"),
        source="bench",
        language="en",
        by=by,
        now=timezone.now(),
    )
    reading = _timed(lambda: running.run_waiting(now=timezone.now()))
    row.refresh_from_db()
    says(f"read in {reading:.1f} s")
    transitions.tell_columns(row.pk, Told.of(row.layout))
    transitions.move(row.pk, "begin", by=by, now=timezone.now())
    claimed = claim(ComplaintImport, now=timezone.now() + timedelta(days=1))
    assert claimed is not None
    layout = layout_of(Told.of(claimed.layout))
    every = max(1, rows // ROWS // MOST_COPIED)
    receiving = bare = early = 0.0
    copied = 0
    with ThreadPoolExecutor(max_workers=1) as reader:
        parts = running.each_read(claimed, layout, reader, now=timezone.now())
        for number in range(-(-rows // ROWS)):
            receiving += _timed(lambda: _receive(claimed, next(parts)))
            early = early or _peak_mb()
            if number % every == 0:
                taken = _taken_out(claimed, number)
                copied += len(taken)
                bare += _timed(partial(_copied, taken))
                says(f"{number + 1} parts: {receiving:.0f} s; bare {bare:.1f} s for {copied}")
    row.refresh_from_db()
    if row.created != rows:
        raise RuntimeError(f"{row.created} of {rows}. {row.note}")
    return Outcome(rows, reading, receiving, copied, bare, early, _peak_mb())


def _receive(row: ComplaintImport, read: ReadPart) -> None:
    if not transitions_of_parts.receive_part(row, read, now=timezone.now()):
        raise RuntimeError("A part was not received.")


def _pieces(rows: int) -> Iterator[bytes]:
    """Yield a CSV file as it is uploaded."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(HEADER)
    at = (datetime.now(UTC) - timedelta(minutes=5)).isoformat()
    for body in bodies("import", rows):
        point, person = body["point"], body["customer"]
        writer.writerow(
            [
                *(body["external_id"], body["topic"], body["channel"], at),
                *(point["lon"], point["lat"], body["text"], person["id"], person["phone"]),
            ]
        )
        if text.tell() > PIECE:
            yield text.getvalue().encode()
            text.seek(0)
            text.truncate()
    yield text.getvalue().encode()


def _taken_out(row: ComplaintImport, number: int) -> list[tuple[Any, ...]]:
    """Return what a part made as COPY takes it, and take it out of the table."""
    made = row.parts.get(number=number).made
    columns = ", ".join(f'"{name}"' for name in COPIED)
    with connection.cursor() as cursor:
        where = "WHERE id = ANY(%s)"
        cursor.execute(f"SELECT {columns} FROM complaints_complaint {where}", [made])
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        cursor.execute(f"DELETE FROM complaints_complaint {where}", [made])
    return rows


def _timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
