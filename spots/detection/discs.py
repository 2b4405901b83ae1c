"""Exact sums over discs: how many subscribers, or complaints, lie within so many metres."""

from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np

from spots.detection.arrivals import Floats, Ints

CELL_M = 80.0
WIDTH = 2**31  # of a row in keys of cells: no column's number is larger


@dataclass(frozen=True)
class Discs:
    """
    Weighted points, ready to be summed over discs.

    point   (n, 2) metres
    weight  (n, k) whole numbers; each column is summed for itself

    Points are sorted by the square cell they are in, row by row of cells, with running sums. The
    cells of a row that are wholly inside a disc take two running sums; only points in cells on
    its rim are looked at. So sums are exact, however dense the points are.
    """

    point: Floats
    weight: Ints

    def within(self, centre: Floats, radii_m: tuple[float, ...]) -> Floats:
        """Sums (radii, k) of what is not farther from a place, (2,) metres, than each radius."""
        cells = _cells(radii_m)
        start, left, right, end = np.searchsorted(self._key, _key_of(centre) + cells.keys)
        rim, disc = self._inside(
            centre, cells, np.concatenate([start, right]), np.concatenate([left, end])
        )
        total, weight = self._columns
        sums = cells.of_disc @ (total[right] - total[left])
        # The discs' points on the rim stand one disc after another in neither half.
        for column, of_rim in zip(sums.T, weight[rim].T, strict=True):
            column += np.bincount(disc, of_rim, len(radii_m))
        return np.asarray(sums)

    def rows(self, centre: Floats, radius_m: float) -> Ints:
        """Numbers of the points that are not farther from a place than the radius."""
        cells = _cells((radius_m,))
        start, _, _, end = np.searchsorted(self._key, _key_of(centre) + cells.keys)
        found, _ = self._inside(centre, cells, start, end)
        return self._order[found]

    def _inside(self, centre: Floats, cells: "_Cells", low: Ints, high: Ints) -> tuple[Ints, Ints]:
        """Of runs of sorted points, one or two for each run of cells, those inside their disc."""
        many = high - low
        # Each run's consecutive numbers, all runs in one array.
        end = np.cumsum(many)
        at = np.repeat(high - end, many) + np.arange(end[-1])
        disc = np.repeat(np.resize(cells.disc, len(many)), many)
        east, north = self._sorted_point[:, at]
        squared = (east - centre[0]) ** 2 + (north - centre[1]) ** 2
        near = np.flatnonzero(squared <= cells.squared[disc])
        return at[near], disc[near]

    @cached_property
    def _order(self) -> Ints:
        return np.argsort(_key_of(self.point), kind="stable")

    @cached_property
    def _sorted_point(self) -> Floats:
        """(2, n)"""
        return np.ascontiguousarray(self.point[self._order].T)

    @cached_property
    def _key(self) -> Ints:
        return np.asarray(_key_of(self._sorted_point.T))

    @cached_property
    def _columns(self) -> tuple[Floats, Floats]:
        """Sums (n + 1, k) of the weights of the first 0, 1, 2 … sorted points; (n, k) their own."""
        weight = self.weight[self._order].astype(np.float64)
        total = np.zeros((len(weight) + 1, weight.shape[1]))
        np.cumsum(weight, axis=0, out=total[1:])
        return total, weight


def _key_of(point: Floats) -> Ints:
    """Number of the cell that each point (…, 2) is in."""
    column = np.floor(point / CELL_M).astype(np.int64)
    return np.asarray(column[..., 1] * WIDTH + column[..., 0])


@dataclass(frozen=True)
class _Cells:
    """
    The cells that discs may touch, wherever in its cell their centre is: runs of cells in a row.

    Keys count from that of the centre's cell.
    """

    disc: Ints  # (runs,)
    of_disc: Floats  # (discs, runs) 1 where a run is of a disc
    squared: Floats  # (discs,) squares of the radii
    keys: Ints  # (4, runs): its first cell, the first wholly inside, the first after, its end


@lru_cache(maxsize=64)
def _cells(radii_m: tuple[float, ...]) -> _Cells:
    radii = np.array(radii_m) / CELL_M
    far = np.ceil(radii).astype(np.int64)
    disc = np.repeat(np.arange(len(radii)), 2 * far + 1)
    row = np.concatenate([np.arange(-rows, rows + 1) for rows in far])
    squared = radii[disc] ** 2
    # A row's nearest and farthest edge lies so many cells from the centre, at least and at most.
    nearest, farthest = np.maximum(0, np.abs(row) - 1), np.abs(row) + 1
    outer = np.floor(np.sqrt(squared - nearest**2)).astype(np.int64) + 1
    inner = np.floor(np.sqrt(np.maximum(0.0, squared - farthest**2))).astype(np.int64) - 1
    left, right = np.where(inner >= 0, -inner, -outer), np.where(inner >= 0, inner + 1, -outer)
    keys = row * WIDTH + np.stack([-outer, left, right, outer + 1])
    of_disc = (disc == np.arange(len(radii))[:, None]).astype(np.float64)
    return _Cells(disc, of_disc, np.array(radii_m) ** 2, keys)
