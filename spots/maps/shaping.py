"""Shapes in a tile's own units, and querysets as the SQL that draws them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.gis.db.models import GeometryField, PointField
from django.contrib.gis.db.models.functions import Transform
from django.contrib.gis.geos import Polygon
from django.core.exceptions import EmptyResultSet
from django.db.models import Aggregate, BinaryField, F, FloatField, Func, QuerySet, Value
from django.db.models.functions import Floor

from complaints.customers.personal import MASKED_STEP
from complaints.customers.walls import Walls
from spots.maps.grid import EARTH_RADIUS_M, HALF_WORLD_M, Tile, tile_side_m

EXTENT = 4096  # units of a tile's side
MARGIN = 1 / 32  # of a tile's side: 16 pixels, as far over the edge as the map page draws

PIXELS = 512  # of a tile's side on the map page
POINTS_FROM_ZOOM = 13  # below it, complaints and single cases are only counted in cells

STATEMENTS = 500  # of one layer that a process keeps: by zoom, reader and what is asked

Sql = tuple[str, tuple[Any, ...]]


@dataclass(frozen=True)
class Asked:
    """What a data tile is asked for, and for whom."""

    walls: Walls
    now: datetime  # the moment that is drawn
    since: datetime  # complaints that occurred from then on
    topics: frozenset[str] = frozenset()  # codes; empty: every topic
    technologies: frozenset[str] = frozenset()  # whose coverage; empty: every one's
    as_of: bool = False  # `now` is past: cases and complaints as they were then

    def __str__(self) -> str:
        """The same text for the same question, in every process."""
        sets = (self.walls.brands, self.walls.regions, self.topics, self.technologies)
        sorted_sets = [None if one is None else sorted(one) for one in sets]
        return f"{sorted_sets} {self.now} {self.since} {self.as_of}"


class OfTile(Value):
    """
    A number of the tile, which is told only when its statement is run.

    To make a statement takes longer than many a tile: one is made for all tiles of a zoom.
    """

    def __init__(self, number: Callable[[Tile], float]) -> None:
        super().__init__(number, FloatField())

    def as_sql(self, *_args: Any) -> Sql:
        return "%s", (self,)


def _corners(bounds: Callable[[Tile], Sequence[float]]) -> list[OfTile]:
    def corner(side: int) -> OfTile:
        return OfTile(lambda tile: bounds(tile)[side])

    return [corner(side) for side in range(4)]


def _box(corners: list[OfTile], srid: int) -> Func:
    shape = GeometryField(srid=srid)
    return Func(*corners, Value(srid), function="ST_MakeEnvelope", output_field=shape)


def around(tile: Tile) -> Polygon:
    """A tile's box in degrees, with its margin."""
    box = Polygon.from_bbox(tile.bounds(margin=MARGIN))
    box.srid = 4326
    return box


X, Y = OfTile(lambda tile: tile.x), OfTile(lambda tile: tile.y)
# Any tile's box with its margin, in degrees and in web mercator metres.
CORNERS = _corners(lambda tile: tile.bounds(margin=MARGIN))  # west, south, east, north
BOX = _box(CORNERS, 4326)
BOX_M = _box(_corners(lambda tile: tile.bounds_m(margin=MARGIN)), 3857)


class TileShape(Func):
    """A web mercator shape, cut and scaled to a tile's own units; NULL where it is outside."""

    function = "ST_AsMVTGeom"
    output_field = BinaryField()

    def __init__(self, shape: Any, z: int) -> None:
        envelope = Func(Value(z), X, Y, function="ST_TileEnvelope")
        super().__init__(shape, envelope, Value(EXTENT), Value(int(EXTENT * MARGIN)))


class InTile(Func):
    """A web mercator shape moved and scaled to a tile's own units, whole units; not cut."""

    output_field = BinaryField()

    def __init__(self, shape: Any, z: int) -> None:
        east, south = OfTile(lambda tile: -tile.corner_m[0]), OfTile(lambda tile: -tile.corner_m[1])
        scale = EXTENT / tile_side_m(z)
        whole = f"ST_SnapToGrid(ST_TransScale(%(expressions)s, {scale!r}, {-scale!r}), 1)"
        super().__init__(shape, east, south, template=whole)


class Together(Aggregate):
    """Shapes as one of many parts."""

    function = "ST_Collect"
    output_field = BinaryField()


class East(Func):
    """Web mercator metres east of a WGS 84 point: takes a quarter of ST_Transform's time."""

    template = f"({EARTH_RADIUS_M} * radians(ST_X(%(expressions)s)))"
    output_field = FloatField()


class North(Func):
    """Web mercator metres north of a WGS 84 point, which must be within the map's latitudes."""

    template = f"({EARTH_RADIUS_M} * ln(tan(radians(45 + ST_Y(%(expressions)s) / 2))))"
    output_field = FloatField()


def east_cell(field: str, side_m: float) -> Floor:
    """The number of the cell of a WGS 84 point, from the world map's western edge."""
    return Floor((East(field) + HALF_WORLD_M) / side_m)


def north_cell(field: str, side_m: float) -> Floor:
    """The same from its southern edge."""
    return Floor((North(field) + HALF_WORLD_M) / side_m)


def point_shape(field: str, z: int) -> TileShape:
    """The shape of a WGS 84 point."""
    mercator = Func(
        East(field), North(field), Value(3857), function="ST_Point", output_field=BinaryField()
    )
    return TileShape(mercator, z)


def masked(field: str) -> Func:
    """A WGS 84 point to about a hundred metres, as complaints.customers.personal.masked_place."""
    return Func(F(field), MASKED_STEP, function="ST_SnapToGrid", output_field=PointField())


def cut_shape(field: str, z: int) -> TileShape:
    """
    The shape of a WGS 84 area far larger than a tile: cut in degrees first, to the pixel.

    What is smaller than a pixel is NULL.
    """
    degrees = GeometryField(srid=4326)
    cut = Func(field, BOX, function="ST_ClipByBox2D", output_field=degrees)
    pixel = Value(360 / (1 << z) / PIXELS)
    return TileShape(
        Transform(Func(cut, pixel, function="ST_Simplify", output_field=degrees), 3857), z
    )


def sql_of(rows: QuerySet[Any, Any]) -> Sql | None:
    """The statement of a queryset; None: walls let into nothing."""
    try:
        return rows.query.sql_with_params()
    except EmptyResultSet:
        return None


def told(values: Sequence[Any], tile: Tile) -> list[Any]:
    """A statement's values, with those of a tile."""
    return [value.value(tile) if isinstance(value, OfTile) else value for value in values]


def cells_sql(counted: Sql | None, *, columns: str, side_m: float, z: int) -> Sql | None:
    """
    The statement that draws cells in their middle.

    counted  a statement of cells: east, north (their numbers, from 0, 0 of the world's south-west
             corner) and `columns`
    side_m   of a cell, mercator metres
    """
    if counted is None:
        return None
    # Shaped outside the count: as an annotation it would be computed, and sorted by, for each row.
    east, north = (f"({axis} + 0.5) * {side_m!r} - {HALF_WORLD_M}" for axis in ("east", "north"))
    drawn = (
        f"SELECT {columns}, ST_AsMVTGeom(ST_Point({east}, {north}, 3857),"
        f" ST_TileEnvelope({z}, %s, %s), {EXTENT}, {int(EXTENT * MARGIN)}) AS geom"
        f" FROM ({counted[0]}) cells ORDER BY east, north"
    )
    return drawn, (X, Y, *counted[1])
