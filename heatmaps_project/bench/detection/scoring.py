"""
How well spots show the outages hidden in a stream.

An outage is to be found when at least five distinct, well placed customers complained of it and
were received before its end + 2 h. A spot hits an outage when at least three of its distinct
customers, and 30 % of those since the outage began, belong to it. A spot that never hits any is
false. An outage is found when a spot hits it before its end + 2 h; until its end + 24 h spots
that hit it are told apart.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import shapely

from heatmaps_project.bench.detection.scenario import Truth, hour_of
from heatmaps_project.demo.records import NONE, Floats, Ints, Outage

WANTED_CUSTOMERS = 5  # of an outage, to be found
HIT_CUSTOMERS = 3
HIT_SHARE = 0.3
FIND_H = 2.0  # after an outage's end: finding it later is too late
KNOW_H = 24.0  # after an outage's end: later no spot is of it
LAST_H = 6.0  # before the test's end: what begins later cannot be asked for
SHAPED_CUSTOMERS = 10  # of an outage, for its shape to be compared
ROUNDING_H = 1e-6
SIZES = {"recall_5_9": (5, 9), "recall_10_19": (10, 19), "recall_20_up": (20, np.inf)}


@dataclass(frozen=True)
class Measures:
    """NaN where there was nothing to measure."""

    f1: float
    false_spots: float  # per week and million subscribers
    recall_5_9: float  # of outages with so many customers
    recall_10_19: float
    recall_20_up: float
    hours_median: float  # from an outage's beginning until it is found
    hours_p90: float
    ids: float  # spots per outage found
    switches: float  # of the spot with most customers, per outage found
    iou_subscribers: float  # overlap of outline and outage: intersection over union
    iou_area: float
    from_future: float  # members received after they were told of
    outages: float  # to be found
    spots: float


@dataclass(frozen=True)
class Shown:
    """An open spot as it was last told of."""

    has_members: bool
    outline: list[list[float]]
    customers: dict[int, int]  # of each outage it may hit: the customers it has of it


@dataclass(frozen=True)
class Shape:
    customers: int
    outline: list[list[float]]


def score(truth: Truth, lines: Iterable[dict[str, Any]], *, tick_h: float) -> Measures:
    """
    Measure a backtest's lines (see spots/detection/backtest.py) against the truth.

    Spots are looked at once each tick; between lines a spot stays as it was last told of.
    """
    referee = Referee(truth)
    told = iter(lines)
    line = next(told, None)
    for now_h in np.arange(truth.since_h + tick_h, truth.until_h + ROUNDING_H, tick_h).tolist():
        while line is not None and hour_of(line["at"]) <= now_h + ROUNDING_H:
            referee.hear(line)
            line = next(told, None)
        referee.look(now_h)
    return referee.verdict()


class Referee:
    """Hears what is told of spots, looks at them tick by tick, and measures in the end."""

    def __init__(self, truth: Truth) -> None:
        self.truth = truth
        self.from_future = 0
        self.hits: dict[str, set[int]] = {}  # outages each spot ever hit
        self.found_h: dict[int, float] = {}  # when each outage was found
        self.leaders: defaultdict[int, list[str]] = defaultdict(list)  # its best spot, each tick
        self.shapes: dict[int, Shape] = {}  # outline of the best spot an outage had in time
        self._open: dict[str, Shown] = {}
        outages = truth.stream.outages
        self._began_h = np.array([outage.began_h for outage in outages])
        self._ended_h = self._began_h + np.array([outage.lasts_h for outage in outages])

    def hear(self, line: dict[str, Any]) -> None:
        """Take what a line says of a spot."""
        if line["state"] != "open":
            self._open.pop(line["spot"], None)
            return
        members = np.asarray(line["members"], dtype=np.int64)
        late = self.truth.stream.complaints.received_h[members] > hour_of(line["at"]) + ROUNDING_H
        self.from_future += int(late.sum())
        self._open[line["spot"]] = Shown(len(members) > 0, line["outline"], self._may_hit(members))

    def look(self, now_h: float) -> None:
        """Note which spots hit which outages now."""
        hitting: defaultdict[int, list[tuple[int, str]]] = defaultdict(list)
        for spot, shown in self._open.items():
            if not shown.has_members:
                continue
            hits = self.hits.setdefault(spot, set())
            for outage, customers in shown.customers.items():
                if now_h <= self._ended_h[outage] + KNOW_H:
                    hits.add(outage)
                    hitting[outage].append((-customers, spot))
        for outage, found in hitting.items():
            customers, leader = min(found)
            self.leaders[outage].append(leader)
            if now_h <= self._ended_h[outage] + FIND_H:
                self.found_h.setdefault(outage, now_h)
                self._keep_shape(outage, Shape(-customers, self._open[leader].outline))

    def verdict(self) -> Measures:
        truth, many = self.truth, self.customers()
        wanted = self._wanted(many)
        found = [outage for outage in wanted if outage in self.found_h]
        false = sum(not hits for hits in self.hits.values())
        recall, precision = _part(len(found), len(wanted)), 1 - false / max(1, len(self.hits))
        hours = [self.found_h[outage] - self._began_h[outage] for outage in found]
        weeks, millions = (truth.until_h - truth.since_h) / 168, truth.subscribers / 1e6
        ids = [sum(outage in hits for hits in self.hits.values()) for outage in found]
        switches = [_changes(self.leaders[outage]) for outage in found]
        shaped = [outage for outage in found if many[outage] >= SHAPED_CUSTOMERS]
        overlaps = np.array([self._overlap(outage) for outage in shaped]).reshape(-1, 2)
        sizes = {
            name: _part(
                sum(low <= many[outage] <= high for outage in found),
                sum(low <= many[outage] <= high for outage in wanted),
            )
            for name, (low, high) in SIZES.items()
        }
        return Measures(
            f1=2 * recall * precision / max(1e-9, recall + precision),
            false_spots=false / weeks / millions,
            hours_median=float(np.median(hours)) if hours else np.nan,
            hours_p90=float(np.percentile(hours, 90)) if hours else np.nan,
            ids=_mean(ids),
            switches=_mean(switches),
            iou_subscribers=_mean(overlaps[:, 0]),
            iou_area=_mean(overlaps[:, 1]),
            from_future=self.from_future,
            outages=len(wanted),
            spots=len(self.hits),
            **sizes,
        )

    def customers(self) -> Ints:
        """Distinct well placed customers of each outage, received before it is too late."""
        told = self.truth.stream.complaints
        rows = np.flatnonzero((told.outage != NONE) & ~told.misplaced)
        rows = rows[told.received_h[rows] <= self._ended_h[told.outage[rows]] + FIND_H]
        pairs = np.unique(np.stack([told.outage[rows], told.customer[rows]]), axis=1)
        return np.bincount(pairs[0], minlength=len(self._began_h))

    def _wanted(self, customers: Ints) -> list[int]:
        """Outages to be found."""
        began, truth = self._began_h, self.truth
        asked = (began >= truth.since_h) & (began < truth.until_h - LAST_H)
        return np.flatnonzero(asked & (customers >= WANTED_CUSTOMERS)).tolist()

    def _may_hit(self, members: Ints) -> dict[int, int]:
        """Outages that members belong to in sufficient number, with the customers of each."""
        told = self.truth.stream.complaints
        _, first = np.unique(told.customer[members], return_index=True)
        outage, occurred_h = told.outage[members[first]], told.occurred_h[members[first]]
        known, customers = np.unique(outage[outage != NONE], return_counts=True)
        return {
            one: count
            for one, count in zip(known.tolist(), customers.tolist(), strict=True)
            if count >= HIT_CUSTOMERS
            and count >= HIT_SHARE * (occurred_h >= self._began_h[one]).sum()
        }

    def _keep_shape(self, outage: int, shape: Shape) -> None:
        kept = self.shapes.get(outage)
        if kept is None or shape.customers >= kept.customers:
            self.shapes[outage] = shape

    def _overlap(self, outage: int) -> tuple[float, float]:
        houses = self.truth.houses
        ring = houses.metres_of(*np.array(self.shapes[outage].outline).T)
        disc = disc_of(self.truth.stream.outages[outage], self.truth)
        return overlap(ring, disc, houses.metres, houses.subscribers)


def disc_of(outage: Outage, truth: Truth) -> Any:
    """An outage's ground as a shapely polygon, metres."""
    centre = shapely.Point(truth.houses.metres_of(outage.lon, outage.lat))
    return centre.buffer(outage.radius_m, quad_segs=32)


def overlap(ring: Floats, disc: Any, houses: Floats, subscribers: Ints) -> tuple[float, float]:
    """
    Intersection over union of a spot's ring (m, 2) and an outage, by subscribers and by area.

    houses  (n, 2) metres, with `subscribers` in each
    """
    spot = shapely.make_valid(shapely.Polygon(ring))
    in_spot, in_disc = (shapely.contains_xy(shape, *houses.T) for shape in (spot, disc))
    both, either = subscribers[in_spot & in_disc].sum(), subscribers[in_spot | in_disc].sum()
    area = spot.intersection(disc).area / max(1e-9, spot.union(disc).area)
    return float(both / max(1, either)), float(area)


def _changes(names: list[str]) -> int:
    return sum(name != after for name, after in pairwise(names))


def _part(some: int, of: int) -> float:
    return some / of if of else np.nan


def _mean(values: Any) -> float:
    return float(np.mean(values)) if len(values) else np.nan
