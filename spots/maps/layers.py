"""The layers of a data tile: what each draws, who may see it, and what it depends on."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib.gis.db.models.functions import Transform
from django.db.models import Count, F, Func, Min, Value

from spots.maps import rows
from spots.maps.grid import Tile, cell_side_m
from spots.maps.heat import heat
from spots.maps.shaping import (
    POINTS_FROM_ZOOM,
    Asked,
    InTile,
    Sql,
    TileShape,
    Together,
    around,
    cells_sql,
    cut_shape,
    east_cell,
    north_cell,
    point_shape,
    sql_of,
)
from spots.maps.surplus import surplus
from spots.maps.versions import Source

SITES_FROM_ZOOM = 8
NAMES_FROM_ZOOM = 10  # below it, sites are only so many triangles
SINGLES_CELLS = 8  # in a tile's side: clusters of single cases
MOST_ROWS = 20_000  # of one layer in one tile

Draw = Callable[[Tile, Asked], Sql | None]


def _coverage(tile: Tile, asked: Asked) -> Sql | None:
    # One shape, so that pieces which touch are painted without a seam; they are small enough to
    # stay uncut, which takes most of the time.
    told = {name: F(f"coverage__{name}") for name in ("technology", "level")}
    pieces = rows.coverage_pieces(tile, asked).values(**told)
    return sql_of(pieces.annotate(geom=Together(InTile("shape", tile))).order_by("coverage__level"))


def _sites(tile: Tile, asked: Asked) -> Sql | None:
    if tile.z < SITES_FROM_ZOOM:
        return None
    there = rows.sites(around(tile), asked).order_by("pk")
    drawn = there.annotate(geom=point_shape("point", tile))
    if tile.z < NAMES_FROM_ZOOM:
        return sql_of(drawn.values("geom")[:MOST_ROWS])
    return sql_of(drawn.values("code", "name", "has", "geom")[:MOST_ROWS])


def _events(tile: Tile, asked: Asked) -> Sql | None:
    drawn = rows.events(around(tile), asked).annotate(geom=cut_shape("area", tile))
    return sql_of(drawn.order_by("starts_at", "pk").values("kind", "geom")[:MOST_ROWS])


def _event_marks(tile: Tile, asked: Asked) -> Sql | None:
    inside = Func("area", function="ST_PointOnSurface")
    marked = rows.events(around(tile), asked).annotate(
        geom=TileShape(Transform(inside, 3857), tile),
        starts=Func("starts_at", template="extract(epoch from %(expressions)s)::bigint"),
        ends=Func("ends_at", template="extract(epoch from %(expressions)s)::bigint"),
    )
    told = marked.order_by("starts_at", "pk").values("kind", "title", "starts", "ends", "geom")
    return sql_of(told[:MOST_ROWS])


def _spots(tile: Tile, asked: Asked) -> Sql | None:
    if asked.as_of:
        return _spots_then(tile, asked)
    now = rows.of_topics(rows.spots(around(tile), asked.walls), asked)
    drawn = now.annotate(geom=TileShape(Transform("outline", 3857), tile))
    told = drawn.values("id", "state", "band", "customers", "geom")
    return sql_of(told[:MOST_ROWS])


def _spots_then(tile: Tile, asked: Asked) -> Sql | None:
    then = rows.of_topics(rows.spots_then(around(tile), asked.walls, asked.now), asked)
    drawn = then.annotate(geom=TileShape(Transform("outline_then", 3857), tile))
    told = sql_of(drawn.values("id", "band", "state_then", "customers_then", "geom")[:MOST_ROWS])
    if told is None:
        return None
    renamed = "id, state_then AS state, band, customers_then AS customers, geom"
    return f"SELECT {renamed} FROM ({told[0]}) then_drawn", told[1]


def _singles(tile: Tile, asked: Asked) -> Sql | None:
    there = rows.singles(around(tile), asked)
    if tile.z >= POINTS_FROM_ZOOM:
        drawn = there.annotate(geom=point_shape("centre", tile), cases=Value(1))
        return sql_of(
            drawn.order_by("band", "pk").values("id", "band", "cases", "geom")[:MOST_ROWS]
        )
    side = cell_side_m(tile.z, cells=SINGLES_CELLS)
    cells = there.annotate(east=east_cell("centre", side), north=north_cell("centre", side)).values(
        "east", "north"
    )
    counted = sql_of(cells.annotate(cases=Count("pk"), worst=Min("band")).order_by())
    return cells_sql(counted, columns="cases, worst AS band", side_m=side, tile=tile)


def _surplus(tile: Tile, asked: Asked) -> Sql | None:
    return surplus(tile, asked, complaints=rows.complaints(around(tile), asked))


def _complaints(tile: Tile, asked: Asked) -> Sql | None:
    if tile.z < POINTS_FROM_ZOOM:
        return None
    drawn = rows.complaints(around(tile), asked).annotate(
        geom=point_shape("point", tile), topic_code=F("topic__code")
    )
    return sql_of(drawn.order_by("-pk").values("id", "topic_code", "geom")[:MOST_ROWS])


def _no_moment(asked: Asked) -> Any:
    return asked.now if asked.as_of else None


def _coverage_of(asked: Asked) -> Any:
    return asked.now.date(), sorted(asked.technologies)


def _moment(asked: Asked) -> Any:
    return asked.now


def _period(asked: Asked) -> Any:
    return asked.since, _no_moment(asked)


def _from_until(asked: Asked) -> Any:
    return asked.since, asked.now


@dataclass(frozen=True)
class Layer:
    """
    One box to tick on the map.

    draws       (name of the tile's own layer, how it is drawn)
    permission  that its reader needs
    source      whose changes change it
    time        which times of what is asked change it
    """

    draws: tuple[tuple[str, Draw], ...]
    permission: str
    source: Source
    time: Callable[[Asked], Any]


LAYERS: dict[str, Layer] = {
    "coverage": Layer(
        (("coverage", _coverage),), "spots.view_coverage", Source.COVERAGE, _coverage_of
    ),
    "events": Layer(
        (("events", _events), ("event_marks", _event_marks)),
        "spots.view_networkevent",
        Source.EVENTS,
        _moment,
    ),
    "sites": Layer((("sites", _sites),), "spots.view_site", Source.SITES, lambda asked: None),
    "spots": Layer((("spots", _spots),), "spots.view_spot", Source.CASES, _no_moment),
    "heat": Layer((("heat", heat),), "spots.view_spot", Source.COMPLAINTS, _period),
    "surplus": Layer((("surplus", _surplus),), "spots.view_spot", Source.COMPLAINTS, _from_until),
    "complaints": Layer(
        (("complaints", _complaints),), "complaints.view_complaint", Source.COMPLAINTS, _period
    ),
    "singles": Layer((("singles", _singles),), "spots.view_singlecase", Source.CASES, _no_moment),
}
