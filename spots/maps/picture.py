"""
A still picture of the street map round a place, as SVG: for pages without scripts.

It holds the base map alone, which is nobody's secret, and a mark.
"""

from dataclasses import dataclass
from math import cos, radians
from typing import Final

import numpy as np
from django.contrib.gis.db.models import GeometryField
from django.contrib.gis.geos import LineString, MultiLineString, Point, Polygon
from django.db.models import F, FloatField, Func, QuerySet, TextField, Value

from spots.maps.grid import mercator
from spots.maps.models import BaseFeature

WIDTH, HEIGHT = 640, 360  # pixels
GROUND_M: Final = 1000.0  # metres on the ground across the picture
ZOOM = 16  # whose features are drawn
MOST: Final = 3000  # shapes
_LETTER_PX: Final = 10  # a name is left out where its street is shorter
_MOST_NAMED: Final = 12

ROADS: Final = {
    "motorway": 14,
    "trunk": 14,
    "primary": 12,
    "secondary": 10,
    "tertiary": 8,
    "residential": 6,
}
ROAD: Final = 3  # pixels of any other
AREAS: Final = {"water": "water", "forest": "green", "wood": "green", "park": "green"}


@dataclass(frozen=True)
class Shape:
    """What is drawn of a feature: a class of the page's CSS, and an SVG path."""

    css: str
    path: str
    width: int = 0  # of a line, pixels; 0: an area


@dataclass(frozen=True)
class Named:
    """A street's name along its line."""

    name: str
    path: str


@dataclass(frozen=True)
class Picture:
    """The street map round a place, which is in the middle; `shapes` from the bottom up."""

    shapes: list[Shape]
    names: list[Named]
    width: int = WIDTH
    height: int = HEIGHT


class _Px(Func):
    """A web mercator shape cut to a box, in the picture's pixels from its upper left corner."""

    output_field = GeometryField(srid=3857)

    def __init__(self, box: Polygon) -> None:
        west, _south, east, north = box.extent
        scale = WIDTH / (east - west)
        moved = f"ST_TransScale(%(expressions)s, {-west!r}, {-north!r}, {scale!r}, {-scale!r})"
        cut = Func(
            F("shape"),
            Value(box, GeometryField(srid=3857)),
            function="ST_ClipByBox2D",
            output_field=GeometryField(srid=3857),
        )
        super().__init__(cut, template=f"ST_Simplify({moved}, 0.5)")


class _Path(Func):
    """The SVG path of a shape in pixels: relative moves, tenths. PostGIS turns y round, too."""

    template = "ST_AsSVG(ST_Scale(%(expressions)s, 1, -1), 1, 1)"
    output_field = TextField()


def picture_of(place: Point) -> Picture | None:
    """
    Draw the street map round a place, WGS 84; None: nothing is laid there.

    Two queries, whatever is drawn; at most MOST shapes.
    """
    box = _box(place)
    there = BaseFeature.objects.filter(shape__bboverlaps=box, min_zoom__lte=ZOOM)
    shapes = _shapes(there.exclude(layer=BaseFeature.Layer.PLACE), box)
    return Picture(shapes, _names(there, box)) if shapes else None


def _box(place: Point) -> Polygon:
    """What the picture shows, web mercator: its metres grow with the latitude."""
    ((east, north),) = mercator(np.array([[place.x, place.y]])).tolist()
    half = GROUND_M / cos(radians(place.y)) / 2
    high = half * HEIGHT / WIDTH
    box = Polygon.from_bbox((east - half, north - high, east + half, north + high))
    box.srid = 3857
    return box


# From the bottom up.
_ORDER: Final = (BaseFeature.Layer.AREA, BaseFeature.Layer.BUILDING, BaseFeature.Layer.ROAD)


def _shapes(there: QuerySet[BaseFeature], box: Polygon) -> list[Shape]:
    drawn = there.annotate(path=_Path(_Px(box))).order_by("pk")
    rows = [row for row in drawn.values_list("layer", "cls", "path")[:MOST] if row[2]]
    rows.sort(key=lambda row: (_ORDER.index(row[0]), ROADS.get(row[1], ROAD)))
    return [_shape(*row) for row in rows]


def _shape(layer: str, cls: str, path: str) -> Shape:
    if layer == BaseFeature.Layer.ROAD:
        return Shape("road" if cls in ROADS else "way", path, ROADS.get(cls, ROAD))
    return Shape("house" if layer == BaseFeature.Layer.BUILDING else AREAS.get(cls, "land"), path)


def _names(there: QuerySet[BaseFeature], box: Polygon) -> list[Named]:
    """Streets' names along their longest stretch, each once, to be read from left to right."""
    named = there.filter(layer=BaseFeature.Layer.ROAD).exclude(name="").annotate(px=_Px(box))
    longest = named.annotate(long=Func("px", function="ST_Length", output_field=FloatField()))
    rows = longest.order_by("name", "-long").distinct("name").values_list("name", "px", "long")
    fitting = [row for row in rows[:MOST] if row[1] and row[2] > _LETTER_PX * len(row[0])]
    fitting.sort(key=lambda row: -row[2])
    return [Named(name, _along(shape)) for name, shape, _long in fitting[:_MOST_NAMED]]


def _along(shape: LineString | MultiLineString) -> str:
    """The longest line of a shape as an SVG path that does not run to the left."""
    lines = shape.tuple if isinstance(shape, MultiLineString) else [shape.tuple]
    points = list(max(lines, key=lambda line: LineString(line).length))
    if points[0][0] > points[-1][0]:
        points.reverse()
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
