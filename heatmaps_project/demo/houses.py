"""The houses of a simulated region, and the customers who live in them."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

METRES_PER_DEGREE = 111_320.0  # of latitude


@dataclass(frozen=True)
class Houses:
    """
    Where subscribers live: arrays of one length, a house each.

    Customers are numbered through the houses: house i is home to customers
    first[i] … first[i + 1] - 1.
    """

    lon: NDArray[np.float64]  # degrees east
    lat: NDArray[np.float64]  # degrees north
    subscribers: NDArray[np.int64]  # people
    town: NDArray[np.int64]  # 0, 1, 2 …: the settlement a house belongs to

    @cached_property
    def first(self) -> NDArray[np.int64]:
        """Number of each house's first customer, and at the end the number of customers."""
        return np.concatenate([[0], np.cumsum(self.subscribers)]).astype(np.int64)

    @cached_property
    def of_customer(self) -> NDArray[np.int64]:
        """House of each customer."""
        return np.repeat(np.arange(len(self.lon)), self.subscribers)

    @cached_property
    def metres(self) -> NDArray[np.float64]:
        """Offsets (n, 2) east and north of the mean house, metres: exact enough in a region."""
        return self.metres_of(self.lon, self.lat)

    @cached_property
    def town_metres(self) -> NDArray[np.float64]:
        """Centre of each house's town, weighted by subscribers, metres like `metres`."""
        people = np.maximum(np.bincount(self.town, self.subscribers), 1e-9)
        centre = [
            np.bincount(self.town, self.subscribers * offset) / people for offset in self.metres.T
        ]
        return np.stack(centre, axis=1)[self.town]

    def metres_of(
        self, lon: float | NDArray[np.float64], lat: float | NDArray[np.float64]
    ) -> NDArray[np.float64]:
        """Offsets (…, 2) of other places, metres like `metres`."""
        degrees: NDArray[np.float64] = np.stack([lon, lat], axis=-1) - np.asarray(self._origin)
        return degrees * self._metres_per_degree

    def degrees(self, metres: NDArray[np.float64]) -> NDArray[np.float64]:
        """Longitude and latitude (n, 2) of offsets like those of `metres`."""
        return np.asarray(self._origin) + metres / self._metres_per_degree

    @property
    def _origin(self) -> tuple[float, float]:
        return float(self.lon.mean()), float(self.lat.mean())

    @property
    def _metres_per_degree(self) -> NDArray[np.float64]:
        return METRES_PER_DEGREE * np.array([np.cos(np.radians(self.lat.mean())), 1.0])
