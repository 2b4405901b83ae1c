"""A fact that machines are told of, and a table that such facts are read from."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Max, QuerySet

from heatmaps_project.webhooks.events import EventType
from spots.sla.instants import instant, moment_of


@dataclass(frozen=True)
class Fact:
    """Something that machines are told of."""

    type: EventType
    key: str  # one for each fact, ever
    subject: str
    brand_id: int
    region_id: int | None
    at: datetime
    data: dict[str, Any]
    called: frozenset[int] = frozenset()  # subscriptions that alone are told; none: who wants it


@dataclass(frozen=True)
class Source:
    """A table that facts are read from, by a column that grows."""

    name: str
    rows: Callable[[], QuerySet[Any]]
    column: str
    facts: Callable[[Any], Iterator[Fact]]
    types: frozenset[EventType]  # whatever its facts may be of

    @property
    def is_moment(self) -> bool:
        return self.column != "pk"

    def after(self, position: int) -> QuerySet[Any]:
        """Return the rows past a position, in their order."""
        value = moment_of(position) if self.is_moment else position
        return self.rows().filter(**{f"{self.column}__gt": value}).order_by(self.column, "pk")

    def last(self) -> int:
        """Return the position of the newest row."""
        newest = self.rows().aggregate(last=Max(self.column))["last"]
        if newest is None:
            return 0
        return instant(newest) if self.is_moment else int(newest)
