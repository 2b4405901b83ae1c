"""How a file's rows describe complaints: which column is which field, and what its values mean."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from functools import lru_cache
from typing import Any, Final

from complaints.intake.fingerprint import fingerprint
from complaints.intake.sent import OLDEST, Refusal, SentComplaint, UnreadableError, read_row
from complaints.intake.transitions import topic_code
from complaints.spreadsheets import MARK, restored

ANY: Final = "*"  # in a layout's values: whatever is not listed
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
_OF_CUSTOMER: Final = [
    (name, name.partition(".")[2]) for name in FIELDS if name.startswith("customer.")
]
_TIMES: Final = ("occurred_at", "received_at")
_topic_code: Final = lru_cache(maxsize=1024)(topic_code)  # a file has many rows of few topics

Values = dict[str, str]


@dataclass(frozen=True)
class Layout:
    """How a file's rows describe complaints."""

    columns: Mapping[str, str]  # field (FIELDS) → name of its column
    constants: Mapping[str, str] = field(default_factory=dict)  # field → value where none is told
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)  # field → as read → meant
    zone: tzinfo | None = None  # of times without an offset
    date_format: str | None = None  # as strptime has it; ISO 8601 where there is none


@dataclass(frozen=True)
class Good:
    """A row that can be taken."""

    sent: SentComplaint
    fingerprint: bytes  # of `sent`: made here, while the database is busy with other rows
    received_at: datetime
    topic: str  # as the file calls it


class RowReader:
    """Reads the rows under one header by one layout."""

    def __init__(
        self,
        layout: Layout,
        header: Sequence[str],
        *,
        brand: str,
        name: Callable[[Values], str] | None = None,
    ) -> None:
        """
        Look the columns up.

        name  makes an external id of what a row tells, where the layout has no column of it

        :raises ValueError: the header lacks a column of the layout
        """
        self._layout, self._brand, self._name = layout, brand, name
        self._width = len(header)
        self._places = [
            (field, header.index(column), layout.values.get(field))
            for field, column in layout.columns.items()
        ]

    def read(self, cells: Sequence[str], *, now: datetime) -> Good:
        """:raises UnreadableError: another number of cells, or a field that cannot be taken"""
        if len(cells) != self._width:
            said = f"{len(cells)} cells under {self._width} columns"
            raise UnreadableError([Refusal("", said, "cells")])
        values = self._values(cells)
        times = _times(self._layout, values, now=now)
        sent = read_row(_body(values, times, brand=self._brand), now=now)
        return Good(sent, fingerprint(sent), times.get("received_at", now), values["topic"])

    def _values(self, cells: Sequence[str]) -> Values:
        """Return the fields that are told, as the layout's values mean them."""
        values = dict(self._layout.constants)
        for name, place, meanings in self._places:
            value = cells[place].strip()
            if value.startswith(MARK):
                value = restored(value).strip()
            if meanings:
                value = meanings.get(value, meanings.get(ANY, value))
            if value:
                values[name] = value
        if self._name is not None and "external_id" not in values:
            values["external_id"] = self._name(values)
        return values


def _times(layout: Layout, values: Values, *, now: datetime) -> dict[str, datetime]:
    """:raises UnreadableError: not a time, or received at a time that cannot be"""
    times: dict[str, datetime] = {
        name: _time(layout, values[name], name) for name in _TIMES if name in values
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
    body: dict[str, Any] = {"brand": brand, "topic": _topic_code(values.get("topic", ""))}
    point = {name: values[name] for name in ("lon", "lat") if name in values}
    # The precision of a point that is not there tells nothing.
    plain = ("external_id", "channel", "text", "address", *(["precision"] if point else []))
    for name in plain:
        if name in values:
            body[name] = values[name]
    if point:
        body["point"] = point
    customer = {ours: values[name] for name, ours in _OF_CUSTOMER if name in values}
    if customer:
        body["customer"] = customer
    if "occurred_at" in times:
        body["occurred_at"] = times["occurred_at"]
    return body
