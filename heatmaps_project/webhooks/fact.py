"""A fact that machines are told of, and a table that such facts are read from."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import Max, Q, QuerySet

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


class Place(NamedTuple):
    """A row in the order of its source: a batch has one moment, and its rows their numbers."""

    value: int  # of the column
    pk: int


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

    def after(self, place: Place, upto: Place | None = None) -> QuerySet[Any]:
        """Return the rows past a place, in their order; up to another one, if any."""
        column, value = self.column, self._value(place)
        past = Q(**{f"{column}__gt": value}) | Q(pk__gt=place.pk)
        rows = self.rows().filter(past, **{f"{column}__gte": value})
        if upto is not None:
            value = self._value(upto)
            until = Q(**{f"{column}__lt": value}) | Q(pk__lte=upto.pk)
            rows = rows.filter(until, **{f"{column}__lte": value})
        return rows.order_by(column, "pk")

    def place_of(self, row: Any) -> Place:
        value = getattr(row, self.column)
        return Place(instant(value) if self.is_moment else int(value), row.pk)

    def _value(self, place: Place) -> Any:
        return moment_of(place.value) if self.is_moment else place.value

    def last(self) -> int:
        """Return the position of the newest row."""
        newest = self.rows().aggregate(last=Max(self.column))["last"]
        if newest is None:
            return 0
        return instant(newest) if self.is_moment else int(newest)
