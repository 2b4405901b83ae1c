"""
Did a fix hold? What came in over a region since, compared with what is usual, disc by disc.

From a moment on, customers of a disc are counted at the first complaint of each; the n-th of
them at t_n, where μ(t_n) were to be expected, has the score S(n, μ) of `score.by_itself`. The
first that reaches a threshold shows that complaints go on. So the answer follows from the
complaints, not from when somebody looks; and looking at each of them is no lottery: a
likelihood ratio reaches 10^k by chance with a probability of about 10^-k, however often one
looks (Ville 1939).
"""

from dataclasses import dataclass

import numpy as np

from spots.detection.arrivals import Arrivals, Floats
from spots.detection.baseline import Baseline
from spots.detection.rules import Rule
from spots.detection.score import by_itself
from spots.detection.surge import LastHour, Surge


@dataclass(frozen=True)
class Disc:
    """Where to look, and at complaints of what."""

    east: float  # metres
    north: float
    radius_m: float
    key: int  # a topic, or the key of all topics


@dataclass(frozen=True)
class Evidence:
    """Customers of a disc up to the moment when there were too many."""

    customers: int  # distinct
    hours: float  # from the moment on
    expected: float
    score: float


class Aftermath:
    """What came in over a region between two moments, with what would have been usual."""

    def __init__(
        self, arrived: Arrivals, baseline: Baseline, rule: Rule, *, since_h: float, now_h: float
    ) -> None:
        """
        Take what was received from `since_h`, less an hour, until `now_h`.

        baseline  not blind
        """
        self._baseline, self._rule = baseline, rule
        scored = arrived.counted & ~baseline.is_attractor(arrived.coordinate)
        self._arrived = arrived.at(scored)
        self._now_h = now_h
        self._surge = Surge(baseline, window_h=now_h - since_h)
        zone = baseline.zone(self._arrived.point)
        for number in self._surge.unsettled(now_h):
            between = self._surge.looks_at(number)
            rows = slice(*np.searchsorted(self._arrived.received_h, between))
            seen = self._arrived.at(rows)
            self._surge.settle(number, LastHour(seen.customer, seen.topic, zone[rows]))

    def still_high(
        self, disc: Disc, *, since_h: float, until_h: float, high_at: float
    ) -> Evidence | None:
        """
        Return the first moment at which a disc had too many customers; None: there was none.

        It needs a margin more while the baseline is still learning.
        """
        until_h = min(until_h, self._now_h)
        if self._baseline.young:
            high_at += self._rule.learning_margin
        first_h = self._first_complaints(disc, since_h, until_h)
        if not len(first_h):
            return None
        usual = self._usual(disc, since_h, first_h)
        for count, (at_h, expected) in enumerate(zip(first_h, usual, strict=True), start=1):
            value = by_itself(count, float(expected), rule=self._rule)
            if value >= high_at:
                return Evidence(count, float(at_h - since_h), float(expected), value)
        return None

    def _first_complaints(self, disc: Disc, since_h: float, until_h: float) -> Floats:
        """When each customer of a disc first complained between two moments, in order."""
        arrived = self._arrived
        east, north = arrived.point.T
        there = (east - disc.east) ** 2 + (north - disc.north) ** 2 <= disc.radius_m**2
        there &= (arrived.occurred_h > since_h) & (arrived.occurred_h <= until_h)
        if disc.key < self._pooled:
            there &= arrived.topic == disc.key
        occurred_h, customer = arrived.occurred_h[there], arrived.customer[there]
        order = np.argsort(occurred_h, kind="stable")
        _, first = np.unique(customer[order], return_index=True)
        return np.asarray(np.sort(occurred_h[order][first]))

    def _usual(self, disc: Disc, since_h: float, until_h: Floats) -> Floats:
        """Customers to expect in a disc from a moment to each of others."""
        key = min(disc.key, self._pooled)
        place = np.array([disc.east, disc.north])
        share, _ = self._baseline.share(place, [key], (disc.radius_m,))
        since = self._surge.expected([key], np.array([since_h]), self._now_h)
        later = self._surge.expected([key], until_h, self._now_h)
        return np.asarray(share[0, 0] * (since - later)[0])

    @property
    def _pooled(self) -> int:
        return self._baseline.keys - 1
