"""
Heat: how many complaints have their place in a cell of a tile.

Over a long period, seen from afar, days that are counted (transitions_of_heat) are added up, and
only what came in since is counted for the tile. A change of such a day shows when the day has been
counted anew, a minute later.
"""

from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import lru_cache, partial
from typing import Final

from django.core.cache import cache
from django.db.models import Count, F, Max, Min, Sum

from complaints.intake.models import Precision
from spots.maps import rows
from spots.maps.grid import Tile, cell_side_m
from spots.maps.models import HeatCell, HeatDay
from spots.maps.shaping import (
    BOX,
    MARGIN,
    STATEMENTS,
    Asked,
    OfTile,
    Sql,
    cells_sql,
    east_cell,
    north_cell,
    sql_of,
)

CELLS: Final = 64  # in a tile's side
# Zoom at which cells stop shrinking, 86 m wide at Moscow: everybody who sees spots sees heat, of a
# single complaint and to the second, and smaller ones would show a house.
FINEST: Final = 12
ZOOMS: Final = (6, 9, 11)  # of tiles that days are counted for; ascending
# Of a day that was counted meanwhile, complaints go on to be counted for each tile.
ASKED_ANEW_AFTER_S: Final = 60
LATELY: Final = timedelta(days=8)  # complaints of so long are found by their time, not their place


def heat(tile: Tile, asked: Asked) -> Sql | None:
    """The statement that draws a tile's cells: complaints."""
    return _statement(tile.z, asked, _counted_until(asked) if tile.z <= ZOOMS[-1] else None)


@lru_cache(STATEMENTS)
def _statement(z: int, asked: Asked, until: datetime | None) -> Sql | None:
    side = cell_side_m(min(z, FINEST), cells=CELLS)
    counted = _since(z, asked, until or asked.since, side_m=side)
    if until is not None:
        counted = _added(_days(z, asked, until), counted)
    return cells_sql(counted, columns="complaints", side_m=side, z=z)


def _counted_until(asked: Asked) -> datetime | None:
    """The midnight until which every day of the period is counted; None: not all are."""
    if asked.as_of or asked.since.time() != datetime.min.time():
        return None
    first, last = asked.since.date(), asked.now.date()
    key, count = f"heat-days:{first}:{last}", partial(_days_counted, first, last)
    days = cache.get_or_set(key, count, ASKED_ANEW_AFTER_S)
    return asked.since + timedelta(days=days) if days else None


def _days_counted(first: date, last: date) -> int:
    """How many days from `first` on are counted; 0: some before the last that is are not."""
    days = HeatDay.objects.filter(day__gte=first, day__lte=last)
    found = days.aggregate(first=Min("day"), last=Max("day"), many=Count("pk"))
    if found["first"] != first or found["many"] != (found["last"] - first).days + 1:
        return 0
    return int(found["many"])


def _since(z: int, asked: Asked, since: datetime, *, side_m: float) -> Sql | None:
    late = replace(asked, since=since)
    is_quicker = z <= ZOOMS[-1] and asked.now - since <= LATELY
    there = rows.late_complaints(late) if is_quicker else rows.complaints(BOX, late)
    placed = there.exclude(precision=Precision.LOCALITY)
    cells = placed.annotate(east=east_cell("point", side_m), north=north_cell("point", side_m))
    return sql_of(cells.values("east", "north").annotate(complaints=Count("pk")).order_by())


def _days(z: int, asked: Asked, until: datetime) -> Sql | None:
    """Cells of the counted days, as large as the tile's: each is so many of the finer ones."""
    zoom = next(zoom for zoom in ZOOMS if zoom >= z)
    finer = zoom - z
    margin = int(CELLS * MARGIN)

    def west(tile: Tile) -> int:
        return tile.x * CELLS

    def south(tile: Tile) -> int:
        return ((1 << z) - 1 - tile.y) * CELLS

    there = HeatCell.objects.within(asked.walls).filter(
        zoom=zoom,
        day__gte=asked.since.date(),
        day__lt=until.date(),
        x__gte=OfTile(lambda tile: max(0, west(tile) - margin) << finer),
        x__lt=OfTile(lambda tile: (west(tile) + CELLS + margin) << finer),
        y__gte=OfTile(lambda tile: max(0, south(tile) - margin) << finer),
        y__lt=OfTile(lambda tile: (south(tile) + CELLS + margin) << finer),
    )
    cells = rows.of_topics(there, asked).annotate(
        east=F("x").bitrightshift(finer), north=F("y").bitrightshift(finer)
    )
    return sql_of(cells.values("east", "north").annotate(complaints=Sum("complaints")).order_by())


def _added(one: Sql | None, other: Sql | None) -> Sql | None:
    if one is None or other is None:
        return one or other
    both = f"{one[0]} UNION ALL {other[0]}"
    added = f"SELECT east, north, sum(complaints)::bigint AS complaints FROM ({both}) both_counted"
    return f"{added} GROUP BY east, north", one[1] + other[1]
