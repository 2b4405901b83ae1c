"""What the import asks of each kind of file."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from spots.network.imports.reading import Row

# A thing written down as JSON: the same thing always in the same words, so that two can be
# compared. A shape is the hexadecimal WKB of what is in the database, WGS 84.
Body = dict[str, Any]


@dataclass(frozen=True)
class Context:
    """For whom and when a file is read."""

    brand_id: int
    now: datetime
    zone: ZoneInfo  # of times without an offset


@dataclass(frozen=True)
class Thing:
    """One site, area, event or house, as the file tells it."""

    line: int
    key: str  # names it within brand and kind
    body: Body
    told: dict[str, Any] = field(default_factory=dict)  # the row's values as they came
    repaired: bool = False  # its shape was not valid and has been made so


@dataclass(frozen=True)
class Refused:
    """A row that cannot be taken, and why, for people."""

    line: int
    reason: str
    told: dict[str, Any]
    key: str = ""  # of the thing that it means, where that much could be read


class Adapter(Protocol):
    """One kind of file."""

    most: int  # rows of a file

    def take(self, row: Row) -> Thing | None:
        """
        Read one row. None: it went into a thing of several rows, which `rest` will tell.

        :raises RowError: it cannot be taken
        """
        ...

    def rest(self) -> Iterable[Thing]:
        """Return the things that are made of several rows."""
        return ()

    def resolved(self, things: Sequence[Thing]) -> Iterable[Thing | Refused]:
        """Look up, for many at once, what things speak of: sites by code, houses by address."""
        return things

    def known(self, keys: Iterable[str], *, for_update: bool = False) -> dict[str, Body]:
        """Return what is there now, by key; `for_update` keeps it so until the commit."""
        ...

    def replaced(self) -> Iterator[str]:
        """Yield the keys of all that a file replaces."""
        ...

    def leaning_on(self, keys: Iterable[str]) -> str:
        """Name what could not stay if these things were taken away; "": nothing."""
        return ""


def refused(thing: Thing, reason: str) -> Refused:
    return Refused(thing.line, reason, thing.told, thing.key)


def with_body(thing: Thing, **changed: Any) -> Thing:
    return replace(thing, body={**thing.body, **changed})
