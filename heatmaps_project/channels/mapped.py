"""A complaint as somebody else's JSON tells it, read as a file's row is."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from complaints.imports.mapping import LABELS, Told, layout_of
from complaints.imports.wording import said
from complaints.intake.rows import RowReader
from complaints.intake.sent import SentComplaint, UnreadableError
from heatmaps_project.channels.models import Inlet

LONGEST_VALUE: Final = 20_000  # characters
FIELDS: Final = tuple(LABELS)
# Without an address and a point a complaint waits for a person, who reads it.
_NOWHERE: Final = {"lon": "0", "lat": "0"}
_EPOCH_MS: Final = 10**11  # from here a number of seconds would be beyond the year 5000

Values = Mapping[str, str]


class NoItemsError(Exception):
    """The JSON holds no complaints where they are said to be."""


def at_path(value: Any, path: str) -> Any:
    """Return what stands at a path of names and numbers (data.items.0.id); None: nothing."""
    for step in filter(None, path.split(".")):
        if isinstance(value, dict):
            value = value.get(step)
        elif isinstance(value, list) and step.isdigit() and int(step) < len(value):
            value = value[int(step)]
        else:
            return None
    return value


def items_of(inlet: Inlet, told: Any) -> list[Any]:
    """:raises NoItemsError: there is no list, and no complaint"""
    found = at_path(told, inlet.items_path)
    if isinstance(found, dict):
        return [found]
    if not isinstance(found, list):
        raise NoItemsError
    return found


def values_of(inlet: Inlet, item: Any) -> Values:
    """Return the fields that an item tells, as text."""
    told = {name: _text(name, at_path(item, path)) for name, path in inlet.mapping.items()}
    return {name: value for name, value in told.items() if value}


def _text(name: str, value: Any) -> str:
    if value is None or isinstance(value, bool | dict | list):
        return json.dumps(value, ensure_ascii=False)[:LONGEST_VALUE] if value else ""
    if name == "occurred_at" and isinstance(value, int | float):
        try:
            seconds = value / 1000 if value > _EPOCH_MS else value
            return datetime.fromtimestamp(seconds, UTC).isoformat()
        except (ValueError, OverflowError, OSError):
            return str(value)
    return storable(str(value).strip())[:LONGEST_VALUE]


def storable(text: str) -> str:
    """Return a text without what no text of PostgreSQL holds: a NUL."""
    return text.replace("\0", "\ufffd")


class Reader:
    """Reads what one inlet brings."""

    def __init__(self, inlet: Inlet) -> None:
        columns = {name: name for name in FIELDS}
        constants = {"topic": inlet.topic.code, "channel": inlet.channel, **_NOWHERE}
        told = Told(columns, constants, inlet.time_zone)
        self._rows = RowReader(layout_of(told), FIELDS, brand=inlet.brand.code)

    def read(self, values: Values, *, now: datetime) -> SentComplaint:
        """:raises UnreadableError: a field that cannot be taken"""
        cells: Sequence[str] = [values.get(name, "") for name in FIELDS]
        return self._rows.read(cells, now=now).sent

    def refusal(self, values: Values, error: UnreadableError) -> str:
        return f"{values.get('external_id', '?')}: {said(error.refusals)}"
