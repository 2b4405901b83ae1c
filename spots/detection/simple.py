"""The simple rule: N complaints within R metres in D hours, by DBSCAN (Ester et al. 1996)."""

import numpy as np
from sklearn.cluster import DBSCAN

from spots.detection.arrivals import Floats, Ints

SURE = 100.0  # score of a cluster, which needs none: above any threshold, and a number in JSON


def clusters(point: Floats, topic: Ints, *, eps_m: float, minimum: int) -> list[Ints]:
    """
    Return the rows of each cluster, topic by topic, numbered as DBSCAN finds them.

    point    (n, 2) metres
    topic    (n,): a cluster is of one topic
    eps_m    metres within which complaints are neighbours
    minimum  neighbours, itself included, that make a complaint the core of a cluster
    """
    found: list[Ints] = []
    for one in np.unique(topic):
        rows = np.flatnonzero(topic == one)
        if len(rows) < minimum:
            continue
        label = DBSCAN(eps=eps_m, min_samples=minimum).fit_predict(point[rows])
        found += [rows[label == number] for number in range(label.max(initial=-1) + 1)]
    return found
