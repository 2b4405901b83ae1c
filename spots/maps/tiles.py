"""
Vector tiles (Mapbox Vector Tile 2) made by PostGIS: the base map, and our own data over it.

A tile is one SQL statement, its layers joined by ||. Ordinary querysets pick the rows, so walls
are the same here as everywhere.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.gis.db.models import GeometryField
from django.contrib.gis.db.models.functions import Transform
from django.contrib.gis.geos import Polygon
from django.core.exceptions import EmptyResultSet
from django.db import connection, transaction
from django.db.models import BinaryField, Count, F, FloatField, Func, QuerySet, TextField, Value
from django.db.models.functions import Floor

from complaints.customers.walls import Walls
from complaints.intake.models import Complaint, ComplaintQuerySet, Placing, Precision
from spots.cases.models import Case
from spots.maps.grid import EARTH_RADIUS_M, HALF_WORLD_M, Tile, cell_side_m
from spots.maps.models import BaseFeature
from spots.network.models import Coverage, Site

SITES_FROM_ZOOM = 8
POINTS_FROM_ZOOM = 13  # below it, complaints are only counted in cells
MOST_ROWS = 20_000  # of one layer in one tile
EXTENT = 4096  # units of a tile's side
MARGIN = 1 / 32  # of a tile's side: 16 pixels, as far over the edge as the map page draws

# Workers and compiled code take longer to start than a tile takes to make; cells are counted in
# memory rather than sorted on disk.
_SETTINGS = """
    SET LOCAL max_parallel_workers_per_gather = 0;
    SET LOCAL jit = off;
    SET LOCAL work_mem = '32MB'
"""

Sql = tuple[str, tuple[Any, ...]]


@dataclass(frozen=True)
class Asked:
    """What a data tile is asked for, and for whom."""

    walls: Walls
    now: datetime
    since: datetime  # complaints that occurred from then on
    topics: frozenset[str] = frozenset()  # codes; empty: every topic
    each_complaint: bool = False  # the reader may see the place of each single complaint


class _TileShape(Func):
    """A web mercator shape, cut and scaled to a tile's own units; NULL where it is outside."""

    function = "ST_AsMVTGeom"
    output_field = BinaryField()

    def __init__(self, shape: Any, tile: Tile) -> None:
        envelope = Func(Value(tile.z), Value(tile.x), Value(tile.y), function="ST_TileEnvelope")
        super().__init__(shape, envelope, Value(EXTENT), Value(int(EXTENT * MARGIN)))


class _East(Func):
    """Web mercator metres east of a WGS 84 point: takes a quarter of ST_Transform's time."""

    template = f"({EARTH_RADIUS_M} * radians(ST_X(%(expressions)s)))"
    output_field = FloatField()


class _North(Func):
    """Web mercator metres north of a WGS 84 point, which must be within the map's latitudes."""

    template = f"({EARTH_RADIUS_M} * ln(tan(radians(45 + ST_Y(%(expressions)s) / 2))))"
    output_field = FloatField()


def _point(east: Any, north: Any) -> Func:
    return Func(east, north, Value(3857), function="ST_Point", output_field=BinaryField())


def _around(tile: Tile) -> Polygon:
    box = Polygon.from_bbox(tile.bounds(margin=MARGIN))
    box.srid = 4326
    return box


def base_tile(tile: Tile) -> bytes:
    """The base map's tile: layers areas, roads, buildings and places, each of (cls, name)."""
    rows = BaseFeature.objects.filter(shape__bboverlaps=_around(tile), min_zoom__lte=tile.z)
    drawn = rows.annotate(geom=_TileShape("shape", tile)).order_by("pk")
    return _run(
        (layer, _sql(drawn.filter(layer=layer).values("cls", "name", "geom")))
        for layer in BaseFeature.Layer.values
    )


def data_tile(tile: Tile, asked: Asked, *, layers: Iterable[str]) -> bytes:
    """
    Our data's tile, with those of the layers in LAYERS that are named in `layers`.

    coverage    technology, level
    sites       code, name, technologies; from SITES_FROM_ZOOM on
    spots       id, state, band, customers: the outlines of those worked on or still watched
    heat        complaints: how many in a cell of a 64th of the tile's side
    complaints  id, topic_code: one point each, from POINTS_FROM_ZOOM on, newest first
    """
    wanted = [name for name in LAYERS if name in set(layers)]
    return _run((name, LAYERS[name](tile, asked)) for name in wanted)


