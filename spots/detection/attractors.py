"""Attractors: coordinates where a geocoder puts what it cannot place."""

import numpy as np
from sklearn.neighbors import KDTree

from spots.detection.arrivals import Arrivals, Floats, Ints
from spots.detection.rules import Learning


def find_attractors(
    history: Arrivals, *, buildings: Floats, subscribers: Ints, learning: Learning
) -> Ints:
    """
    Return the coordinates (see `arrivals.coordinates`), sorted, too many customers share.

    history      complaints of the learning period, all of them placed
    buildings    (n, 2) metres; empty where nobody knows where subscribers live
    subscribers  people, per building

    A coordinate explains as many distinct customers as the largest building near it would
    bring at the region's mean, or `attractor_floor`. Where no building is known, a typical
    coordinate of the history stands in for the building.
    """
    if not len(history):
        return np.empty(0, dtype=np.int64)
    pairs = np.unique(np.column_stack([history.coordinate, history.customer]), axis=0)
    coordinate, customers = np.unique(pairs[:, 0], return_counts=True)
    many = customers >= learning.attractor_customers
    coordinate, customers = coordinate[many], customers[many]
    if not len(coordinate):
        return coordinate
    if len(buildings):
        _, first = np.unique(history.coordinate, return_index=True)
        complaining = len(np.unique(history.customer)) / max(1, subscribers.sum())
        place = history.point[first[many]]
        near = KDTree(buildings).query_radius(place, learning.attractor_m)
        largest = np.array([subscribers[rows].max(initial=0) for rows in near])
        explained = largest * complaining
    else:
        _, usual = np.unique(pairs[:, 0], return_counts=True)
        explained = np.full(len(coordinate), np.median(usual))
    limit = learning.attractor_times * np.maximum(explained, learning.attractor_floor)
    return np.asarray(coordinate[customers > limit])
