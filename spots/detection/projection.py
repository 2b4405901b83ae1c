"""Degrees to metres and back, in the UTM zone of a region."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from pyproj import Transformer

Floats = NDArray[np.float64]

# Farther from its meridian a UTM zone distorts beyond use: such a place is not in the region.
WIDEST_DEGREES = 10.0
NOWHERE_DEGREES = 0.01  # around 0, 0: what many systems store for "not known"


@dataclass(frozen=True)
class Projection:
    """The UTM zone that holds a longitude and latitude, degrees."""

    lon: float
    lat: float

    @property
    def zone(self) -> int:
        return int((self.lon + 180) // 6) % 60 + 1

    @cached_property
    def _transformer(self) -> Transformer:
        code = (32600 if self.lat >= 0 else 32700) + self.zone
        return Transformer.from_crs(4326, code, always_xy=True)

    def metres(self, lon: Floats, lat: Floats) -> Floats:
        """Points (n, 2) east and north, metres; NaN for 0, 0, no place, or one far outside."""
        lon, lat = np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64)
        meridian = self.zone * 6 - 183
        known = np.isfinite(lon) & np.isfinite(lat) & (np.abs(lat) < 84)
        known &= np.abs(lon - meridian) < WIDEST_DEGREES
        known &= (np.abs(lon) > NOWHERE_DEGREES) | (np.abs(lat) > NOWHERE_DEGREES)
        points = np.full((len(lon), 2), np.nan)
        points[known] = np.column_stack(self._transformer.transform(lon[known], lat[known]))
        return points

    def degrees(self, points: Floats) -> Floats:
        """Longitude and latitude (n, 2) of points in metres."""
        lon, lat = self._transformer.transform(points[:, 0], points[:, 1], direction="INVERSE")
        return np.column_stack([lon, lat])
