"""The complaints around one that count for its score."""

import numpy as np

from spots.detection.arrivals import Bools, Floats, Ints, distinct_customers
from spots.detection.baseline import Baseline
from spots.detection.rules import Rule
from spots.detection.window import Window


class Neighbours:
    """What of the window counts, by a baseline and a rule."""

    def __init__(self, window: Window, baseline: Baseline, rule: Rule) -> None:
        self._window, self._baseline, self._rule = window, baseline, rule
        self._allowed_at: dict[int, float] = {}  # by coordinate: asked again and again

    def of(self, row: int, *, since_h: float) -> tuple[Ints, Floats]:
        """
        Rows enlisted in the window around one of them, and how far away: the latest first.

        What occurred before `since_h` is left out, what stands on a crowded coordinate, and of
        very many all but the last received: so a complaint costs no more in the worst hour.
        """
        radius_m, most = max(self._rule.radii_m), self._rule.most_near
        rows, distance_m = self._window.near(row, radius_m=radius_m, since_h=since_h)
        kept = ~self._crowded(rows)
        if kept.sum() > most:
            kept &= rows >= np.sort(rows[kept])[-most]
        return rows[kept], distance_m[kept]

    def _crowded(self, rows: Ints) -> Bools:
        """
        Which rows stand on a coordinate with more customers than it can have.

        It is an attractor that the nightly learning does not know yet. `rows` hold all that
        counts on each of their coordinates, so it follows from them alone.
        """
        window, least = self._window, self._baseline.learning.attractor_customers - 1
        coordinate = window["coordinate"][rows]
        in_order = np.sort(coordinate)
        more = in_order[least:] == in_order[: max(0, len(rows) - least)]
        if not more.any():
            return np.zeros(len(rows), dtype=np.bool_)  # the usual case, and a quick one
        full = np.unique(in_order[least:][more])
        place = np.minimum(np.searchsorted(full, coordinate), len(full) - 1)
        there = np.flatnonzero(full[place] == coordinate)
        place = place[there]
        customers = distinct_customers(place, window["customer"][rows[there]], len(full))
        of_place = np.empty(len(full), np.int64)
        of_place[place] = rows[there]
        crowded = customers > least
        for i in np.flatnonzero(crowded):
            crowded[i] = customers[i] > self._allowed(int(of_place[i]))
        on_crowded = np.zeros(len(rows), dtype=np.bool_)
        on_crowded[there] = crowded[place]
        return on_crowded

    def _allowed(self, row: int) -> float:
        """Customers that the coordinate of a row may bring."""
        coordinate = int(self._window["coordinate"][row])
        if coordinate not in self._allowed_at:
            allowed = self._baseline.allowed(self._window.points(np.array([row])))
            trusted = coordinate in self._baseline.trusted
            self._allowed_at[coordinate] = np.inf if trusted else float(allowed[0])
        return self._allowed_at[coordinate]