def _coverage(tile: Tile, asked: Asked) -> Sql | None:
    rows = Coverage.objects.within(asked.walls).filter(
        area__bboverlaps=_around(tile), valid_from__lte=asked.now.date()
    )
    # Cut in degrees first: a region's coverage is far larger than a tile.
    box = Value(_around(tile), GeometryField(srid=4326))
    cut = Func("area", box, function="ST_ClipByBox2D", output_field=GeometryField(srid=4326))
    drawn = rows.annotate(geom=_TileShape(Transform(cut, 3857), tile))
    return _sql(drawn.order_by("level", "pk").values("technology", "level", "geom"))


def _sites(tile: Tile, asked: Asked) -> Sql | None:
    if tile.z < SITES_FROM_ZOOM:
        return None
    rows = Site.objects.within(asked.walls).filter(point__bboverlaps=_around(tile))
    drawn = rows.annotate(
        geom=_TileShape(_point(_East("point"), _North("point")), tile),
        has=Func(
            "technologies",
            Value(" "),
            function="array_to_string",
            output_field=TextField(),
        ),
    )
    return _sql(drawn.order_by("pk").values("code", "name", "has", "geom")[:MOST_ROWS])


def _spots(tile: Tile, asked: Asked) -> Sql | None:
    rows = Case.objects.within(asked.walls).spots().current()
    rows = rows.filter(outline__bboverlaps=_around(tile))
    if asked.topics:
        rows = rows.filter(topic__code__in=asked.topics)
    drawn = rows.annotate(geom=_TileShape(Transform("outline", 3857), tile))
    return _sql(
        drawn.order_by("-priority", "pk").values("id", "state", "band", "customers", "geom")[
            :MOST_ROWS
        ]
    )


def _placed(tile: Tile, asked: Asked) -> ComplaintQuerySet:
    rows = Complaint.objects.within(asked.walls).in_effect()
    rows = rows.filter(
        placing=Placing.PLACED,
        point__bboverlaps=_around(tile),
        # The index is of received_at, and nothing occurs after it was received.
        received_at__gte=asked.since,
        occurred_at__gte=asked.since,
    )
    return rows.filter(topic__code__in=asked.topics) if asked.topics else rows


def _heat(tile: Tile, asked: Asked) -> Sql | None:
    # Where single complaints may be seen, cells stop shrinking: they would show a house.
    side = cell_side_m(min(tile.z, POINTS_FROM_ZOOM))
    rows = _placed(tile, asked).exclude(precision=Precision.LOCALITY)
    cells = rows.annotate(
        east=Floor((_East("point") + HALF_WORLD_M) / side),
        north=Floor((_North("point") + HALF_WORLD_M) / side),
    )
    counted = _sql(cells.values("east", "north").annotate(complaints=Count("pk")).order_by())
    if counted is None:
        return None
    # Shaped outside the count: as an annotation it would be computed, and sorted by, for each row.
    middle = ", ".join(
        f"({side_of} + 0.5) * {side} - {HALF_WORLD_M}" for side_of in ("east", "north")
    )
    drawn = (
        f"SELECT complaints, ST_AsMVTGeom(ST_Point({middle}, 3857),"
        f" ST_TileEnvelope({tile.z}, {tile.x}, {tile.y}), {EXTENT}, {int(EXTENT * MARGIN)}) AS geom"
        f" FROM ({counted[0]}) cells ORDER BY east, north"
    )
    return drawn, counted[1]


def _complaints(tile: Tile, asked: Asked) -> Sql | None:
    if tile.z < POINTS_FROM_ZOOM or not asked.each_complaint:
        return None
    drawn = _placed(tile, asked).annotate(
        geom=_TileShape(_point(_East("point"), _North("point")), tile),
        topic_code=F("topic__code"),
    )
    return _sql(drawn.order_by("-pk").values("id", "topic_code", "geom")[:MOST_ROWS])


LAYERS: dict[str, Callable[[Tile, Asked], Sql | None]] = {
    "coverage": _coverage,
    "sites": _sites,
    "spots": _spots,
    "heat": _heat,
    "complaints": _complaints,
}


def _sql(rows: QuerySet[Any, Any]) -> Sql | None:
    try:
        return rows.query.sql_with_params()
    except EmptyResultSet:  # walls that let into nothing
        return None


def _run(layers: Iterable[tuple[str, Sql | None]]) -> bytes:
    parts: list[str] = []
    values: list[Any] = []
    for name, sql in layers:
        if sql is not None:
            parts.append(f"(SELECT ST_AsMVT(r, '{name}', {EXTENT}, 'geom') FROM ({sql[0]}) r)")
            values.extend(sql[1])
    if not parts:
        return b""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_SETTINGS)
        cursor.execute("SELECT " + " || ".join(parts), values)
        return bytes(cursor.fetchone()[0])
