"""
The region's surge g_k: hours in which everybody complains more, and no place is to blame.

Time is cut in bins of 15 minutes from the epoch. A bin's g is settled when it ends, from what
was received in the hour before its end, and never changes; until then the g of the bin before
it stands for it. So g depends on the baseline and that hour alone, not on when it is asked.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from spots.detection.arrivals import Floats, Ints, distinct_customers
from spots.detection.baseline import Baseline
from spots.detection.rules import Learning


@dataclass(frozen=True)
class LastHour:
    """What was received in the hour before a bin's end: columns of one length."""

    customer: Ints
    topic: Ints
    zone: Ints


def surge(count: Ints, share: Floats, usual: Floats, learning: Learning) -> Floats:
    """
    How many times the usual number of complaints a region brought in an hour: g, at least 1.

    count  (keys, zones) customers
    share  (zones,) of the region's complaints
    usual  (keys,) E, complaints in the whole region

    No zone counts for more than chance allows it at the present g, so that an outage in one
    zone is no surge; three rounds find g. It is 1 unless well above what chance explains.
    """
    g = np.ones(len(usual))
    for _ in range(learning.surge_rounds):
        level = np.outer(g * usual, share)
        clipped = np.minimum(count, level + learning.surge_clip * np.sqrt(level + 0.3))
        g = np.maximum(1.0, clipped.sum(axis=1) / np.maximum(usual, 1e-9))
    believed = g * usual > usual + learning.surge_at * np.sqrt(usual + 1)
    return np.where(believed, g, 1.0)


class Surge:
    """∫ E g over the window before now: `settle` the `unsettled` bins, then ask `expected`."""

    def __init__(self, baseline: Baseline, *, window_h: float) -> None:
        self._baseline = baseline
        self._bin_h = baseline.learning.bin_h
        self._many = int(np.ceil(window_h / self._bin_h)) + 2
        self._running = 0  # number of the first bin not settled; 0 before the first
        self._g = np.ones((baseline.keys, self._many))  # of the bins before it, the last one last
        self._summed = False

    def unsettled(self, now_h: float) -> range:
        """Bins that ended by `now_h` and are not settled, as far back as the window reaches."""
        running = int(np.floor(now_h / self._bin_h))
        return range(max(self._running, running - self._many), running)

    def looks_at(self, number: int) -> tuple[float, float]:
        """Hours between which (the last excluded) lies what a bin's g rests on."""
        end = (number + 1) * self._bin_h
        return end - self._baseline.learning.surge_h, end

    def settle(self, number: int, seen: LastHour) -> None:
        """Settle a bin; bins are settled in order."""
        passed = min(self._many, number + 1 - self._running)
        self._g = np.roll(self._g, -passed, axis=1)
        self._g[:, -passed:] = 1.0
        if len(seen.customer):
            self._g[:, -1] = self._of_hour(number, seen)
        self._running = number + 1
        self._summed = False

    def _of_hour(self, number: int, seen: LastHour) -> Floats:
        """g of each key."""
        since, end = self.looks_at(number)
        bins = np.arange(round(since / self._bin_h), round(end / self._bin_h))
        usual = self._baseline.hourly(bins, self._bin_h).sum(axis=1) * self._bin_h
        # A customer counts once in a zone, however often it complains.
        zones, topics = len(self._baseline.zone_share), len(usual) - 1
        of_topic = distinct_customers(seen.topic * zones + seen.zone, seen.customer, topics * zones)
        of_all = distinct_customers(seen.zone, seen.customer, zones)
        count = np.concatenate([of_topic, of_all]).reshape(topics + 1, zones)
        return surge(count, self._baseline.zone_share, usual, self._baseline.learning)

    def _sum_up(self) -> None:
        """Prepare `expected`: sums run backwards from now, so that no distant origin rounds."""
        settled = np.arange(self._running - self._many, self._running)
        self._in_bin = self._baseline.hourly(settled, self._bin_h) * self._bin_h * self._g
        backwards = np.cumsum(self._in_bin[:, ::-1], axis=1)[:, ::-1]
        self._after = np.concatenate([backwards[:, 1:], np.zeros((len(backwards), 1))], axis=1)
        now = np.array([self._running])
        self._hourly_now = self._baseline.hourly(now, self._bin_h)[:, 0] * self._g[:, -1]
        self._summed = True

    def expected(self, keys: Sequence[int], since_h: Floats, now_h: float) -> Floats:
        """
        ∫ E_k g_k from each of `since_h` to now, (keys, n): complaints to expect in the region.

        `since_h` lies in the window before now; every bin that ended by now is settled.
        """
        if not self._summed:
            self._sum_up()
        number = np.floor(since_h / self._bin_h).astype(np.int64)
        place = number - (self._running - self._many)
        whole = np.minimum(place, self._many - 1)
        in_bin, after = self._in_bin[keys, :][:, whole], self._after[keys, :][:, whole]
        hourly_now = self._hourly_now[keys, None]
        rest = ((number + 1) - since_h / self._bin_h) * in_bin
        running = (now_h - self._running * self._bin_h) * hourly_now
        within = (now_h - since_h) * hourly_now
        return np.asarray(np.where(place < self._many, rest + after + running, within))
