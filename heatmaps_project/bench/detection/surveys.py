"""Invented answers to a survey of network quality, given in a stream with hidden outages."""

from collections.abc import Iterable
from typing import Any

import numpy as np

from heatmaps_project.demo.houses import Houses
from heatmaps_project.demo.records import Stream

POOR = (2.0, 8.0)  # Beta: the share of answers that is poor in a town on usual days
POOR_IN_OUTAGE = 0.7
KNOWN_EVERY_H = 1.0  # a file of them comes in
HEADER = ("at", "known_at", "lon", "lat", "poor")


def answers(
    houses: Houses, stream: Stream, *, a_day: int, hours: float, seed: int
) -> Iterable[tuple[Any, ...]]:
    """Yield rows by HEADER, the times in hours of the stream; subscribers are asked by chance."""
    rng = np.random.default_rng([seed, a_day])
    many = round(a_day * hours / 24)
    at_h = np.sort(rng.uniform(0, hours, many))
    house = houses.of_customer[rng.integers(len(houses.of_customer), size=many)]
    towns = rng.beta(*POOR, size=int(houses.town.max()) + 1)
    chance = towns[houses.town[house]]
    metres = houses.metres[house]
    for outage in stream.outages:
        rows = slice(*np.searchsorted(at_h, (outage.began_h, outage.began_h + outage.lasts_h)))
        away = np.hypot(*(metres[rows] - houses.metres_of(outage.lon, outage.lat)).T)
        chance[rows] = np.where(away <= outage.radius_m, POOR_IN_OUTAGE, chance[rows])
    poor = rng.uniform(size=many) < chance
    known_h = np.ceil(at_h / KNOWN_EVERY_H) * KNOWN_EVERY_H
    places = houses.lon[house].tolist(), houses.lat[house].tolist()
    yield from zip(at_h.tolist(), known_h.tolist(), *places, poor.astype(int).tolist(), strict=True)
