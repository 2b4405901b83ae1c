"""What the map shows, as tables: the rows of a view, within walls, never more than MOST_ROWS."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.contrib.gis.geos import Polygon
from django.db.models import OuterRef, Subquery, Value

from complaints.customers.models import Customer
from spots.maps import rows
from spots.maps.rows import Rows
from spots.maps.shaping import Asked
from spots.network.models import Measurement

MOST_ROWS = 50_000  # of one layer


class TooManyRowsError(Exception):
    """A layer of the view has more than MOST_ROWS rows; the text is its name."""


@dataclass(frozen=True)
class Table:
    """
    A layer's rows in a view.

    columns   what a column is called: the row's own name for it
    geometry  the row's name for its shape, WGS 84
    kind      of the shape, as GDAL calls it
    """

    name: str
    columns: dict[str, str]
    geometry: str
    kind: str
    rows: Rows = field(repr=False)

    def values(self, **shapes: Any) -> Iterator[tuple[Any, ...]]:
        """Each row's columns in their order, then what the given expressions make of it."""
        told = self.rows.annotate(**shapes).values_list(*self.columns.values(), *shapes)
        yield from told[:MOST_ROWS].iterator(chunk_size=2000)


def tables(box: Polygon, asked: Asked, *, layers: list[str], with_customers: bool) -> list[Table]:
    """
    Return the tables of layers that have any; `with_customers` names the CRM's customers.

    :raises TooManyRowsError: the view is too wide
    """
    made = [MAKERS[name](box, asked) for name in layers if name in MAKERS]
    if not with_customers:
        for table in made:
            table.columns.pop("customer", None)
    for table in made:
        if table.rows[: MOST_ROWS + 1].count() > MOST_ROWS:
            raise TooManyRowsError(table.name)
    return made


def taken(table: Table, *, by: str, at: datetime) -> Table:
    """Return a table each of whose rows says who took it, and when."""
    signed = table.rows.annotate(taken_by=Value(by), taken_at=Value(at))
    columns = {**table.columns, "taken_by": "taken_by", "taken_at": "taken_at"}
    return replace(table, columns=columns, rows=signed)


def _spots(box: Polygon, asked: Asked) -> Table:
    columns = {"id": "id", "state": "state", "band": "band", "customers": "customers"}
    columns |= {"complaints": "complaints", "place": "place", "topic": "topic__code"}
    if asked.as_of:
        then = rows.spots_then(box, asked.walls, asked.now).filter(complaints_then__gt=0)
        columns |= {name: f"{name}_then" for name in ("state", "customers", "complaints")}
        columns |= {"started_at": "started_at"}
        drawn = rows.of_topics(then, asked)
        return Table("spots", columns, "outline_then", "Polygon", drawn)
    columns |= {"cause": "cause__code", "team": "team__code"}
    columns |= {name: name for name in ("started_at", "eta_at", "fixed_at")}
    now = rows.of_topics(rows.spots(box, asked.walls), asked)
    return Table("spots", columns, "outline", "Polygon", now)


def _singles(box: Polygon, asked: Asked) -> Table:
    columns = {name: name for name in ("id", "state", "band", "place", "opened_at", "eta_at")}
    if asked.as_of:
        columns |= {"state": "state_then"}
        del columns["eta_at"]
    columns |= {"topic": "topic__code"}
    drawn = rows.singles(box, asked).order_by("band", "pk")
    return Table("singles", columns, "centre", "Point", drawn)


def _complaints(box: Polygon, asked: Asked) -> Table:
    # Where the CRM names no customer, the number is made of a phone's: that stays here.
    named = Customer.objects.filter(pk=OuterRef("customer")).exclude(crm_id__regex="^(tel|mail):")
    # To a hundred metres: beside it stand a number and a customer, of fifty thousand homes at once.
    # And found by where it is drawn: a view as small as a house would say who lives there.
    drawn = rows.complaints_as_drawn(box, asked).annotate(crm=Subquery(named.values("crm_id")[:1]))
    columns = {"id": "id", "topic": "topic__code", "channel": "channel", "customer": "crm"}
    columns |= {name: name for name in ("precision", "occurred_at", "received_at")}
    return Table("complaints", columns, "masked", "Point", drawn.order_by("-pk"))


def _events(box: Polygon, asked: Asked) -> Table:
    columns = {name: name for name in ("id", "kind", "title", "starts_at", "ends_at")}
    drawn = rows.events(box, asked).order_by("starts_at", "pk")
    return Table("events", columns, "area", "MultiPolygon", drawn)


def _sites(box: Polygon, asked: Asked) -> Table:
    columns = {"code": "code", "name": "name", "technologies": "has"}
    return Table("sites", columns, "point", "Point", rows.sites(box, asked).order_by("pk"))


def _coverage(box: Polygon, asked: Asked) -> Table:
    columns = {name: name for name in ("technology", "level", "valid_from", "source")}
    drawn = rows.coverage(box, asked).order_by("pk")
    return Table("coverage", columns, "area", "MultiPolygon", drawn)


def _measured(kind: Measurement.Kind, name: str) -> Callable[[Polygon, Asked], Table]:
    def made(box: Polygon, asked: Asked) -> Table:
        columns = {"id": "external_id", "at": "at", "tried": "tried", "failed": "failed"}
        drawn = rows.measurements(box, asked, kind).order_by("at", "pk")
        return Table(name, columns, "point", "Point", drawn)

    return made


MAKERS: dict[str, Callable[[Polygon, Asked], Table]] = {
    "spots": _spots,
    "singles": _singles,
    "complaints": _complaints,
    "events": _events,
    "sites": _sites,
    "coverage": _coverage,
    "surveys": _measured(Measurement.Kind.SURVEY, "surveys"),
    "counters": _measured(Measurement.Kind.COUNTER, "counters"),
}
