"""
What an extract of OpenStreetMap has to draw, read by GDAL: .osm, .osm.gz, .pbf, .geojson(.gz).

GeoJSON has OSM's tags as its properties; or one "class", and is then told its layer by its name:
roads.geojson, buildings.geojson, areas.geojson.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
import shapely
from numpy.typing import NDArray
from pyogrio.errors import DataLayerError, DataSourceError, FeatureError

from spots.maps.grid import mercator

MOST_NAME = 200
LINES, SHAPES, POINTS = "lines", "multipolygons", "points"  # GDAL's layers of OSM
TAGS = {
    LINES: ("highway",),
    SHAPES: ("building", "landuse", "leisure", "natural"),
    POINTS: ("place",),
}
LAYER_OF_TAG = {"highway": "roads", "building": "buildings", "place": "places"}  # others: areas

ROADS = {
    "motorway": 7,
    "trunk": 8,
    "primary": 9,
    "secondary": 11,
    "tertiary": 12,
    "residential": 13,
    "service": 15,
    "path": 15,
}
SAME_ROAD = {
    **dict.fromkeys(("unclassified", "living_street", "road"), "residential"),
    **dict.fromkeys(("footway", "cycleway", "steps", "pedestrian", "track", "bridleway"), "path"),
}
AREAS = {
    "water": "water",
    "reservoir": "water",
    "basin": "water",
    "wood": "forest",
    "forest": "forest",
    **dict.fromkeys(("park", "garden", "grass", "meadow", "recreation_ground", "pitch"), "park"),
    "cemetery": "park",
    **dict.fromkeys(("residential", "industrial", "commercial", "retail", "military"), "built"),
}
PLACES = {"city": 5, "town": 8, "village": 11, "suburb": 12, "hamlet": 13}
BUILDINGS_FROM = 15
# An area is drawn from the zoom at which it is a few pixels wide.
LARGE_M2 = ((2e8, 5), (2e7, 7), (2e6, 9), (2e5, 11), (0, 13))


class UnreadableError(Exception):
    """The file is no extract that can be drawn; the text says why."""


@dataclass(frozen=True)
class Drawable:
    layer: str
    cls: str
    name: str
    shape: bytes  # WKB, web mercator
    min_zoom: int


def drawables(path: Path) -> Iterator[Drawable]:
    """
    Yield what is worth drawing, one layer of the file after another.

    :raises UnreadableError: GDAL cannot read it
    """
    source = f"/vsigzip/{path.resolve()}" if path.suffix == ".gz" else str(path.resolve())
    try:
        if ".geojson" in path.name:
            yield from _of_geojson(source, path)
        else:
            # Nodes of a file that was put together by hand need not be in order.
            ordered = path.suffix == ".pbf"
            pyogrio.set_gdal_config_options({"OSM_USE_CUSTOM_INDEXING": ordered})
            for layer, tags in TAGS.items():
                yield from _of_osm(source, layer, tags)
    except (DataSourceError, DataLayerError, FeatureError) as error:
        raise UnreadableError(str(error)) from error


def _of_osm(source: str, layer: str, tags: tuple[str, ...]) -> Iterator[Drawable]:
    wanted = " OR ".join(f'"{tag}" IS NOT NULL' for tag in tags)
    columns = ", ".join(f'"{tag}"' for tag in ("name", *tags))
    # GDAL keeps only the layer that a statement names: memory is that of its own rows.
    meta, _fids, shapes, values = pyogrio.raw.read(
        source, sql=f"SELECT {columns} FROM {layer} WHERE {wanted}", sql_dialect="OGRSQL"
    )
    yield from _drawn(shapes, dict(zip(meta["fields"], values, strict=True)))


def _of_geojson(source: str, path: Path) -> Iterator[Drawable]:
    meta, _fids, shapes, values = pyogrio.raw.read(source)
    columns = dict(zip(meta["fields"], values, strict=True))
    if "class" in columns:
        stem = path.name.split(".")[0]
        tag = next((tag for tag, layer in LAYER_OF_TAG.items() if stem.endswith(layer)), "landuse")
        columns[tag] = columns["class"]
    yield from _drawn(shapes, columns)


def _drawn(shapes: NDArray[Any], columns: dict[str, NDArray[Any]]) -> Iterator[Drawable]:
    names = columns.get("name", np.full(len(shapes), None))
    tags = [tag for group in TAGS.values() for tag in group if tag in columns]
    for number, wkb in enumerate(shapes):
        for tag in tags:
            value = columns[tag][number]
            if value and (made := _one(tag, str(value), str(names[number] or ""), wkb)):
                yield made
                break


def _one(tag: str, value: str, name: str, wkb: bytes | None) -> Drawable | None:
    known = _known(tag, value)
    shape = shapely.from_wkb(wkb, on_invalid="ignore")
    if known is None or shape is None or shape.is_empty:
        return None
    layer, cls, zoom = known
    flat = shapely.transform(shape, mercator)
    if zoom is None:
        zoom = next(first for least, first in LARGE_M2 if flat.area >= least)
    return Drawable(layer, cls, name[:MOST_NAME], shapely.to_wkb(flat), zoom)


def _known(tag: str, value: str) -> tuple[str, str, int | None] | None:
    """Layer, class and first zoom (None: by its size) of a tag; None: it is not drawn."""
    match tag:
        case "highway":
            cls = SAME_ROAD.get(value, value.removesuffix("_link"))
            return ("roads", cls, ROADS[cls]) if cls in ROADS else None
        case "building":
            return ("buildings", "house", BUILDINGS_FROM) if value != "no" else None
        case "place":
            return ("places", value, PLACES[value]) if value in PLACES else None
        case _:
            return ("areas", AREAS[value], None) if value in AREAS else None
