"""Imports of complaints worked off in the background: read, received, taken back."""

import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from itertools import islice
from typing import Any, Final

from django.conf import settings
from django.utils.translation import gettext as _

from complaints.handed_in import running as handed_in
from complaints.handed_in.files import UnusableFileError
from complaints.handed_in.transitions import gather, give_back
from complaints.imports import transitions_of_parts
from complaints.imports.mapping import Told, first_told, layout_of
from complaints.imports.models import ComplaintImport, State
from complaints.imports.transitions_of_parts import ReadPart
from complaints.imports.unpacking import MOST_ROWS, opened
from complaints.intake.rows import Layout
from complaints.intake.transitions import MOST_AT_ONCE

SLICE: Final = 60.0  # seconds that one run works before others have their turn
TURN: Final = 0.0005  # seconds that a thread computes on while another wants to


def run_waiting(*, now: datetime) -> int:
    """Work on the import that waits longest, if any, and return how many were brought on."""
    return handed_in.run_waiting(ComplaintImport, _worked_on, now=now)


def _worked_on(row: ComplaintImport, now: datetime) -> bool:
    _WORK[State(row.state)](row, now)
    return True


def _read(row: ComplaintImport, now: datetime) -> None:
    """Cut the file into parts, and say what its columns seem to mean."""
    with tempfile.TemporaryFile() as file:
        gather(row, file)
        table = opened(row.file_name, file)
        if not transitions_of_parts.begin_reading(row):
            return
        rows = _counted([str(line), *cells] for line, cells in table.rows)
        number = 0
        while part := list(islice(rows, MOST_AT_ONCE)):
            if not transitions_of_parts.keep_part(row, number, part):
                return
            number += 1
        if not number:
            raise UnusableFileError(_("The file has no rows."))
        told = first_told(row, table.header, zone=_zone_of(row.by))
        transitions_of_parts.finish_reading(row, header=table.header, told=told)


def _counted(rows: Iterable[list[str]]) -> Iterator[list[str]]:
    """:raises UnusableFileError: there are too many"""
    for number, one in enumerate(rows, 1):
        if number > MOST_ROWS:
            words = _("The file has more than %(n)d rows: split it.")
            raise UnusableFileError(words % {"n": MOST_ROWS})
        yield one


def _zone_of(by: Any) -> str:
    return getattr(by, "time_zone", "") or settings.TIME_ZONE


def _receive(row: ComplaintImport, now: datetime) -> None:
    """Receive part after part; while the database is at one, the next is read."""
    layout = layout_of(Told.of(row.layout))
    ends = time.monotonic() + SLICE
    with ThreadPoolExecutor(max_workers=1) as reader:
        for read in each_read(row, layout, reader, now=now):
            if time.monotonic() >= ends:
                give_back(row, attempts=0)
                return
            if not transitions_of_parts.receive_part(row, read, now=now):
                give_back(row, attempts=row.attempts)
                return
    transitions_of_parts.finish(row, now=now)


def each_read(
    row: ComplaintImport, layout: Layout, reader: Executor, *, now: datetime
) -> Iterator[ReadPart]:
    """Yield the parts that are left, each read while the one before it was worked on."""
    reads = partial(transitions_of_parts.read_part, row, layout=layout, now=now)
    with _short_turns():
        part = transitions_of_parts.next_part(row)
        coming = reader.submit(reads, part) if part else None
        while part is not None and coming is not None:
            read = coming.result()
            part = transitions_of_parts.next_part(row, after=part.number)
            coming = reader.submit(reads, part) if part else None
            yield read


@contextmanager
def _short_turns() -> Iterator[None]:
    """Let who hears from the database go on at once: usually the reader keeps it waiting 5 ms."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(TURN)
    try:
        yield
    finally:
        sys.setswitchinterval(usual)


def _take_back(row: ComplaintImport, now: datetime) -> None:
    ends = time.monotonic() + SLICE
    while time.monotonic() < ends:
        if not transitions_of_parts.take_back_part(row, now=now):
            transitions_of_parts.finish(row, now=now)
            return
    give_back(row, attempts=0)


_WORK: Final = {State.UPLOADED: _read, State.RUNNING: _receive, State.UNDOING: _take_back}
