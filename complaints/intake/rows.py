"""How a file's rows describe complaints: which column is which field, and what its values mean."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, tzinfo
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
    "customer.balance",
    "customer.debt",
    "customer.language",
)
_OF_CUSTOMER: Final = [
    (name, name.partition(".")[2]) for name in FIELDS if name.startswith("customer.")
]
_TIMES: Final = ("occurred_at", "received_at")
# Excel's number of a day of this century, where a cell was never told that it holds a date.
_SERIAL: Final = re.compile(r"\d{5}(?:\.\d+)?", re.ASCII)
_DAY_0: Final = datetime(1899, 12, 30, tzinfo=UTC)
_ISO: Final = re.compile(r"\d{4}-", re.ASCII)
_topic_code: Final = lru_cache(maxsize=1024)(topic_code)  # a file has many rows of few topics

Values = dict[str, str]


def _number(value: str) -> str:
    """Return a number with a decimal comma, spaces by the thousand, or a typeset minus as JSON."""
    return "".join(value.split()).replace(",", ".").replace("\N{MINUS SIGN}", "-")


def _line(value: str) -> str:
    """Return what was written over several lines of one cell as one."""
    return " ".join(value.split()) if "\n" in value or "\r" in value else value


def _phone(value: str) -> str:
    """Return a phone that a program took for a number, without its decimals."""
    return value.removesuffix(".0")


# What people and their programs do to values on the way; where nothing was done, nothing changes.
_MENDED: Final[Mapping[str, Callable[[str], str]]] = {
    "lon": _number,
    "lat": _number,
    "customer.ltv": _number,
    "customer.churn_risk": _number,
    "customer.balance": _number,
    "customer.debt": _number,
    "customer.phone": _phone,
    "address": _line,
}


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
            (field, header.index(column), layout.values.get(field), _MENDED.get(field))
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
        for name, place, meanings, mend in self._places:
            value = cells[place].strip()
            if value.startswith(MARK):
                value = restored(value).strip()
            if meanings:
                value = meanings.get(value, meanings.get(ANY, value))
            if mend:
                value = mend(value)
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
    """ISO 8601 is understood beside any format: cells that hold dates are written so."""
    if _SERIAL.fullmatch(value):
        seconds = round(float(value) * 24 * 3600)
        return (_DAY_0 + timedelta(seconds=seconds)).replace(tzinfo=layout.zone)
    if layout.date_format and not _ISO.match(value):
        return _in_format(layout.date_format, value, zone=layout.zone)
    moment = datetime.fromisoformat(value)
    return moment if moment.tzinfo else moment.replace(tzinfo=layout.zone)


def _in_format(form: str, value: str, *, zone: tzinfo | None) -> datetime:
    if "%z" in form:
        return datetime.strptime(value, form).astimezone(UTC)
    return datetime.strptime(value, form).replace(tzinfo=zone)


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
