"""Attractors: coordinates where a geocoder puts what it cannot place."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from spots.detection.arrivals import Arrivals, Floats, Ints
from spots.detection.discs import Discs
from spots.detection.rules import Learning


@dataclass(frozen=True)
class Evidence:
    """What speaks for attractors: columns of one length, a row for each."""

    coordinate: Ints
    point: Floats  # (n, 2) metres
    customers: Ints  # distinct, in the history
    allowed: Floats  # customers it could have brought and still be a place


def find_attractors(history: Arrivals, *, least: int, allowed: Callable[[Floats], Floats]) -> Ints:
    """
    Return the coordinates (see `arrivals.coordinates`), sorted, too many customers share.

    history  complaints of the learning period, all of them placed
    least    customers that are never too many
    allowed  customers that coordinates at these points may bring, see `customers_allowed`
    """
    pairs = np.unique(np.column_stack([history.coordinate, history.customer]), axis=0)
    coordinate, customers = np.unique(pairs[:, 0], return_counts=True)
    coordinate, customers = coordinate[customers > least], customers[customers > least]
    crowded = history.at(np.isin(history.coordinate, coordinate))
    _, first = np.unique(crowded.coordinate, return_index=True)
    return np.asarray(coordinate[customers > allowed(crowded.point[first])])


def evidence(
    history: Arrivals, *, attractors: Ints, allowed: Callable[[Floats], Floats]
) -> Evidence:
    """
    Return how many customers each attractor has in the history, and how many it was allowed.

    attractors  coordinates; those where the history has nothing are left out
    allowed     as `Baseline.allowed`
    """
    there = history.at(history.placed & np.isin(history.coordinate, attractors))
    coordinate, first = np.unique(there.coordinate, return_index=True)
    pairs = np.unique(np.column_stack([there.coordinate, there.customer]), axis=0)
    point = there.point[first]
    return Evidence(
        coordinate=coordinate,
        point=point,
        customers=np.unique(pairs[:, 0], return_counts=True)[1],
        allowed=allowed(point),
    )


def customers_explained(history: Arrivals, *, subscribers: Ints) -> float:
    """
    Distinct customers the history has for each subscriber.

    Where nobody knows where subscribers live, those of a typical coordinate.
    """
    if len(subscribers):
        return len(np.unique(history.customer)) / max(1, int(subscribers.sum()))
    pairs = np.unique(np.column_stack([history.coordinate, history.customer]), axis=0)
    _, customers = np.unique(pairs[:, 0], return_counts=True)
    return float(np.median(customers)) if len(customers) else 0.0


def customers_allowed(
    point: Floats, *, near: Discs | None, subscribers: Ints, explained: float, learning: Learning
) -> Floats:
    """
    Distinct customers one coordinate may bring before it is an attractor, for each point.

    near       the buildings; None where nobody knows where subscribers live
    explained  see `customers_explained`

    The largest building near explains its subscribers' share, and any place a little; six
    times as many are allowed, and always one less than `attractor_customers`.
    """
    usual = np.full(len(point), explained)
    if near is not None and len(point):
        found = [near.rows(place, learning.attractor_m) for place in point]
        usual = explained * np.array([subscribers[rows].max(initial=0) for rows in found])
    allowed = learning.attractor_times * np.maximum(usual, learning.attractor_floor)
    return np.asarray(np.maximum(allowed, learning.attractor_customers - 1))
