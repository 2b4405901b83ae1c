"""Exact sums over discs: how many subscribers, or complaints, lie within so many metres."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np

from spots.detection.arrivals import Floats, Ints

CELL_M = 200.0
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

    def within(self, cover: "Cover", columns: Sequence[int] = (0,)) -> Floats:
        """Sums (columns, radii) of what is not farther from the centre than each radius."""
        which, radii_m = cover.disc, cover.radii_m
        start, left, right, end = np.searchsorted(self._key, cover.keys)
        rim, disc = self._inside(cover, np.concatenate([start, right]), np.concatenate([left, end]))
        return np.array(
            [
                np.bincount(which, total[right] - total[left], len(radii_m))
                + np.bincount(disc, weight[rim], len(radii_m))
                for total, weight in (self._columns[column] for column in columns)
            ]
        )

    def rows(self, cover: "Cover") -> Ints:
        """Numbers of the points that are not farther from the centre than the one radius."""
        start, _, _, end = np.searchsorted(self._key, cover.keys)
        found, _ = self._inside(cover, start, end)
        return self._order[found]

    def _inside(self, cover: "Cover", low: Ints, high: Ints) -> tuple[Ints, Ints]:
        """Of runs of sorted points, one or two for each run of cells, those inside their disc."""
        many = high - low
        # Each run's consecutive numbers, all runs in one array.
        before = np.cumsum(many) - many
        at = np.repeat(low - before, many) + np.arange(many.sum())
        disc = np.repeat(np.resize(cover.disc, len(many)), many)
        east, north = self._sorted_point[at].T
        squared = (east - cover.centre[0]) ** 2 + (north - cover.centre[1]) ** 2
        near = squared <= cover.radii_m[disc] ** 2
        return at[near], disc[near]

    @cached_property
    def _order(self) -> Ints:
        return np.argsort(_key_of(self.point), kind="stable")

    @cached_property
    def _sorted_point(self) -> Floats:
        return self.point[self._order]

    @cached_property
    def _key(self) -> Ints:
        return _key_of(self._sorted_point)

    @cached_property
    def _columns(self) -> list[tuple[Floats, Floats]]:
        """For each column: sums of the first 0, 1, 2 … sorted points, and the points' own."""
        weight = self.weight[self._order].astype(np.float64)
        return [(np.concatenate([[0.0], np.cumsum(one)]), one) for one in weight.T]


def _key_of(point: Floats) -> Ints:
    east, north = np.floor(point / CELL_M).astype(np.int64).T
    return np.asarray(north * WIDTH + east)


@dataclass(frozen=True)
class Cover:
    """The cells that discs touch: a run for each row of cells and disc."""

    centre: Floats  # (2,) metres, of every disc
    radii_m: Floats
    disc: Ints  # of each run
    keys: Ints  # (4, runs): its first cell, the first wholly inside, the first after, its end


def cover(centre: Floats, radii_m: tuple[float, ...]) -> Cover:
    """Return the cells that the discs around a place touch, ready for any `Discs`."""
    row = np.floor(centre[1] / CELL_M)
    rows = _rows(radii_m)
    south = (row + rows.offset) * CELL_M - centre[1]
    north = south + CELL_M
    distance = np.stack([np.maximum(0.0, np.maximum(south, -north)), np.maximum(-south, north)])
    # How far east and west a disc reaches at its row's nearest edge, and at the farthest.
    reach = np.sqrt(np.maximum(0.0, rows.squared - distance**2))
    west, east = (centre[0] - reach) / CELL_M, (centre[0] + reach) / CELL_M
    first, end = np.floor(west[0]), np.floor(east[0]) + 1
    left, right = np.ceil(west[1]), np.floor(east[1])
    none = (reach[1] == 0) | (right <= left)
    left, right = np.where(none, first, left), np.where(none, first, right)
    keys = (row + rows.offset) * WIDTH + np.stack([first, left, right, end])
    return Cover(centre, rows.radii_m, rows.disc, keys.astype(np.int64))


@dataclass(frozen=True)
class _Rows:
    """Rows of cells that discs may touch, whatever their centre: a run for each row and disc."""

    radii_m: Floats
    disc: Ints  # of each run
    offset: Floats  # rows from that of the centre
    squared: Floats  # square of the disc's radius


@lru_cache(maxsize=64)
def _rows(radii_m: tuple[float, ...]) -> _Rows:
    radii = np.array(radii_m)
    far = np.ceil(radii / CELL_M).astype(np.int64)
    disc = np.repeat(np.arange(len(radii)), 2 * far + 1)
    offset = np.concatenate([np.arange(-rows, rows + 1.0) for rows in far])
    return _Rows(radii, disc, offset, radii[disc] ** 2)
