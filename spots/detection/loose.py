"""
Complaints whose sender nothing proves, and the spots that they join.

Anybody may send them, under as many names as they like. So they open, extend, widen, move and
reopen nothing, and tell nothing of what is usual: the score, the fold and the baseline never see
them. But whoever sends one from the ground of a spot is most likely hit by it as well, and wants
to hear when it is fixed: they are named among its members for as long as it is active.
"""

from collections.abc import Iterable

import numpy as np
import shapely

from spots.detection.arrivals import Floats
from spots.detection.baseline import Baseline
from spots.detection.fold import Fold
from spots.detection.groups import Group
from spots.detection.window import Window


class Loose:
    """Those of a window that no person has placed. False: there is none."""

    def __init__(self, window: Window, baseline: Baseline, fold: Fold, *, since_h: float) -> None:
        loose = window["placed"] & ~window["proven"] & (window["occurred_h"] >= since_h)
        rows = np.flatnonzero(loose)
        rows = rows[~baseline.is_attractor(window["coordinate"][rows])]
        placed = [fold.is_placed(complaint) for complaint in window["id"][rows].tolist()]
        rows = rows[~np.array(placed, dtype=np.bool_)]
        self._id, self._point = window["id"][rows], window.points(rows)
        self._topic, self._occurred_h = window["topic"][rows], window["occurred_h"][rows]
        self._pooled = baseline.keys - 1

    def __bool__(self) -> bool:
        return len(self._id) > 0

    def joining(self, spot: Group, members: Iterable[int], ring: Floats) -> tuple[int, ...]:
        """
        Return a spot's members and those that join them: each joins one spot, the first asked.

        They occurred since the first of the members, on the spot's ground, and are of its key.

        ring  the spot's ground, around `members`
        """
        known = set(members)
        since_h = min(spot.members[complaint] for complaint in known)
        inside = shapely.contains_xy(shapely.Polygon(ring), self._point)
        joins = inside & (self._occurred_h >= since_h)
        if spot.peak.key < self._pooled:
            joins &= self._topic == spot.peak.key
        found = self._id[joins].tolist()
        self._keep(~joins)
        return tuple(sorted(known.union(found)))

    def _keep(self, rows: np.ndarray) -> None:
        self._id, self._point = self._id[rows], self._point[rows]
        self._topic, self._occurred_h = self._topic[rows], self._occurred_h[rows]
