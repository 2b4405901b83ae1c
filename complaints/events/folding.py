"""
What the events of one complaint come to, whatever order they were heard of in.

Pure: events are taken in the order in which they occurred; of one moment, by their ids. A late
one therefore changes only what no later one has said.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any


class EventType(StrEnum):
    CORRECTED = "corrected"
    WITHDRAWN = "withdrawn"
    CLOSED = "closed"
    REOPENED = "reopened"
    COMMENT = "comment"


@dataclass(frozen=True)
class Happened:
    """One event; `said` holds the fields that a correction sets."""

    event_id: str
    type: EventType
    occurred_at: datetime
    said: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Outcome:
    """How a complaint stands after its events; None: nothing of that kind is in force."""

    withdrawn_at: datetime | None = None
    closed_at: datetime | None = None
    reopened_at: datetime | None = None
    corrected: Mapping[str, Any] = field(default_factory=dict)


def outcome(events: Iterable[Happened]) -> Outcome:
    """Return what events come to: the first of an unbroken row of the same says since when."""
    withdrawn = closed = reopened = None
    corrected: dict[str, Any] = {}
    for event in sorted(events, key=lambda one: (one.occurred_at, one.event_id)):
        at = event.occurred_at
        if event.type is EventType.REOPENED:
            withdrawn, closed, reopened = None, None, at
        elif event.type is EventType.WITHDRAWN:
            withdrawn, reopened = withdrawn or at, None
        elif event.type is EventType.CLOSED:
            closed, reopened = closed or at, None
        elif event.type is EventType.CORRECTED:
            corrected |= event.said
    return Outcome(withdrawn, closed, reopened, corrected)
