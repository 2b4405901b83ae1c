"""
Complaints out of a CSV file, through the same border and the same door as the API's.

A file is read once, 5,000 rows at a time, each in its own transaction: an import that was killed
is simply run again, and finds what it has stored already.
"""

import csv
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from itertools import islice
from typing import Final, Protocol

from django.db import OperationalError, connection

from complaints.intake.rows import FIELDS, Good, Layout, RowReader, Values
from complaints.intake.sent import Refusal, UnreadableError
from complaints.intake.transitions import MOST_AT_ONCE, Receipt, ensure_topics, receive
from complaints.spreadsheets import inert

__all__ = ("FIELDS", "Import", "Layout", "LayoutError", "Tally")

REASON: Final = "refused_because"
ATTEMPTS: Final = 5  # of a chunk, while the database is away; 1, 2, 4 and 8 seconds between


class Writer(Protocol):
    def writerow(self, row: Iterable[str], /) -> object: ...


class LayoutError(Exception):
    """The file has not the columns that the layout speaks of."""


@dataclass
class Tally:
    """What became of the rows so far."""

    rows: int = 0
    created: int = 0
    exists: int = 0
    conflict: int = 0
    refused: int = 0


def plain(refusals: Iterable[Refusal]) -> str:
    """Say why a row is refused, for the terminal."""
    return "; ".join(
        f"{one.field}: {one.message}" if one.field else one.message for one in refusals
    )


@dataclass(frozen=True)
class Chunk:
    """Some rows of a file: those that can be taken, and of the others what is written of them."""

    good: list[tuple[list[str], Good]] = field(default_factory=list)
    refused: list[list[str]] = field(default_factory=list)

    @property
    def rows(self) -> int:
        return len(self.good) + len(self.refused)


@dataclass(frozen=True)
class Import:
    """
    One run over one file, or over a part of one.

    says      why a row is refused, for whoever mends it
    name      makes an external id of a row's values where the file has no column of it
    made      is given the primary keys of the complaints that are new
    attempts  of a chunk; 1 inside a transaction, which would not survive a failed one
    """

    layout: Layout
    brand: str
    source: str
    clock: Callable[[], datetime]
    refused: Writer
    creates_topics: bool = False
    says: Callable[[Iterable[Refusal]], str] = plain
    name: Callable[[Values], str] | None = None
    made: Callable[[int], object] = lambda _id: None
    attempts: int = ATTEMPTS
    tally: Tally = field(default_factory=Tally)

    def run(self, reader: Iterator[list[str]], *, progress: Callable[[Tally], object]) -> Tally:
        """
        Store the rows of a CSV file, the first of which names its columns.

        Rows that are refused, or differ from what is stored, are written to `refused`: the reason
        and then the row as it was.

        :raises LayoutError: a column is missing
        """
        header = next(reader, [])
        comes_back = header[:1] == [REASON]
        header = header[comes_back:]  # a file of refused rows, corrected
        missing = sorted(set(self.layout.columns.values()) - set(header))
        if missing:
            raise LayoutError(f"The file has no column {', '.join(map(repr, missing))}.")
        self.refused.writerow([REASON, *map(inert, header)])
        rows = _rows(reader, skip=int(comes_back))
        read = self.reader(header)
        while chunk := list(islice(rows, MOST_AT_ONCE)):
            self.take(self.read(chunk, read))
            progress(self.tally)
        return self.tally

    def reader(self, header: Sequence[str]) -> RowReader:
        """Return what reads rows under a header."""
        return RowReader(self.layout, header, brand=self.brand, name=self.name)

    def read(self, rows: Iterable[list[str] | csv.Error], reader: RowReader) -> Chunk:
        """Read rows; asks nothing of the database, so that another thread may do it."""
        now, chunk = self.clock(), Chunk()
        for cells in rows:
            if isinstance(cells, csv.Error):
                refusal = Refusal("", f"not CSV: {cells}", "csv")
                chunk.refused.append(self._written([], [refusal]))
                continue
            try:
                chunk.good.append((cells, reader.read(cells, now=now)))
            except UnreadableError as error:
                chunk.refused.append(self._written(cells, error.refusals))
        return chunk

    def take(self, chunk: Chunk) -> None:
        """Store what was read, at most MOST_AT_ONCE rows."""
        if self.creates_topics:
            ensure_topics({one.topic for _cells, one in chunk.good})
        for line in chunk.refused:
            self.refused.writerow(line)
        receipts = self._received([one for _cells, one in chunk.good], now=self.clock())
        self.tally.rows += chunk.rows
        self.tally.refused += len(chunk.refused)
        for (cells, _one), receipt in zip(chunk.good, receipts, strict=True):
            self._count(cells, receipt)

    def _received(self, good: Sequence[Good], *, now: datetime) -> list[Receipt]:
        """Receive, again and again while the database is being restarted."""
        stored = partial(
            receive,
            [one.sent for one in good],
            source=self.source,
            now=now,
            received_at=[one.received_at for one in good],
            prints=[one.fingerprint for one in good],
        )
        for attempt in range(self.attempts - 1):
            try:
                return stored()
            except OperationalError:
                connection.close_if_unusable_or_obsolete()
                time.sleep(2**attempt)
        return stored()

    def _count(self, cells: list[str], receipt: Receipt) -> None:
        fields = ", ".join(receipt.fields)
        match receipt.outcome:
            case "created":
                self.tally.created += 1
                self.made(receipt.complaint_id or 0)
            case "exists":
                self.tally.exists += 1
            case "conflict":
                self.tally.conflict += 1
                said = f"stored before, but differs in {fields}"
                self.refused.writerow(self._written(cells, [Refusal("", said, "differs")]))
            case "invalid":
                self.tally.refused += 1
                refusal = Refusal(fields, "there is none with this code", "unknown")
                self.refused.writerow(self._written(cells, [refusal]))

    def _written(self, cells: list[str], refusals: Iterable[Refusal]) -> list[str]:
        return [self.says(refusals), *map(inert, cells)]


def _rows(reader: Iterator[list[str]], *, skip: int) -> Iterator[list[str] | csv.Error]:
    """Yield the rows that are not empty, and in place of an unreadable one its error."""
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield error
        else:
            if cells:
                yield cells[skip:]
