"""The layers of a data tile: what each draws, who may see it, and what it depends on."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from django.contrib.gis.db.models.functions import Transform
from django.db.models import Count, F, Func, Min, Sum, Value

from spots.maps import rows
from spots.maps.grid import Tile, cell_side_m
from spots.maps.heat import heat
from spots.maps.shaping import (
    BOX,
    POINTS_FROM_ZOOM,
    STATEMENTS,
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
from spots.network.models import Measurement

SITES_FROM_ZOOM = 8
NAMES_FROM_ZOOM = 10  # below it, sites are only so many triangles
SINGLES_CELLS = 8  # in a tile's side: clusters of single cases
MEASURED_CELLS = 16  # in a tile's side: answers to surveys, and counters of cells
MOST_ROWS = 20_000  # of one layer in one tile

NEVER = datetime.min.replace(tzinfo=UTC)

Draw = Callable[[Tile, Asked], Sql | None]


def of_zoom(draw: Callable[[int, Asked], Sql | None]) -> Draw:
    """What draws a layer on any tile of a zoom: its statement is made once for all of them."""
    made = lru_cache(STATEMENTS)(draw)
    return lambda tile, asked: made(tile.z, asked)


@of_zoom
def _coverage(z: int, asked: Asked) -> Sql | None:
    # One shape, so that pieces which touch are painted without a seam; they are small enough to
    # stay uncut, which takes most of the time.
    told = {name: F(f"coverage__{name}") for name in ("technology", "level")}
    pieces = rows.coverage_pieces(z, asked).values(**told)
    return sql_of(pieces.annotate(geom=Together(InTile("shape", z))).order_by("coverage__level"))


@of_zoom
def _sites(z: int, asked: Asked) -> Sql | None:
    if z < SITES_FROM_ZOOM:
        return None
    there = rows.sites(BOX, asked).order_by("pk")
    drawn = there.annotate(geom=point_shape("point", z))
    if z < NAMES_FROM_ZOOM:
        return sql_of(drawn.values("geom")[:MOST_ROWS])
    return sql_of(drawn.values("code", "name", "has", "geom")[:MOST_ROWS])


@of_zoom
def _events(z: int, asked: Asked) -> Sql | None:
    drawn = rows.events(BOX, asked).annotate(geom=cut_shape("area", z))
    return sql_of(drawn.order_by("starts_at", "pk").values("kind", "geom")[:MOST_ROWS])


@of_zoom
def _event_marks(z: int, asked: Asked) -> Sql | None:
    inside = Func("area", function="ST_PointOnSurface")
    marked = rows.events(BOX, asked).annotate(
        geom=TileShape(Transform(inside, 3857), z),
        starts=Func("starts_at", template="extract(epoch from %(expressions)s)::bigint"),
        ends=Func("ends_at", template="extract(epoch from %(expressions)s)::bigint"),
    )
    told = marked.order_by("starts_at", "pk").values("kind", "title", "starts", "ends", "geom")
    return sql_of(told[:MOST_ROWS])


@of_zoom
def _spots(z: int, asked: Asked) -> Sql | None:
    if asked.as_of:
        return _spots_then(z, asked)
    now = rows.of_topics(rows.spots(BOX, asked.walls), asked)
    drawn = now.annotate(geom=TileShape(Transform("outline", 3857), z))
    told = drawn.values("id", "state", "band", "customers", "geom")
    return sql_of(told[:MOST_ROWS])


def _spots_then(z: int, asked: Asked) -> Sql | None:
    then = rows.of_topics(rows.spots_then(BOX, asked.walls, asked.now), asked)
    drawn = then.annotate(geom=TileShape(Transform("outline_then", 3857), z))
    told = sql_of(drawn.values("id", "band", "state_then", "customers_then", "geom")[:MOST_ROWS])
    if told is None:
        return None
    renamed = "id, state_then AS state, band, customers_then AS customers, geom"
    return f"SELECT {renamed} FROM ({told[0]}) then_drawn", told[1]


@of_zoom
def _singles(z: int, asked: Asked) -> Sql | None:
    if z >= POINTS_FROM_ZOOM:
        # To a hundred metres: the queue says of each number whose it is, and the case's own page,
        # which is a look at the customer, tells the house.
        near_by = rows.singles_as_drawn(BOX, asked)
        drawn = near_by.annotate(geom=point_shape("masked", z), cases=Value(1))
        return sql_of(
            drawn.order_by("band", "pk").values("id", "band", "cases", "geom")[:MOST_ROWS]
        )
    side, there = cell_side_m(z, cells=SINGLES_CELLS), rows.singles(BOX, asked)
    cells = there.annotate(east=east_cell("centre", side), north=north_cell("centre", side)).values(
        "east", "north"
    )
    counted = sql_of(cells.annotate(cases=Count("pk"), worst=Min("band")).order_by())
    return cells_sql(counted, columns="cases, worst AS band", side_m=side, z=z)


def _surplus(tile: Tile, asked: Asked) -> Sql | None:
    return surplus(tile, asked, complaints=rows.complaints(around(tile), asked))


def _measured(kind: Measurement.Kind) -> Draw:
    def drawn(z: int, asked: Asked) -> Sql | None:
        side = cell_side_m(z, cells=MEASURED_CELLS)
        cells = (
            rows.measurements(BOX, asked, kind)
            .annotate(east=east_cell("point", side), north=north_cell("point", side))
            .values("east", "north")
            .annotate(failed=Sum("failed"), tried=Sum("tried"))
        )
        return cells_sql(sql_of(cells.order_by()), columns="failed, tried", side_m=side, z=z)

    return of_zoom(drawn)


@of_zoom
def _complaints(z: int, asked: Asked) -> Sql | None:
    if z < POINTS_FROM_ZOOM:
        return None
    # To a hundred metres: a complaint's page says when it came, and of two tiles that end a minute
    # apart the one point between them would be its house.
    drawn = rows.complaints_as_drawn(BOX, asked).annotate(
        geom=point_shape("masked", z), topic_code=F("topic__code")
    )
    return sql_of(drawn.order_by("-pk").values("topic_code", "geom")[:MOST_ROWS])


def _then(asked: Asked) -> dict[str, Any]:
    told = {"topics": asked.topics}
    return told | {"now": asked.now, "as_of": True} if asked.as_of else told


def _since(asked: Asked) -> dict[str, Any]:
    return {"since": asked.since, **_then(asked)}


def _lately(asked: Asked) -> dict[str, Any]:
    """As of complaints, whatever their topics."""
    return {name: value for name, value in _since(asked).items() if name != "topics"}


def _today(asked: Asked) -> datetime:
    return asked.now.replace(hour=0, minute=0, second=0, microsecond=0)


@dataclass(frozen=True)
class Layer:
    """
    One box to tick on the map.

    draws       (name of the tile's own layer, how it is drawn)
    permission  that its reader needs
    source      whose changes change it
    depends_on  what of what is asked it can depend on, besides the walls
    """

    draws: tuple[tuple[str, Draw], ...]
    permission: str
    source: Source
    depends_on: Callable[[Asked], dict[str, Any]]

    def seen(self, asked: Asked) -> Asked:
        """The question as the layer is asked: the same for all whose answer is the same."""
        told = {"now": NEVER, "since": NEVER, **self.depends_on(asked)}
        return Asked(walls=asked.walls, **told)


LAYERS: dict[str, Layer] = {
    "coverage": Layer(
        (("coverage", _coverage),),
        "spots.view_coverage",
        Source.COVERAGE,
        lambda asked: {"now": _today(asked), "technologies": asked.technologies},
    ),
    "events": Layer(
        (("events", _events), ("event_marks", _event_marks)),
        "spots.view_networkevent",
        Source.EVENTS,
        lambda asked: {"now": asked.now},
    ),
    "sites": Layer((("sites", _sites),), "spots.view_site", Source.SITES, lambda asked: {}),
    "spots": Layer((("spots", _spots),), "spots.view_spot", Source.CASES, _then),
    "heat": Layer(
        (("heat", heat),),
        "spots.view_spot",
        Source.COMPLAINTS,
        lambda asked: {"now": _today(asked), **_since(asked)},
    ),
    "surplus": Layer(
        (("surplus", _surplus),),
        "spots.view_spot",
        Source.COMPLAINTS,
        lambda asked: {"now": asked.now, **_since(asked)},
    ),
    "complaints": Layer(
        (("complaints", _complaints),), "complaints.view_complaint", Source.COMPLAINTS, _since
    ),
    "singles": Layer((("singles", _singles),), "spots.view_singlecase", Source.CASES, _then),
    "surveys": Layer(
        (("surveys", _measured(Measurement.Kind.SURVEY)),),
        "spots.view_site",
        Source.MEASUREMENTS,
        _lately,
    ),
    "counters": Layer(
        (("counters", _measured(Measurement.Kind.COUNTER)),),
        "spots.view_site",
        Source.MEASUREMENTS,
        _lately,
    ),
}
