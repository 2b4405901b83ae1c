"""
Many complaints in one body: a JSON array, or NDJSON with one complaint a line.

Each row is read as the body of a single complaint is, so that both refuse the same ones. A row
that cannot be taken never costs another.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from itertools import islice
from typing import Any, Final

from django.conf import settings
from pydantic_core import from_json, to_json

from complaints.bodies import has_more_values
from complaints.intake.sent import Refusal, SentComplaint, UnreadableError, read
from complaints.intake.transitions import MOST_AT_ONCE

NDJSON: Final = "application/x-ndjson"
LONGEST_ID: Final = 100  # characters of an external id that an answer repeats
_VALUES: Final = 100  # twice what a complaint has
_MOST_VALUES: Final = _VALUES * MOST_AT_ONCE  # of all rows


@dataclass(frozen=True)
class Refused:
    """A row that cannot be taken; its external id where that much can be read."""

    external_id: str | None
    refusals: list[Refusal]


Row = SentComplaint | Refused


class NoRowsError(Exception):
    """The body as a whole cannot be taken; says why."""


def read_array(body: bytes, *, now: datetime) -> list[Row]:
    """
    Return each complaint of a JSON array, or why it cannot be taken.

    :raises NoRowsError: no JSON array, or more than MOST_AT_ONCE rows, or than these have
    """
    if has_more_values(body, _MOST_VALUES):
        raise NoRowsError("The body has more values than so many complaints.")
    values = _array(body)
    if not isinstance(values, list):
        raise NoRowsError("The body is not a JSON array.")
    _bounded(len(values))
    return [_row(_written(value), now=now) for value in values]


def read_lines(body: bytes, *, now: datetime) -> list[Row]:
    """
    Return each line's complaint, or why it cannot be taken; empty lines are none.

    :raises NoRowsError: more than MOST_AT_ONCE rows
    """
    # No more than is taken: of sixteen million lines each would be an object.
    lines = list(islice((line for line in BytesIO(body) if line.strip()), MOST_AT_ONCE + 1))
    _bounded(len(lines))
    return [_row(line, now=now) for line in lines]


def _bounded(rows: int) -> None:
    if rows > MOST_AT_ONCE:
        raise NoRowsError(f"More than {MOST_AT_ONCE} complaints.")


def _array(body: bytes) -> Any:
    try:
        return from_json(body, allow_inf_nan=False)
    except ValueError:
        pass
    # Python's reader is laxer about strings and numbers: only the rows with such are refused.
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        raise NoRowsError("The body is not JSON, or is nested too deep.") from None


def _written(value: Any) -> bytes:
    try:
        return to_json(value, inf_nan_mode="constants")
    except ValueError:  # half of a pair of surrogates
        return b""


def _row(body: bytes, *, now: datetime) -> Row:
    # As if it had been sent alone; and to say what is wrong with one of megabytes takes gigabytes.
    if len(body) > settings.API_BODY_BYTES:
        words = f"It is longer than {settings.API_BODY_BYTES} bytes."
        return Refused(None, [Refusal("", words, "too_long")])
    if has_more_values(body, _VALUES):  # each of which could be wrong, and is told so
        return Refused(None, [Refusal("", "It has more values than a complaint.", "too_many")])
    try:
        return read(body, now=now)
    except UnreadableError as error:
        return Refused(_id_of(body), error.refusals)


def _id_of(body: bytes) -> str | None:
    try:
        value = from_json(body)
    except ValueError:
        return None
    known = value.get("external_id") if isinstance(value, dict) else None
    fits = isinstance(known, str) and len(known) <= LONGEST_ID and known.isprintable()
    return known if fits else None


def readable(rows: Iterable[Row]) -> list[SentComplaint]:
    return [row for row in rows if isinstance(row, SentComplaint)]
