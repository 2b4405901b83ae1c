"""The grid of web map tiles (web mercator, EPSG:3857): where a tile lies."""

from dataclasses import dataclass
from math import atan, degrees, exp, pi

import numpy as np
from numpy.typing import NDArray

HALF_WORLD_M = 20037508.342789244  # mercator metres from the middle of the map to its edge
EARTH_RADIUS_M = 6378137.0  # of EPSG:3857
MAX_LATITUDE = 85.0511287798  # the map is square: it ends here
MAX_ZOOM = 18


class NoSuchTileError(ValueError):
    """The numbers name no tile of the grid."""


@dataclass(frozen=True)
class Tile:
    """
    One square of the map, which zoom z cuts into 2^z columns (x, eastwards) and rows (y, south).

    :raises NoSuchTileError: z is not 0 … MAX_ZOOM, or x or y is not 0 … 2^z - 1
    """

    z: int
    x: int
    y: int

    def __post_init__(self) -> None:
        if not 0 <= self.z <= MAX_ZOOM:
            raise NoSuchTileError(f"zoom {self.z} is not 0 … {MAX_ZOOM}")
        if not (0 <= self.x < (1 << self.z) and 0 <= self.y < (1 << self.z)):
            raise NoSuchTileError(f"no tile {self.x}, {self.y} at zoom {self.z}")

    def bounds(self, *, margin: float) -> tuple[float, float, float, float]:
        """West, south, east, north in degrees, `margin` (a share of its side) wider all round."""
        return (
            self._longitude(self.x - margin),
            self._latitude(self.y + 1 + margin),
            self._longitude(self.x + 1 + margin),
            self._latitude(self.y - margin),
        )

    def bounds_m(self, *, margin: float) -> tuple[float, float, float, float]:
        """The same in web mercator metres."""
        west, north = self.corner_m
        side = tile_side_m(self.z)
        wider, whole = margin * side, (1 + margin) * side
        return west - wider, north - whole, west + whole, north + wider

    @property
    def corner_m(self) -> tuple[float, float]:
        """How far east and north its north-western corner is, web mercator metres."""
        side = tile_side_m(self.z)
        return self.x * side - HALF_WORLD_M, HALF_WORLD_M - self.y * side

    def _longitude(self, x: float) -> float:
        return max(-180.0, min(180.0, x / (1 << self.z) * 360 - 180))

    def _latitude(self, y: float) -> float:
        latitude = degrees(2 * atan(exp(pi * (1 - 2 * y / (1 << self.z)))) - pi / 2)
        return max(-MAX_LATITUDE, min(MAX_LATITUDE, latitude))


def tile_side_m(zoom: int) -> float:
    """Of a tile's side, web mercator metres."""
    return 2 * HALF_WORLD_M / (1 << zoom)


def cell_side_m(zoom: int, *, cells: int = 64) -> float:
    """The side of a cell in mercator metres, `cells` of which make a tile's side at a zoom."""
    return tile_side_m(zoom) / cells


def mercator(places: NDArray[np.float64]) -> NDArray[np.float64]:
    """Web mercator metres (n, 2) of longitudes and latitudes (n, 2), within the map."""
    east = np.radians(places[:, 0])
    north = np.radians(np.clip(places[:, 1], -MAX_LATITUDE, MAX_LATITUDE))
    return EARTH_RADIUS_M * np.column_stack([east, np.log(np.tan(np.pi / 4 + north / 2))])
