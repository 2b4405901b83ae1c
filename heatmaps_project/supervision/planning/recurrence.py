"""
Where spots come back: hexagons joined over their borders (pure).

A place is a hexagon of H3 and the six round it, so what lies on a border is in one place. Places
are taken greedily, the one with most spots first, and a spot belongs to one of them: they do not
grow into each other, however dense a city's spots are. Hexagons: I. Brodsky, H3: Uber's
hexagonal hierarchical spatial index (2018); at resolution 8 an edge is 0.53 km.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from heapq import heapify, heappop, heappush
from typing import Any, Final

import h3

RESOLUTION: Final = 8
WINDOW: Final = timedelta(days=180)
ENOUGH: Final = 3  # spots in the window
BACK_WITHIN: Final = timedelta(days=30)  # of a fix: it did not hold


@dataclass(frozen=True)
class Past:
    """
    A spot of the window.

    lon, lat  of its centre, degrees, WGS 84
    came      when it was opened, and opened again
    fixed     when it was declared fixed, each time
    """

    id: int
    lon: float
    lat: float
    came: Sequence[datetime]
    fixed: Sequence[datetime] = ()


@dataclass(frozen=True)
class Place:
    """
    The spots of a hexagon and the six round it.

    anchor     the hexagon in the middle
    cells      the hexagons that hold spots, in order; none where none are left
    spots      their numbers, in order
    came_back  how often one came within BACK_WITHIN of a fix there
    """

    anchor: str
    cells: tuple[str, ...]
    spots: tuple[int, ...]
    came_back: int

    @property
    def recurs(self) -> bool:
        """Whether spots return here: often, or soon after a fix."""
        return len(self.spots) >= ENOUGH or self.came_back > 0


def places(pasts: Iterable[Past], *, known: Iterable[str] = ()) -> list[Place]:
    """
    Return the places where spots recur, and the known ones whatever became of them.

    known  anchors found before, in that order: they take what is theirs first, and keep it

    The same spots give the same places, in whatever order they come.
    """
    held: defaultdict[str, list[Past]] = defaultdict(list)
    for past in sorted(pasts, key=lambda one: one.id):
        held[h3.latlng_to_cell(past.lat, past.lon, RESOLUTION)].append(past)
    found = [_taken(held, anchor) for anchor in known]
    heap = [(-_count(held, cell), cell) for cell in held]
    heapify(heap)
    while heap:
        counted, anchor = heappop(heap)
        if not (count := _count(held, anchor)):
            continue
        if count != -counted:  # a neighbour was taken since
            heappush(heap, (-count, anchor))
            continue
        if _place(held, anchor).recurs:  # else its spots are left to its neighbours
            found.append(_taken(held, anchor))
    return found


def came_back(pasts: Iterable[Past]) -> int:
    """Return how many comings followed a fix of the same place within BACK_WITHIN."""
    told = list(pasts)
    fixed = sorted(at for past in told for at in past.fixed)
    came = [at for past in told for at in past.came]
    before = [bisect_left(fixed, at) for at in came]  # fixes; the last of them is the nearest
    return sum(
        n > 0 and at - fixed[n - 1] <= BACK_WITHIN for at, n in zip(came, before, strict=True)
    )


def middle(cell: str) -> tuple[float, float]:
    """Return the longitude and latitude of a hexagon's centre."""
    lat, lon = h3.cell_to_latlng(cell)
    return lon, lat


def outline(cells: Collection[str]) -> dict[str, Any]:
    """Return the hexagons as one GeoJSON geometry, a MultiPolygon, borders between them gone."""
    shape = h3.cells_to_geo(list(cells))
    rings = [shape["coordinates"]] if shape["type"] == "Polygon" else shape["coordinates"]
    return {"type": "MultiPolygon", "coordinates": rings}


def _count(held: defaultdict[str, list[Past]], anchor: str) -> int:
    return sum(len(held.get(cell, ())) for cell in h3.grid_disk(anchor, 1))


def _place(held: defaultdict[str, list[Past]], anchor: str) -> Place:
    """Return what is left of a hexagon and the six round it."""
    cells = sorted(cell for cell in h3.grid_disk(anchor, 1) if held.get(cell))
    pasts = [past for cell in cells for past in held[cell]]
    spots = tuple(sorted(past.id for past in pasts))
    return Place(anchor, tuple(cells), spots, came_back(pasts))


def _taken(held: defaultdict[str, list[Past]], anchor: str) -> Place:
    """Take what is left of a hexagon and the six round it."""
    place = _place(held, anchor)
    for cell in place.cells:
        del held[cell]
    return place
