"""
Vector tiles (Mapbox Vector Tile 2) made by PostGIS: the base map, and our own data over it.

Ordinary querysets pick the rows, so walls are the same here as everywhere. A tile of several
layers is theirs one after another: each is made, and kept, for itself.
"""

from collections.abc import Iterable, Sequence

from django.db import connection, transaction

from spots.maps.grid import Tile
from spots.maps.layers import LAYERS
from spots.maps.models import BaseFeature
from spots.maps.shaping import EXTENT, Asked, Sql, TileShape, around, sql_of

# Workers and compiled code take longer to start than a tile takes to make; cells are counted in
# memory rather than sorted on disk.
_SETTINGS = """
    SET LOCAL max_parallel_workers_per_gather = 0;
    SET LOCAL jit = off;
    SET LOCAL work_mem = '32MB'
"""


def base_tile(tile: Tile) -> bytes:
    """The base map's tile: layers areas, roads, buildings and places, each of (cls, name)."""
    rows = BaseFeature.objects.filter(shape__bboverlaps=around(tile), min_zoom__lte=tile.z)
    drawn = rows.annotate(geom=TileShape("shape", tile)).order_by("pk")
    with transaction.atomic():
        return _made(
            [
                (layer, sql_of(drawn.filter(layer=layer).values("cls", "name", "geom")))
                for layer in BaseFeature.Layer.values
            ]
        )


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
    complaints  id, topic_code: one point each, from POINTS_FROM_ZOOM on, newest first
    singles     band, cases: single cases by cell (an 8th); one each, with id, from
                POINTS_FROM_ZOOM on
    """
    named = set(layers)
    with transaction.atomic():
        return {
            name: _made([(part, draw(tile, asked)) for part, draw in layer.draws])
            for name, layer in LAYERS.items()
            if name in named
        }


def _made(layers: Sequence[tuple[str, Sql | None]]) -> bytes:
    """Make a tile of layers, in the caller's transaction."""
    drawn = [(name, sql) for name, sql in layers if sql is not None]
    if not drawn:
        return b""
    parts = (
        f"(SELECT ST_AsMVT(r, '{name}', {EXTENT}, 'geom') FROM ({sql[0]}) r)" for name, sql in drawn
    )
    values = [value for _name, sql in drawn for value in sql[1]]
    with connection.cursor() as cursor:
        cursor.execute(_SETTINGS)
        cursor.execute("SELECT " + " || ".join(parts), values)
        return bytes(cursor.fetchone()[0])
