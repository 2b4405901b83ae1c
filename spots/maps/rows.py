"""
The rows of the map's layers that touch a box, of a reader and a moment: for tiles and for files.

box  WGS 84: any tile's with its margin, or a view's
"""

from datetime import datetime, timedelta
from typing import Any, TypeVar

from django.contrib.gis.db.models import GeometryField
from django.contrib.gis.geos import Polygon
from django.db.models import FloatField, Func, Q, QuerySet, TextField, Value

from complaints.customers.personal import MASKED_STEP
from complaints.customers.walls import Walls
from complaints.intake.models import Complaint, ComplaintQuerySet, Placing
from spots.cases.models import Case, CaseQuerySet, Kind
from spots.maps.as_of import cases_at, with_members_at
from spots.maps.models import CoveragePiece, CoveragePieceQuerySet
from spots.maps.shaping import BOX_M, CORNERS, Asked, masked
from spots.network.models import (
    Coverage,
    CoverageQuerySet,
    Measurement,
    MeasurementQuerySet,
    NetworkEvent,
    NetworkEventQuerySet,
    Site,
    SiteQuerySet,
)

Rows = QuerySet[Any, Any]
Box = Polygon | Func
_Rows = TypeVar("_Rows", bound=Rows)

PIECES_OF = (4, 6, 8, 10, 12, 18)  # zooms that coverage is cut for, as migration 0006 says
SOON = timedelta(hours=48)  # works are told of so long before they begin


def coverage(box: Box, asked: Asked) -> CoverageQuerySet:
    drawn = Coverage.objects.within(asked.walls).filter(
        area__bboverlaps=box, valid_from__lte=asked.now.date()
    )
    return drawn.filter(technology__in=asked.technologies) if asked.technologies else drawn


def coverage_pieces(z: int, asked: Asked) -> CoveragePieceQuerySet:
    """The same as it is drawn on a tile: in pieces that are as fine as its zoom needs."""
    drawn = CoveragePiece.objects.within(asked.walls).filter(
        coverage__valid_from__lte=asked.now.date(),
        zoom=next(zoom for zoom in PIECES_OF if zoom >= z),
        shape__bboverlaps=BOX_M,
    )
    if asked.technologies:
        drawn = drawn.filter(coverage__technology__in=asked.technologies)
    return drawn


def sites(box: Box, asked: Asked) -> SiteQuerySet:
    """Add `has`: technologies, with spaces between them."""
    has = Func("technologies", Value(" "), function="array_to_string", output_field=TextField())
    return Site.objects.within(asked.walls).filter(point__bboverlaps=box).annotate(has=has)


def events(box: Box, asked: Asked) -> NetworkEventQuerySet:
    """Outages, works and new build that last at the moment, and those announced for soon."""
    return NetworkEvent.objects.within(asked.walls).filter(
        Q(ends_at=None) | Q(ends_at__gt=asked.now),
        starts_at__lte=asked.now + SOON,
        area__bboverlaps=box,
    )


def measurements(box: Box, asked: Asked, kind: str) -> MeasurementQuerySet:
    """Answers to surveys of network quality, or counters of cells, since then."""
    drawn = Measurement.objects.within(asked.walls).filter(
        kind=kind, at__gte=asked.since, point__bboverlaps=box
    )
    return drawn.filter(at__lte=asked.now) if asked.as_of else drawn


def spots(box: Box, walls: Walls) -> CaseQuerySet:
    """Spots worked on or still watched, of every topic, most urgent first."""
    rows = Case.objects.within(walls).spots().current().filter(outline__bboverlaps=box)
    return rows.order_by("-priority", "pk")


def spots_then(box: Box, walls: Walls, moment: datetime) -> Rows:
    """The same at a past moment, with what as_of.py adds; some had no member then."""
    rows = cases_at(moment, walls=walls, kind=Kind.SPOT).filter(outline__bboverlaps=box)
    return with_members_at(rows, moment).order_by("-priority", "pk")


def singles(box: Box, asked: Asked) -> CaseQuerySet:
    """Single cases; of a past moment with their `state_then`."""
    return _singles(asked).filter(centre__bboverlaps=box)


def singles_as_drawn(box: Box, asked: Asked) -> CaseQuerySet:
    """The same, found by their `masked`, as they are drawn where nobody may be told a house."""
    return _as_drawn(_singles(asked), "centre", box)


def _singles(asked: Asked) -> CaseQuerySet:
    rows = (
        cases_at(asked.now, walls=asked.walls, kind=Kind.SINGLE)
        if asked.as_of
        else Case.objects.within(asked.walls).filter(kind=Kind.SINGLE).current()
    )
    return of_topics(rows, asked)


def complaints(box: Box, asked: Asked) -> ComplaintQuerySet:
    """Complaints with a place that occurred since, and were in effect at the moment."""
    return _complaints(asked).filter(point__bboverlaps=box)


def complaints_as_drawn(box: Box, asked: Asked) -> ComplaintQuerySet:
    """The same, found by their `masked`, as they are drawn where nobody may be told a house."""
    return _as_drawn(_complaints(asked), "point", box)


def _as_drawn(rows: _Rows, place: str, box: Box) -> _Rows:
    """
    Leave the rows that are drawn, to a hundred metres, inside a box.

    Found by where they are, a box that grows smaller and smaller would tell it all the same.
    """
    shape = GeometryField(srid=4326)
    corners = Value(box, shape) if isinstance(box, Polygon) else box
    wider = Func(corners, MASKED_STEP, function="ST_Expand", output_field=shape)
    near = rows.filter(**{f"{place}__bboverlaps": wider})  # by the index, and all of them
    return near.annotate(masked=masked(place)).filter(masked__bboverlaps=box)


def late_complaints(asked: Asked) -> ComplaintQuerySet:
    """
    The same on a tile, found by their time: quicker where it is wide and the time is short.

    Left to choose, the database also reads the index of all places of years in the box.
    """
    west, south, east, north = CORNERS
    placed = _complaints(asked).annotate(
        lon=Func("point", function="ST_X", output_field=FloatField()),
        lat=Func("point", function="ST_Y", output_field=FloatField()),
    )
    return placed.filter(lon__gte=west, lon__lte=east, lat__gte=south, lat__lte=north)


def _complaints(asked: Asked) -> ComplaintQuerySet:
    rows = Complaint.objects.within(asked.walls).filter(
        placing=Placing.PLACED,
        # The index is of received_at, and nothing occurs after it was received.
        received_at__gte=asked.since,
        occurred_at__gte=asked.since,
    )
    if asked.as_of:
        in_effect = Q(withdrawn_at=None) | Q(withdrawn_at__gt=asked.now)
        rows = rows.filter(in_effect, received_at__lte=asked.now)
    else:
        rows = rows.in_effect()
    return of_topics(rows, asked)


def of_topics(rows: _Rows, asked: Asked) -> _Rows:
    return rows.filter(topic__code__in=asked.topics) if asked.topics else rows
