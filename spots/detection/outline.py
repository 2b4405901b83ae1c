"""The outline of a spot: the ground its members stand on, as a closed ring."""

import numpy as np
from shapely import MultiPoint
from sklearn.neighbors import NearestNeighbors

from spots.detection.arrivals import Floats

NEIGHBOUR = 3  # whose distance tells whether a point lies apart
APART = 2.5  # medians of that distance
MARGIN_M = 75.0
# Everybody of the staff sees outlines, few where customers live: drawn around the homes themselves,
# the arcs of a hull would be circles around them. The margin is wider than half a diagonal.
RASTER_M = 100.0
DECIMETRE = 1


def outline(point: Floats) -> Floats:
    """
    Return the ring (m, 2) around points (n, 2), metres, its first point again at the end.

    Points whose third neighbour is more than 2.5 medians away are left outside; around the
    others, each at the nearest crossing of a raster, goes their convex hull, 75 m wider: so one
    point, or several in a line, have an outline too, and it tells of a neighbourhood, of no house.

    :raises ValueError: if there is no point
    """
    if not len(point):
        raise ValueError("Nothing to draw an outline around.")
    return _around(np.round(point[_together(point)] / RASTER_M) * RASTER_M)


def ground(point: Floats) -> Floats:
    """
    Return the same ring around where the points are: whoever stands on it stands beside them.

    It is shown to nobody.
    """
    return _around(point[_together(point)])


def _around(point: Floats) -> Floats:
    hull = MultiPoint(point).convex_hull.buffer(MARGIN_M)
    return np.round(np.asarray(hull.exterior.coords), DECIMETRE)


def _together(point: Floats) -> np.ndarray:
    if len(point) <= NEIGHBOUR:
        return np.ones(len(point), dtype=np.bool_)
    distance, _ = NearestNeighbors(n_neighbors=NEIGHBOUR).fit(point).kneighbors()
    third = distance[:, -1]
    return np.asarray(third <= APART * np.median(third))
