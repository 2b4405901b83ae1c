"""The layers of a data tile: what each draws, who may see it, and what it depends on."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.contrib.gis.db.models.functions import Transform
from django.db.models import Count, F, Func, Min, Q, TextField, Value

from complaints.intake.models import Complaint, ComplaintQuerySet, Placing, Precision
from spots.cases.models import Case, CaseQuerySet, Kind
from spots.maps.as_of import cases_at, with_members_at
from spots.maps.grid import Tile, cell_side_m
from spots.maps.shaping import (
    Asked,
    Sql,
    TileShape,
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
from spots.network.models import Coverage, NetworkEvent, Site

SITES_FROM_ZOOM = 8
NAMES_FROM_ZOOM = 10  # below it, sites are only so many triangles
POINTS_FROM_ZOOM = 13  # below it, complaints and single cases are only counted in cells
SINGLES_CELLS = 8  # in a tile's side: clusters of single cases
MOST_ROWS = 20_000  # of one layer in one tile
SOON = timedelta(hours=48)  # works are drawn so long before they begin

Draw = Callable[[Tile, Asked], Sql | None]


def _coverage(tile: Tile, asked: Asked) -> Sql | None:
    rows = Coverage.objects.within(asked.walls).filter(
        area__bboverlaps=around(tile), valid_from__lte=asked.now.date()
    )
    drawn = rows.annotate(geom=cut_shape("area", tile))
    return sql_of(drawn.order_by("level", "pk").values("technology", "level", "geom"))


def _sites(tile: Tile, asked: Asked) -> Sql | None:
    if tile.z < SITES_FROM_ZOOM:
        return None
    rows = Site.objects.within(asked.walls).filter(point__bboverlaps=around(tile))
    drawn = rows.annotate(geom=point_shape("point", tile)).order_by("pk")
    if tile.z < NAMES_FROM_ZOOM:
        return sql_of(drawn.values("geom")[:MOST_ROWS])
    has = Func("technologies", Value(" "), function="array_to_string", output_field=TextField())
    return sql_of(drawn.annotate(has=has).values("code", "name", "has", "geom")[:MOST_ROWS])


def _events(tile: Tile, asked: Asked) -> Sql | None:
    drawn = _on(tile, asked).annotate(geom=cut_shape("area", tile))
    return sql_of(drawn.order_by("starts_at", "pk").values("kind", "geom")[:MOST_ROWS])


def _event_marks(tile: Tile, asked: Asked) -> Sql | None:
    inside = Func("area", function="ST_PointOnSurface")
    marked = _on(tile, asked).annotate(
        geom=TileShape(Transform(inside, 3857), tile),
        starts=Func("starts_at", template="extract(epoch from %(expressions)s)::bigint"),
        ends=Func("ends_at", template="extract(epoch from %(expressions)s)::bigint"),
    )
    told = marked.order_by("starts_at", "pk").values("kind", "title", "starts", "ends", "geom")
    return sql_of(told[:MOST_ROWS])


def _on(tile: Tile, asked: Asked) -> Any:
    """Outages, works and new build that last at the moment, and those announced for soon."""
    return NetworkEvent.objects.within(asked.walls).filter(
        Q(ends_at=None) | Q(ends_at__gt=asked.now),
        starts_at__lte=asked.now + SOON,
        area__bboverlaps=around(tile),
    )


def _spots(tile: Tile, asked: Asked) -> Sql | None:
    if asked.as_of:
        return _spots_then(tile, asked)
    rows = _of_topics(Case.objects.within(asked.walls).spots().current(), asked)
    drawn = rows.filter(outline__bboverlaps=around(tile)).annotate(
        geom=TileShape(Transform("outline", 3857), tile)
    )
    told = drawn.order_by("-priority", "pk").values("id", "state", "band", "customers", "geom")
    return sql_of(told[:MOST_ROWS])


def _spots_then(tile: Tile, asked: Asked) -> Sql | None:
    rows = _of_topics(cases_at(asked.now, walls=asked.walls, kind=Kind.SPOT), asked)
    then = with_members_at(rows.filter(outline__bboverlaps=around(tile)), asked.now)
    drawn = then.annotate(geom=TileShape(Transform("outline_then", 3857), tile))
    told = sql_of(
        drawn.order_by("-priority", "pk").values(
            "id", "band", "state_then", "customers_then", "geom"
        )[:MOST_ROWS]
    )
    if told is None:
        return None
    renamed = "id, state_then AS state, band, customers_then AS customers, geom"
    return f"SELECT {renamed} FROM ({told[0]}) then_drawn", told[1]


def _of_topics(rows: CaseQuerySet, asked: Asked) -> CaseQuerySet:
    return rows.filter(topic__code__in=asked.topics) if asked.topics else rows


def _singles(tile: Tile, asked: Asked) -> Sql | None:
    rows = (
        cases_at(asked.now, walls=asked.walls, kind=Kind.SINGLE)
        if asked.as_of
        else Case.objects.within(asked.walls).filter(kind=Kind.SINGLE).current()
    )
    rows = _of_topics(rows, asked).filter(centre__bboverlaps=around(tile))
    if tile.z >= POINTS_FROM_ZOOM:
        drawn = rows.annotate(geom=point_shape("centre", tile), cases=Value(1))
        return sql_of(
            drawn.order_by("band", "pk").values("id", "band", "cases", "geom")[:MOST_ROWS]
        )
    side = cell_side_m(tile.z, cells=SINGLES_CELLS)
    cells = rows.annotate(east=east_cell("centre", side), north=north_cell("centre", side)).values(
        "east", "north"
    )
    counted = sql_of(cells.annotate(cases=Count("pk"), worst=Min("band")).order_by())
    return cells_sql(counted, columns="cases, worst AS band", side_m=side, tile=tile)


def _placed(tile: Tile, asked: Asked) -> ComplaintQuerySet:
    rows = Complaint.objects.within(asked.walls)
    rows = rows.filter(
        placing=Placing.PLACED,
        point__bboverlaps=around(tile),
        # The index is of received_at, and nothing occurs after it was received.
        received_at__gte=asked.since,
        occurred_at__gte=asked.since,
    )
    if asked.as_of:
        rows = rows.filter(
            Q(withdrawn_at=None) | Q(withdrawn_at__gt=asked.now), received_at__lte=asked.now
        )
    else:
        rows = rows.in_effect()
    return rows.filter(topic__code__in=asked.topics) if asked.topics else rows


def _heat(tile: Tile, asked: Asked) -> Sql | None:
    # Where single complaints may be seen, cells stop shrinking: they would show a house.
    side = cell_side_m(min(tile.z, POINTS_FROM_ZOOM))
    rows = _placed(tile, asked).exclude(precision=Precision.LOCALITY)
    cells = rows.annotate(east=east_cell("point", side), north=north_cell("point", side)).values(
        "east", "north"
    )
    counted = sql_of(cells.annotate(complaints=Count("pk")).order_by())
    return cells_sql(counted, columns="complaints", side_m=side, tile=tile)


def _surplus(tile: Tile, asked: Asked) -> Sql | None:
    return surplus(tile, asked, complaints=_placed(tile, asked))


def _complaints(tile: Tile, asked: Asked) -> Sql | None:
    if tile.z < POINTS_FROM_ZOOM:
        return None
    drawn = _placed(tile, asked).annotate(
        geom=point_shape("point", tile), topic_code=F("topic__code")
    )
    return sql_of(drawn.order_by("-pk").values("id", "topic_code", "geom")[:MOST_ROWS])


def _no_moment(asked: Asked) -> Any:
    return asked.now if asked.as_of else None


def _day(asked: Asked) -> Any:
    return asked.now.date()


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
    "coverage": Layer((("coverage", _coverage),), "spots.view_coverage", Source.COVERAGE, _day),
    "events": Layer(
        (("events", _events), ("event_marks", _event_marks)),
        "spots.view_networkevent",
        Source.EVENTS,
        _moment,
    ),
    "sites": Layer((("sites", _sites),), "spots.view_site", Source.SITES, lambda asked: None),
    "spots": Layer((("spots", _spots),), "spots.view_spot", Source.CASES, _no_moment),
    "heat": Layer((("heat", _heat),), "spots.view_spot", Source.COMPLAINTS, _period),
    "surplus": Layer((("surplus", _surplus),), "spots.view_spot", Source.COMPLAINTS, _from_until),
    "complaints": Layer(
        (("complaints", _complaints),), "complaints.view_complaint", Source.COMPLAINTS, _period
    ),
    "singles": Layer((("singles", _singles),), "spots.view_singlecase", Source.CASES, _no_moment),
}
