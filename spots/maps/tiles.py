"""
Vector tiles (Mapbox Vector Tile 2) made by PostGIS: the base map, and our own data over it.

Ordinary querysets pick the rows, so walls are the same here as everywhere. All layers of a tile
are drawn by one statement; each is a tile of its own, to be kept for itself, and those of several
layers are one after another.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, Final

from django.db import connection

from spots.maps.grid import MAX_ZOOM, Tile
from spots.maps.layers import LAYERS
from spots.maps.models import BaseFeature
from spots.maps.shaping import BOX_M, EXTENT, Asked, Sql, TileShape, sql_of, told

Parts = Sequence[tuple[str, Sql | None]]  # names of a tile's own layers, and what draws each

_AS_TILE: Final = f"(SELECT ST_AsMVT(r, '{{}}', {EXTENT}, 'geom') FROM ({{}}) r)"


def base_tile(tile: Tile) -> bytes:
    """The base map's tile: layers areas, roads, buildings and places, each of (cls, name)."""
    return _made(tile, {"": _base(tile.z)})[""]


@lru_cache(MAX_ZOOM + 1)
def _base(z: int) -> Parts:
    rows = BaseFeature.objects.filter(shape__bboverlaps=BOX_M, min_zoom__lte=z)
    drawn = rows.annotate(geom=TileShape("shape", z)).order_by("pk")
    return [
        (layer, sql_of(drawn.filter(layer=layer).values("cls", "name", "geom")))
        for layer in BaseFeature.Layer.values
    ]


def data_tiles(tile: Tile, asked: Asked, *, layers: Iterable[str]) -> dict[str, bytes]:
    """
    Our data's tile by layer, of those in LAYERS that are named in `layers`.

    coverage    technology, level
    events      kind: areas of outages, works and new build that last, or begin soon; and
                event_marks, a point in each: kind, title, starts, ends (seconds since 1970)
    sites       code, name, technologies; from SITES_FROM_ZOOM on
    spots       id, state, band, customers: the outlines of those worked on or still watched
    heat        complaints: how many in a cell of a 64th of the tile's side
    surplus     observed, expected, sigmas: cells (a 16th) clearly above or below what is usual
    complaints  topic_code: one point each, to 100 m, from POINTS_FROM_ZOOM on, newest first
    singles     band, cases: single cases by cell (an 8th); one each, to 100 m, with id, from
                POINTS_FROM_ZOOM on
    surveys     failed, tried: poor answers of all to surveys of network quality, by cell (a 16th)
    counters    the same of cells' failures of all attempts
    """
    named = set(layers)
    parts = {
        name: [(part, draw(tile, layer.seen(asked))) for part, draw in layer.draws]
        for name, layer in LAYERS.items()
        if name in named
    }
    return _made(tile, parts)


def _made(tile: Tile, parts: Mapping[str, Parts]) -> dict[str, bytes]:
    """The tile of each name, of its parts."""
    values: list[Any] = []
    columns = []
    for name in parts:
        drawn = [(part, sql) for part, sql in parts[name] if sql is not None]
        tiles = (_AS_TILE.format(part, sql[0]) for part, sql in drawn)
        columns.append(" || ".join(tiles) or "''::bytea")
        values += (value for _part, sql in drawn for value in told(sql[1], tile))
    with connection.cursor() as cursor:
        # Workers take longer to start than a tile takes to make.
        cursor.execute(
            "SET LOCAL max_parallel_workers_per_gather = 0; SELECT " + ", ".join(columns), values
        )
        cursor.nextset()
        return dict(zip(parts, map(bytes, cursor.fetchone()), strict=True))
