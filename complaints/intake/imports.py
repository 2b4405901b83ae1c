"""
Complaints out of a CSV file, through the same border and the same door as the API's.

A file is read once, 5,000 rows at a time, each in its own transaction: an import that was killed
is simply run again, and finds what it has stored already.
"""

import csv
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from itertools import islice
from typing import Any, Final, Protocol

from django.db import OperationalError, connection

from complaints.intake.sent import OLDEST, Refusal, SentComplaint, UnreadableError, read_row
from complaints.intake.transitions import (
    MOST_AT_ONCE,
    Receipt,
    ensure_topics,
    receive,
    topic_code,
)
from complaints.spreadsheets import inert, restored

REASON: Final = "refused_because"
ANY: Final = "*"  # in a layout's values: whatever is not listed
ATTEMPTS: Final = 5  # of a chunk, while the database is away; 1, 2, 4 and 8 seconds between
FIELDS: Final = (
    "external_id",
    "topic",
    "channel",
    "text",
    "address",
    "lon",
    "lat",
    "precision",
    "occurred_at",
    "received_at",
    "customer.id",
    "customer.phone",
    "customer.email",
    "customer.segment",
    "customer.ltv",
    "customer.churn_risk",
    "customer.language",
)

Values = dict[str, str]


class Writer(Protocol):
    def writerow(self, row: Iterable[str], /) -> object: ...


class LayoutError(Exception):
    """The file has not the columns that the layout speaks of."""


@dataclass(frozen=True)
class Layout:
    """How a file's rows describe complaints."""

    columns: Mapping[str, str]  # field (FIELDS) → name of its column
    constants: Mapping[str, str] = field(default_factory=dict)  # field → value of every row
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)  # field → as read → meant
    zone: tzinfo | None = None  # of times without an offset
    date_format: str | None = None  # as strptime has it; ISO 8601 where there is none


@dataclass
class Tally:
    """What became of the rows so far."""

    rows: int = 0
    created: int = 0
    exists: int = 0
    conflict: int = 0
    refused: int = 0


@dataclass(frozen=True)
class _Good:
    cells: list[str]
    sent: SentComplaint
    received_at: datetime
    topic: str  # as the file calls it


@dataclass(frozen=True)
class Import:
    """One run over one file."""

    layout: Layout
    brand: str
    source: str
    clock: Callable[[], datetime]
    refused: Writer
    creates_topics: bool = False
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
        while chunk := list(islice(rows, MOST_AT_ONCE)):
            self._take(chunk, header)
            progress(self.tally)
        return self.tally

    def _take(self, chunk: Sequence[list[str] | csv.Error], header: list[str]) -> None:
        now = self.clock()
        read = [self._read(cells, header, now=now) for cells in chunk]
        good = [one for one in read if one]
        if self.creates_topics:
            ensure_topics({one.topic for one in good})
        receipts = _received(
            [one.sent for one in good],
            source=self.source,
            now=now,
            received_at=[one.received_at for one in good],
        )
        self.tally.rows += len(chunk)
        for one, receipt in zip(good, receipts, strict=True):
            self._count(one, receipt)

    def _read(
        self, cells: list[str] | csv.Error, header: list[str], *, now: datetime
    ) -> _Good | None:
        """Return what a row says, or None after refusing it."""
        if isinstance(cells, csv.Error):
            self._refuse([], f"not CSV: {cells}")
            return None
        if len(cells) != len(header):
            self._refuse(cells, f"{len(cells)} cells under {len(header)} columns")
            return None
        try:
            values = _values(self.layout, dict(zip(header, map(restored, cells), strict=True)))
            times = _times(self.layout, values, now=now)
            sent = read_row(_body(values, times, brand=self.brand), now=now)
        except UnreadableError as error:
            self._refuse(cells, str(error))
            return None
        return _Good(cells, sent, times.get("received_at", now), values["topic"])

    def _count(self, one: _Good, receipt: Receipt) -> None:
        fields = ", ".join(receipt.fields)
        match receipt.outcome:
            case "created":
                self.tally.created += 1
            case "exists":
                self.tally.exists += 1
            case "conflict":
                self.tally.conflict += 1
                self._write(one.cells, f"stored before, but differs in {fields}")
            case "invalid":
                self._refuse(one.cells, f"{fields}: there is none with this code")

    def _refuse(self, cells: list[str], reason: str) -> None:
        self.tally.refused += 1
        self._write(cells, reason)

    def _write(self, cells: list[str], reason: str) -> None:
        self.refused.writerow([reason, *map(inert, cells)])


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


def _values(layout: Layout, row: Values) -> Values:
    """Return the fields that are told, as the layout's values mean them."""
    told = {name: row[column].strip() for name, column in layout.columns.items()}
    meant = {name: _meant(layout.values.get(name, {}), value) for name, value in told.items()}
    return {name: value for name, value in {**layout.constants, **meant}.items() if value}


def _meant(meanings: Mapping[str, str], value: str) -> str:
    return meanings.get(value, meanings.get(ANY, value))


def _times(layout: Layout, values: Values, *, now: datetime) -> dict[str, datetime]:
    """:raises UnreadableError: not a time, or received at a time that cannot be"""
    times: dict[str, datetime] = {
        name: _time(layout, values[name], name)
        for name in ("occurred_at", "received_at")
        if name in values
    }
    if not OLDEST <= times.get("received_at", now) <= now:
        raise UnreadableError([Refusal("received_at", "This is too old or to come.", "time")])
    return times


def _time(layout: Layout, value: str, name: str) -> datetime:
    """:raises UnreadableError: another format, or no offset and no zone to take it from"""
    try:
        moment = _parsed(layout, value)
    except (ValueError, OverflowError):
        refusal = Refusal(name, "This is not a time of the given format.", "time")
        raise UnreadableError([refusal]) from None
    if moment.tzinfo is None:
        raise UnreadableError([Refusal(name, "This time has no zone.", "zone")])
    return moment


def _parsed(layout: Layout, value: str) -> datetime:
    if layout.date_format and "%z" in layout.date_format:
        return datetime.strptime(value, layout.date_format).astimezone(UTC)
    if layout.date_format:
        return datetime.strptime(value, layout.date_format).replace(tzinfo=layout.zone)
    moment = datetime.fromisoformat(value)
    return moment if moment.tzinfo else moment.replace(tzinfo=layout.zone)


def _body(values: Values, times: Mapping[str, datetime], *, brand: str) -> dict[str, Any]:
    """Return what the API would have been sent."""
    point = {name: values[name] for name in ("lon", "lat") if name in values}
    prefix = "customer."
    customer = {
        name.removeprefix(prefix): value
        for name, value in values.items()
        if name.startswith(prefix)
    }
    # The precision of a point that is not there tells nothing.
    plain = ("external_id", "channel", "text", "address", *(["precision"] if point else []))
    return {
        "brand": brand,
        "topic": topic_code(values.get("topic", "")),
        **{name: values[name] for name in plain if name in values},
        **({"point": point} if point else {}),
        **({"customer": customer} if customer else {}),
        **{name: moment for name, moment in times.items() if name == "occurred_at"},
    }


def _received(
    sent: list[SentComplaint], *, source: str, now: datetime, received_at: list[datetime]
) -> list[Receipt]:
    """Receive, again and again while the database is being restarted."""
    for attempt in range(ATTEMPTS - 1):
        try:
            return receive(sent, source=source, now=now, received_at=received_at)
        except OperationalError:
            connection.close_if_unusable_or_obsolete()
            time.sleep(2**attempt)
    return receive(sent, source=source, now=now, received_at=received_at)
