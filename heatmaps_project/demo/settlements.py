"""An invented region for benches: one metropolis, towns and villages, and the houses in them."""

from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from heatmaps_project.demo.houses import METRES_PER_DEGREE, Houses
from heatmaps_project.demo.records import Floats, Ints


@dataclass(frozen=True)
class Country:
    """What the region is like; sizes of settlements are lognormal, as those of real ones are."""

    lon: float = 37.62  # degrees east: the middle of the region
    lat: float = 55.75  # degrees north
    side_m: float = 120_000.0
    settlements: int = 220
    size_sigma: float = 1.7  # log spread of the settlements' subscribers
    least_size: int = 40  # subscribers
    metropolis_share: float = 0.45  # of all subscribers
    village_below: int = 3000  # subscribers
    town_below: int = 60_000
    per_house: tuple[float, float, float] = (4.0, 14.0, 45.0)  # in a village, a town, a city
    house_sigma: float = 0.8  # log spread of a settlement's houses
    reach_m: float = 1200.0  # standard deviation of where people live in a place of 10,000
    reach_power: float = 0.4  # of its size, with which that grows
    district: int = 8000  # subscribers of a typical one
    district_sigma: float = 0.7  # log spread of their sizes
    district_reach_m: float = 550.0
    district_reach_sigma: float = 0.3  # log spread


def invent(subscribers: int, *, seed: int, country: Country | None = None) -> Houses:
    """
    Return the houses of a region of about so many subscribers; the same seed, the same houses.

    Settlement 0 is the metropolis, in the middle; the others lie anywhere.
    """
    land, rng = country or Country(), np.random.default_rng(seed)
    sizes = _sizes(subscribers, land, rng)
    centre = rng.uniform(-0.45, 0.45, (len(sizes), 2))
    centre[0] = rng.uniform(-0.15, 0.15, 2)
    people = [_people(int(size), land, rng) for size in sizes]
    spread = zip(sizes.tolist(), centre * land.side_m, people, strict=True)
    places = [middle + _places(size, len(each), land, rng) for size, middle, each in spread]
    town = np.repeat(np.arange(len(sizes)), [len(each) for each in people])
    living, metres = np.concatenate(people), np.concatenate(places)
    inhabited = living > 0
    per_degree = METRES_PER_DEGREE * np.array([np.cos(np.radians(land.lat)), 1.0])
    lon, lat = (np.array([land.lon, land.lat]) + metres[inhabited] / per_degree).T
    return Houses(lon=lon, lat=lat, subscribers=living[inhabited], town=town[inhabited])


def _sizes(subscribers: int, land: Country, rng: Generator) -> Ints:
    """Subscribers of each settlement, the largest first."""
    size = np.sort(rng.lognormal(0, land.size_sigma, land.settlements))[::-1]
    size[0] = size[1:].sum() * land.metropolis_share / (1 - land.metropolis_share)
    size = np.maximum(land.least_size, np.rint(size / size.sum() * subscribers))
    return np.asarray(size, dtype=np.int64)


def _people(size: int, land: Country, rng: Generator) -> Ints:
    """Subscribers of each house of a settlement; some houses have none."""
    kind = int(np.searchsorted([land.village_below, land.town_below], size, side="right"))
    houses = max(3, int(size / land.per_house[kind]))
    weight = rng.lognormal(0, land.house_sigma, houses)
    return rng.multinomial(size, weight / weight.sum())


def _places(size: int, houses: int, land: Country, rng: Generator) -> Floats:
    """Offsets (houses, 2) from a settlement's centre, metres: around it, or in its districts."""
    reach_m = land.reach_m * (size / 10_000) ** land.reach_power
    districts = max(1, size // land.district)
    if districts == 1:
        return rng.normal(0, reach_m, (houses, 2))
    middle = rng.normal(0, reach_m, (districts, 2))
    weight = rng.lognormal(0, land.district_sigma, districts)
    wide_m = land.district_reach_m * rng.lognormal(0, land.district_reach_sigma, districts)
    at = rng.choice(districts, houses, p=weight / weight.sum())
    return np.asarray(middle[at] + rng.normal(0, wide_m[at, None], (houses, 2)))
