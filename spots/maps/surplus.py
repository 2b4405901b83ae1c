"""Heat as complaints above or below what the learnt baselines expect there and then."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from django.db import connection
from django.db.models import Count, Exists, F, OuterRef, Q
from django.db.models.functions import TruncDate

from complaints.intake.models import ComplaintQuerySet, Precision, Topic
from spots.detection.arrivals import in_hours
from spots.detection.packing import unpack
from spots.detection.projection import Projection
from spots.maps.grid import Tile, cell_side_m
from spots.maps.shaping import Asked, Sql, around, cells_sql, east_cell, north_cell, sql_of
from spots.maps.usual import (
    CELLS,
    FINEST,
    WIDTH,
    Expected,
    Ints,
    Usual,
    expected,
    in_cells,
    together,
)
from spots.watching.models import Attractor, LearntBaseline, Verdict, Watch

KEPT = 64  # baselines in a process's memory, in cells
LEAST = 0.5  # complaints expected in a cell that is drawn though nobody complained
# Standard deviations that are worth a colour: chance alone brings less nearly everywhere.
CLEAR = 2.0


def surplus(tile: Tile, asked: Asked, *, complaints: ComplaintQuerySet) -> Sql | None:
    """
    Cells whose complaints differ clearly from what is usual: observed, expected, sigmas.

    One customer counts once a day, complaints at attractors not at all: as in the baselines.
    Where nothing has been learnt yet, nothing is drawn.
    """
    learnt = _learnt(tile, asked)
    if not learnt:
        return None
    zoom = min(tile.z, FINEST)
    usual = together(
        [
            expected(
                one.usual,
                keys=one.keys,
                zoom=zoom,
                since_h=in_hours(asked.since),
                until_h=in_hours(asked.now),
            )
            for one in learnt
        ]
    )
    cell, observed = _observed(complaints, learnt, zoom)
    return _drawn(tile, usual, cell, observed)


@dataclass(frozen=True)
class _Learnt:
    usual: Usual
    keys: list[int]
    brand_id: int
    region_id: int
    topics: list[int]


def _learnt(tile: Tile, asked: Asked) -> list[_Learnt]:
    watches = Watch.objects.within(asked.walls).in_force()
    rows = watches.filter(
        baseline__arrays__isnull=False, region__outline__bboverlaps=around(tile)
    ).values_list("baseline", "brand", "region", "baseline__topics")
    named = set(
        Topic.objects.filter(code__in=asked.topics).values_list("pk", flat=True)
        if asked.topics
        else ()
    )
    found = []
    for baseline, brand, region, topics in rows:
        # The last key is of all topics together.
        keys = [i for i, topic in enumerate(topics) if topic in named] if asked.topics else [-1]
        if keys:
            usual = _usual(baseline)
            found.append(
                _Learnt(
                    usual,
                    keys,
                    brand,
                    region,
                    [topics[key] for key in keys] if asked.topics else topics,
                )
            )
    return found


@lru_cache(maxsize=KEPT)
def _usual(baseline_id: int) -> Usual:
    """A baseline in cells. It never changes: the next one has another number."""
    row = LearntBaseline.objects.select_related("watch__region").get(pk=baseline_id)
    region, baseline = row.watch.region, unpack(bytes(row.arrays or b""))
    middle = region.metres_from or region.outline.centroid
    projection = Projection(middle.x, middle.y)
    return in_cells(
        baseline, (projection.degrees(baseline.point), projection.degrees(baseline.buildings))
    )


def _observed(complaints: ComplaintQuerySet, learnt: list[_Learnt], zoom: int) -> tuple[Ints, Ints]:
    """Cells, and how many customers complained there, each once a day."""
    watched = Q()
    for one in learnt:
        watched |= Q(brand=one.brand_id, region=one.region_id, topic__in=one.topics)
    nowhere = Attractor.objects.exclude(verdict=Verdict.REAL).filter(
        brand=OuterRef("brand"), region=OuterRef("region"), point__dwithin=(OuterRef("point"), 1e-5)
    )
    side = cell_side_m(zoom, cells=CELLS)
    counted = (
        complaints.exclude(precision=Precision.LOCALITY)
        .filter(watched, ~Exists(nowhere))
        .annotate(
            east=east_cell("point", side),
            north=north_cell("point", side),
            day=TruncDate("occurred_at"),
            who=F("customer"),
        )
        .values("east", "north", "day", "who")
        .annotate(n=Count("pk"))
        .order_by()
    )
    sql = sql_of(counted)
    if sql is None:
        return np.empty(0, np.int64), np.empty(0, np.int64)
    text = (
        "SELECT east::bigint, north::bigint, sum(CASE WHEN who IS NULL THEN n ELSE 1 END)::bigint"
        f" FROM ({sql[0]}) once GROUP BY 1, 2"
    )
    with connection.cursor() as cursor:
        cursor.execute(text, sql[1])
        rows = np.array(cursor.fetchall(), np.int64).reshape(-1, 3)
    return rows[:, 0] * WIDTH + rows[:, 1], rows[:, 2]


def _drawn(tile: Tile, usual: Expected, cell: Ints, observed: Ints) -> Sql | None:
    both = np.union1d(usual.cell, cell)
    count, mean, variance = (np.zeros(len(both)) for _ in range(3))
    count[np.searchsorted(both, cell)] = observed
    here = np.searchsorted(both, usual.cell)
    mean[here], variance[here] = usual.mean, usual.variance
    # Nobody ever complained there, and nobody is known to live there: a little is always usual.
    mean, variance = np.maximum(mean, 0.05), np.maximum(variance, 0.05)
    sigmas = (count - mean) / np.sqrt(variance)
    told = (np.abs(sigmas) >= CLEAR) & ((count > 1) | (mean >= LEAST)) & _inside(both, tile)
    if not told.any():
        return None
    columns: tuple[Any, ...] = (
        (both[told] // WIDTH).tolist(),
        (both[told] % WIDTH).tolist(),
        count[told].astype(int).tolist(),
        np.round(mean[told], 1).tolist(),
        np.round(np.clip(sigmas[told], -20, 20), 1).tolist(),
    )
    rows = (
        "SELECT * FROM unnest(%s::bigint[], %s::bigint[], %s::int[], %s::float8[], %s::float8[])"
        " AS cell (east, north, observed, expected, sigmas)"
    )
    side = cell_side_m(min(tile.z, FINEST), cells=CELLS)
    return cells_sql((rows, columns), columns="observed, expected, sigmas", side_m=side, z=tile.z)


def _inside(cell: Ints, tile: Tile) -> Any:
    """Whether cells of the tile's zoom (or the finest) may touch the tile."""
    times = CELLS * 2.0 ** (min(tile.z, FINEST) - tile.z)  # cells to the tile's side
    west = tile.x * times
    south = ((1 << tile.z) - 1 - tile.y) * times
    east, north = cell // WIDTH, cell % WIDTH
    return (
        (east >= np.floor(west) - 1)
        & (east <= np.ceil(west + times))
        & (north >= np.floor(south) - 1)
        & (north <= np.ceil(south + times))
    )
