"""
What a region usually brings: E_k(t) by hour and weekday, and the share of it a disc gets.

A baseline is learnt each night and then frozen. Key k is a topic 0, 1, 2 …, or the last one:
all topics pooled. One customer's complaints count once a day.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial

import numpy as np
from sklearn.cluster import KMeans

from spots.detection.arrivals import Arrivals, Bools, Floats, Ints
from spots.detection.attractors import (
    customers_allowed,
    customers_explained,
    find_attractors,
)
from spots.detection.discs import Discs
from spots.detection.rules import DAY_H, WEEK_H, Learning

HOURS = 168  # of the week, from Monday 00:00 UTC
PEOPLE = -1  # column of subscribers among those of keys
MONDAY_H = 72.0  # 1970-01-01 was a Thursday: the hour of the week is (t + 72) mod 168


@dataclass(frozen=True)
class Baseline:
    """Frozen arrays from which every expectation of a day follows."""

    rate: Floats  # (keys, 168) complaints an hour in the whole region, by hour of the week
    point: Floats  # (n, 2) metres: the history, each customer once a day
    counts: Bools  # (n, keys): which keys a complaint of the history counts for
    buildings: Floats  # (m, 2) metres; empty where nobody knows where subscribers live
    subscribers: Ints  # (m,) people
    attractors: Ints  # coordinates that are no places, sorted
    explained: float  # customers per subscriber: see attractors.customers_explained
    zones: Floats  # (z, 2) metres: centres
    zone_share: Floats  # (z,) of the region's complaints
    learnt_at_h: float
    history_h: float  # how far back the history goes from then
    learning: Learning
    trusted: Ints = field(default_factory=lambda: np.empty(0, np.int64))  # real places: no limit

    @property
    def keys(self) -> int:
        return len(self.rate)

    @property
    def young(self) -> bool:
        """Too little history for the place itself to speak: only subscribers do."""
        return self.history_h < self.learning.enough_h

    @property
    def blind(self) -> bool:
        """So little history that nothing may open."""
        return self.history_h < self.learning.least_h

    def hourly(self, bins: Ints, bin_h: float) -> Floats:
        """E_k during bins of `bin_h` hours, numbered from the epoch: (keys, bins) an hour."""
        hour = np.floor((bins + 0.5) * bin_h + MONDAY_H).astype(np.int64) % HOURS
        return np.asarray(self.rate[:, hour])

    def is_attractor(self, coordinate: Ints) -> Bools:
        if not len(self.attractors):
            return np.zeros(len(coordinate), dtype=np.bool_)
        at = np.searchsorted(self.attractors, coordinate)
        return np.asarray(self.attractors[at % len(self.attractors)] == coordinate)

    def allowed(self, point: Floats) -> Floats:
        """Distinct customers one coordinate may bring: more of them are no complaints of there."""
        return customers_allowed(
            point,
            near=self._houses if len(self.buildings) else None,
            subscribers=self.subscribers,
            explained=self.explained,
            learning=self.learning,
        )

    def zone(self, point: Floats) -> Ints:
        """Zone of each point, the one with the nearest centre; 0 for NaN."""
        offset = point[:, None, :] - self.zones
        return np.asarray((offset**2).sum(axis=2).argmin(axis=1))

    def share(
        self, place: Floats, keys: Sequence[int], radii_m: tuple[float, ...]
    ) -> tuple[Floats, Floats]:
        """
        Share of the region's complaints that discs around a place usually get.

        place  (2,) metres, finite

        Returns the mean and the shape A, each (keys, radii), of the Gamma posterior:

            prior   mean s0, shape 3: from subscribers, see `_prior`
            data    H complaints of H_total in the disc
            mean    A / (3 / s0 + H_total),  A = 3 + H,  then 1/A ← 1/A + 0.02

        With little history H is left out. What the model does not know of a place caps A.
        """
        sums, learning = self._ground.within(place, radii_m).T, self.learning
        prior = self._prior(place, radii_m, sums[PEOPLE])
        inside, total = sums[keys, :], self._totals[keys, None]
        if self.young:
            inside, total = np.zeros_like(inside), np.zeros_like(total)
        shape = learning.prior_shape + inside
        mean = shape / (learning.prior_shape / prior + total)
        return mean, 1 / (1 / shape + learning.model_error)

    def _prior(self, place: Floats, radii_m: tuple[float, ...], people: Floats) -> Floats:
        """
        Share (radii,) of the subscribers in discs around a place, three more than the people there.

        Where no subscriber is known: of the history within three radii, spread evenly.
        """
        total = self._people
        if not len(self.buildings):
            wider = tuple(3 * radius for radius in radii_m)
            people = self._ground.within(place, wider)[:, self.keys - 1] / 9
            total = max(1.0, float(self._totals[-1]))
        share: Floats = np.minimum(1.0, (people + self.learning.prior_subscribers) / total)
        return share

    @cached_property
    def _totals(self) -> Floats:
        """(keys,) complaints of the history: H_total."""
        return np.asarray(self.counts.sum(axis=0), dtype=np.float64)

    @cached_property
    def _people(self) -> float:
        return float(self.subscribers.sum())

    @cached_property
    def _houses(self) -> Discs:
        return Discs(self.buildings, self.subscribers[:, None])

    @cached_property
    def _ground(self) -> Discs:
        """The history of each key, and in the last column subscribers, all where they are."""
        weight = np.zeros((len(self.point) + len(self.buildings), self.keys + 1), np.int64)
        weight[: len(self.point), :PEOPLE] = self.counts
        weight[len(self.point) :, PEOPLE] = self.subscribers
        return Discs(np.concatenate([self.point, self.buildings]), weight)


def learn(
    history: Arrivals,
    *,
    topics: int,
    now_h: float,
    buildings: Floats,
    subscribers: Ints,
    learning: Learning | None = None,
) -> Baseline:
    """
    Learn a baseline from what was received before `now_h`.

    history  complaints, without the members of spots a person confirmed; later ones are
             ignored, and so are those not counted

    :raises ValueError: if a topic is not below `topics`
    """
    learning = learning or Learning()
    if len(history) and history.topic.max() >= topics:
        raise ValueError(f"Topics are numbered 0 … {topics - 1}.")
    known = history.at(np.flatnonzero(history.counted & (history.received_h < now_h)))
    length = min(learning.most_h, now_h - float(known.received_h.min(initial=now_h)))
    until = now_h if length < learning.enough_h else now_h - learning.guard_h
    since = now_h - length if length < learning.enough_h else until - learning.most_h
    since = max(since, now_h - length)
    known = known.at((known.occurred_h >= since) & (known.occurred_h < until))
    explained = customers_explained(known, subscribers=subscribers)
    attractors = find_attractors(
        known,
        least=learning.attractor_customers - 1,
        allowed=partial(
            customers_allowed,
            near=Discs(buildings, subscribers[:, None]) if len(buildings) else None,
            subscribers=subscribers,
            explained=explained,
            learning=learning,
        ),
    )
    known = known.at(~np.isin(known.coordinate, attractors))
    counts = _once_a_day(known, topics, learning.same_customer_h)
    counted = np.flatnonzero(counts.any(axis=1))
    known, counts = known.at(counted), counts[counted]
    zones, zone_share = _zones(known.point, learning.zones)
    return Baseline(
        rate=np.stack(
            [weekly_rate(known.occurred_h[c], since, until, learning.trim) for c in counts.T]
        ),
        point=known.point,
        counts=counts,
        buildings=buildings,
        subscribers=subscribers,
        attractors=attractors,
        explained=explained,
        zones=zones,
        zone_share=zone_share,
        learnt_at_h=now_h,
        history_h=length,
        learning=learning,
    )


def weekly_rate(occurred_h: Floats, since_h: float, until_h: float, trim: float) -> Floats:
    """
    Complaints an hour by hour of the week (168,): hour of the day times weekday.

    The weekday's factor is its mean over the mean of all days. The hour's level is the mean
    over the days, without the highest and the lowest `trim` of them, of the hour's count over
    the weekday's factor: an outage of some days does not raise it. Less than a week tells
    nothing of weekdays; less than a day, nothing of hours.
    """
    first, last = int(np.ceil(since_h)), int(np.floor(until_h))
    if last - first < DAY_H:
        return np.full(HOURS, len(occurred_h) / max(until_h - since_h, 1.0))
    hour = np.floor(occurred_h).astype(np.int64)
    hour = hour[(hour >= first) & (hour < last)]
    count = np.bincount(hour - first, minlength=last - first).astype(np.float64)
    of_week = (np.arange(first, last) + int(MONDAY_H)) % HOURS
    weekday = np.ones(7)
    if last - first >= WEEK_H:
        days = np.bincount(of_week // 24, count, 7) / np.bincount(of_week // 24, minlength=7)
        weekday = np.maximum(days / max(days.mean(), 1e-9), 0.1)
    level = count / weekday[of_week // 24]
    by_hour = [_trimmed_mean(level[of_week % 24 == h], trim) for h in range(24)]
    return np.outer(weekday, by_hour).ravel()


def _trimmed_mean(values: Floats, trim: float) -> float:
    cut = int(trim * len(values))
    return float(np.sort(values)[cut : len(values) - cut].mean())


def _once_a_day(history: Arrivals, topics: int, same_h: float) -> Bools:
    """(n, topics + 1): whether a complaint is its customer's first of the key in 24 h."""
    counts = np.zeros((len(history), topics + 1), dtype=np.bool_)
    last: dict[tuple[int, int], float] = {}
    order = np.argsort(history.occurred_h, kind="stable")
    columns = history.customer.tolist(), history.topic.tolist(), history.occurred_h.tolist()
    customer, topic, occurred = columns
    for row in order.tolist():
        for key in (topic[row], topics):
            if occurred[row] - last.get((customer[row], key), -np.inf) >= same_h:
                last[customer[row], key] = occurred[row]
                counts[row, key] = True
    return counts


def _zones(point: Floats, wanted: int) -> tuple[Floats, Floats]:
    """Centres of zones with about equally many complaints near each, and their shares."""
    places = len(np.unique(point, axis=0))
    if not places:
        return np.zeros((1, 2)), np.ones(1)
    found = KMeans(min(wanted, places), n_init=1, random_state=0).fit(point)
    size = np.bincount(found.labels_, minlength=found.n_clusters)
    return found.cluster_centers_, size / size.sum()
