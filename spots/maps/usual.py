"""
What a baseline expects in each cell of the map during a period (pure).

Cells are CELLS to a side of a tile of zoom FINEST, numbered east and north from the south-west
corner of the world map; a coarser zoom's cell is four, sixteen … of them.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from spots.detection.baseline import HOURS, MONDAY_H, Baseline
from spots.maps.grid import HALF_WORLD_M, cell_side_m, mercator

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

CELLS = 16
FINEST = 13  # zoom; smaller cells would hold too little to be compared
WIDTH = 2**20  # more than the world's cells in a row


@dataclass(frozen=True)
class Usual:
    """A baseline in cells of the finest zoom: those that have history or subscribers."""

    cell: Ints  # (n,) east * WIDTH + north
    history: Ints  # (n, keys) complaints
    people: Ints  # (n,) subscribers
    rate: Floats  # (keys, 168) complaints an hour of the whole region, by hour of the week
    prior_shape: float
    prior_people: float
    model_error: float


@dataclass(frozen=True)
class Expected:
    """What cells bring: mean and variance of the number of complaints."""

    cell: Ints
    mean: Floats
    variance: Floats


def in_cells(baseline: Baseline, degrees: tuple[Floats, Floats]) -> Usual:
    """
    Sort a baseline's history and subscribers into cells.

    degrees  longitude and latitude, each (n, 2), of its points and of its buildings
    """
    of_points, of_buildings = (cells_of(place) for place in degrees)
    cell, where = np.unique(np.concatenate([of_points, of_buildings]), return_inverse=True)
    history = np.zeros((len(cell), baseline.keys), np.int64)
    people = np.zeros(len(cell), np.int64)
    if not baseline.young:  # then only subscribers speak, as in the engine
        np.add.at(history, where[: len(of_points)], baseline.counts)
    np.add.at(people, where[len(of_points) :], baseline.subscribers)
    return Usual(
        cell=cell,
        history=history,
        people=people,
        rate=baseline.rate,
        prior_shape=baseline.learning.prior_shape,
        prior_people=baseline.learning.prior_subscribers,
        model_error=baseline.learning.model_error,
    )


def cells_of(degrees: Floats) -> Ints:
    """The finest cell of each place (n, 2): longitude, latitude."""
    metres = mercator(np.asarray(degrees, np.float64).reshape(-1, 2))
    side = cell_side_m(FINEST, cells=CELLS)
    east, north = np.floor((metres + HALF_WORLD_M) / side).astype(np.int64).T
    return np.asarray(east * WIDTH + north)


def coarser(cell: Ints, zoom: int) -> Ints:
    """The cells of a zoom that finest cells lie in."""
    shift = max(0, FINEST - zoom)
    return np.asarray((cell // WIDTH >> shift) * WIDTH + (cell % WIDTH >> shift))


def expected(
    usual: Usual,
    *,
    keys: Sequence[int],
    zoom: int,
    since_h: float,
    until_h: float,
) -> Expected:
    """
    What the cells of a zoom bring in a period, for these keys of the baseline together.

    Each key's share of a cell is the Gamma posterior of the engine's discs (baseline.share);
    the variance is that of its counts: mean + mean² (1/A + what the model does not know).
    """
    cell, where = np.unique(coarser(usual.cell, zoom), return_inverse=True)
    history = np.zeros((len(cell), usual.history.shape[1]))
    people = np.zeros(len(cell))
    np.add.at(history, where, usual.history)
    np.add.at(people, where, usual.people)
    totals, everybody = history.sum(axis=0), people.sum()
    mean, variance = np.zeros(len(cell)), np.zeros(len(cell))
    prior = _prior(usual, people, everybody, history[:, -1])
    for key in keys:
        shape = usual.prior_shape + history[:, key]
        share = shape / (usual.prior_shape / prior + totals[key])
        brings = share * _in_period(usual.rate[key], since_h, until_h)
        mean += brings
        variance += brings + brings**2 * (1 / shape + usual.model_error)
    return Expected(cell, mean, variance)


def _prior(usual: Usual, people: Floats, everybody: float, history: Floats) -> Floats:
    """Share of the subscribers in each cell; where nobody knows them, of the history."""
    counted, total = (people, everybody) if everybody else (history, max(1.0, history.sum()))
    share: Floats = np.minimum(1.0, (counted + usual.prior_people) / total)
    return share


def _in_period(rate: Floats, since_h: float, until_h: float) -> float:
    """Complaints in a period, hours since 1970, of the rates of the hours of a week."""
    first, last = int(np.floor(since_h)), int(np.ceil(until_h))
    hours = np.arange(first, max(first + 1, last))
    share = np.clip(until_h - hours, 0, 1) - np.clip(since_h - hours, 0, 1)
    return float((rate[(hours + int(MONDAY_H)) % HOURS] * share).sum())


def together(found: Sequence[Expected]) -> Expected:
    """Several baselines' expectations added up."""
    cell, where = np.unique(np.concatenate([one.cell for one in found]), return_inverse=True)
    mean, variance = np.zeros(len(cell)), np.zeros(len(cell))
    np.add.at(mean, where, np.concatenate([one.mean for one in found]))
    np.add.at(variance, where, np.concatenate([one.variance for one in found]))
    return Expected(cell, mean, variance)
