"""What the map shows, as tables: the rows of a view, within walls, never more than MOST_ROWS."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.contrib.gis.geos import Polygon
from django.db.models import Func, OuterRef, Q, QuerySet, Subquery, TextField, Value

from complaints.customers.models import Customer
from complaints.intake.models import Complaint, Placing
from spots.cases.models import Case, Kind
from spots.maps.as_of import cases_at, with_members_at
from spots.maps.layers import SOON
from spots.maps.shaping import Asked
from spots.network.models import Coverage, NetworkEvent, Site

MOST_ROWS = 50_000  # of one layer

Rows = QuerySet[Any, Any]


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

    def values(self, *shape: Any, **shapes: Any) -> Iterator[tuple[Any, ...]]:
        """Each row's columns in their order, then what the given expressions make of it."""
        told = self.rows.annotate(**shapes) if shapes else self.rows
        names = (*self.columns.values(), *shape, *shapes)
        yield from told.values_list(*names)[:MOST_ROWS].iterator(chunk_size=2000)


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


def _spots(box: Polygon, asked: Asked) -> Table:
    columns = {"id": "id", "state": "state", "band": "band", "customers": "customers"}
    columns |= {"complaints": "complaints", "place": "place", "topic": "topic__code"}
    if asked.as_of:
        rows = cases_at(asked.now, walls=asked.walls, kind=Kind.SPOT)
        then = with_members_at(_of_topics(rows, asked).filter(outline__bboverlaps=box), asked.now)
        columns |= {name: f"{name}_then" for name in ("state", "customers", "complaints")}
        columns |= {"started_at": "started_at"}
        drawn = then.filter(complaints_then__gt=0).order_by("-priority", "pk")
        return Table("spots", columns, "outline_then", "Polygon", drawn)
    now = Case.objects.within(asked.walls).spots().current().filter(outline__bboverlaps=box)
    columns |= {"cause": "cause__code", "team": "team__code"}
    columns |= {name: name for name in ("started_at", "eta_at", "fixed_at")}
    drawn = _of_topics(now, asked).order_by("-priority", "pk")
    return Table("spots", columns, "outline", "Polygon", drawn)


def _singles(box: Polygon, asked: Asked) -> Table:
    columns = {name: name for name in ("id", "state", "band", "place", "opened_at", "eta_at")}
    if asked.as_of:
        rows: Rows = cases_at(asked.now, walls=asked.walls, kind=Kind.SINGLE)
        columns |= {"state": "state_then"}
        del columns["eta_at"]
    else:
        rows = Case.objects.within(asked.walls).filter(kind=Kind.SINGLE).current()
    rows = _of_topics(rows, asked).filter(centre__bboverlaps=box)
    columns |= {"topic": "topic__code"}
    return Table("singles", columns, "centre", "Point", rows.order_by("band", "pk"))


def _complaints(box: Polygon, asked: Asked) -> Table:
    rows = Complaint.objects.within(asked.walls).filter(
        placing=Placing.PLACED,
        point__bboverlaps=box,
        received_at__gte=asked.since,
        occurred_at__gte=asked.since,
    )
    if asked.as_of:
        in_effect = Q(withdrawn_at=None) | Q(withdrawn_at__gt=asked.now)
        rows = rows.filter(in_effect, received_at__lte=asked.now)
    else:
        rows = rows.in_effect()
    # Where the CRM names no customer, the number is made of a phone's: that stays here.
    named = Customer.objects.filter(pk=OuterRef("customer")).exclude(crm_id__regex="^(tel|mail):")
    drawn = _of_topics(rows, asked).annotate(crm=Subquery(named.values("crm_id")[:1]))
    columns = {"id": "id", "topic": "topic__code", "channel": "channel", "customer": "crm"}
    columns |= {name: name for name in ("precision", "occurred_at", "received_at")}
    return Table("complaints", columns, "point", "Point", drawn.order_by("-pk"))


def _events(box: Polygon, asked: Asked) -> Table:
    rows = NetworkEvent.objects.within(asked.walls).filter(
        Q(ends_at=None) | Q(ends_at__gt=asked.now),
        starts_at__lte=asked.now + SOON,
        area__bboverlaps=box,
    )
    columns = {name: name for name in ("id", "kind", "title", "starts_at", "ends_at")}
    return Table("events", columns, "area", "MultiPolygon", rows.order_by("starts_at", "pk"))


def _sites(box: Polygon, asked: Asked) -> Table:
    rows = Site.objects.within(asked.walls).filter(point__bboverlaps=box)
    has = Func("technologies", Value(" "), function="array_to_string", output_field=TextField())
    columns = {"code": "code", "name": "name", "technologies": "has"}
    return Table("sites", columns, "point", "Point", rows.annotate(has=has).order_by("pk"))


def _coverage(box: Polygon, asked: Asked) -> Table:
    rows = Coverage.objects.within(asked.walls).filter(
        area__bboverlaps=box, valid_from__lte=asked.now.date()
    )
    columns = {name: name for name in ("technology", "level", "valid_from", "source")}
    return Table("coverage", columns, "area", "MultiPolygon", rows.order_by("pk"))


def _of_topics(rows: Any, asked: Asked) -> Any:
    return rows.filter(topic__code__in=asked.topics) if asked.topics else rows


MAKERS: dict[str, Callable[[Polygon, Asked], Table]] = {
    "spots": _spots,
    "singles": _singles,
    "complaints": _complaints,
    "events": _events,
    "sites": _sites,
    "coverage": _coverage,
}
