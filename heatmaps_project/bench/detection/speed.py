"""How fast the engine takes complaints as they arrive, in crowds of any density."""

import tracemalloc
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter, process_time

import numpy as np
from sklearn.cluster import DBSCAN
from sklearn.neighbors import KDTree, NearestNeighbors
from tqdm import tqdm, trange

from heatmaps_project.bench.detection.runs import BAR, TICK_H
from heatmaps_project.bench.detection.scenario import MONDAY, TOPICS, WEEK_H
from heatmaps_project.demo.behaviour import Behaviour
from heatmaps_project.demo.records import Floats, Ints
from heatmaps_project.demo.settlements import invent
from heatmaps_project.demo.stream import generate
from spots.detection.arrivals import Arrivals, arrivals, hours
from spots.detection.backtest import read_folder, replay
from spots.detection.baseline import Baseline, learn
from spots.detection.engine import Engine
from spots.detection.rules import Learning, Rule

WINDOW_H = 72.0
NOON_H = 108.0  # Friday 12:00: the hour of its last week at which a crowd is met
DBSCAN_M, DBSCAN_MINIMUM = 600.0, 10
# Neighbours of all points together, 8 bytes each, that DBSCAN may hold in memory.
MOST_NEIGHBOURS = 2 * 10**8
SAMPLE = 5000


@dataclass(frozen=True)
class Crowd:
    """A region whose subscribers complain so often, for so long, and then of whom so many."""

    weeks: int
    per_subscriber_day: float
    learning: Learning
    calls: int  # complaints whose arrival is timed


def usual_crowd() -> Crowd:
    """Eight weeks of history, and complaints as everywhere in the bench."""
    return Crowd(9, Behaviour().per_subscriber_day, Learning(), calls=3000)


def dense_crowd(in_window: int, *, subscribers: int) -> Crowd:
    """About so many complaints in 72 h; four days of so dense a history are enough to learn."""
    repeats = 1 / (1 - Behaviour().repeat_chance[0])
    rate = in_window / (WINDOW_H / 24) / subscribers / repeats
    return Crowd(1, rate, Learning(enough_h=96.0, guard_h=0.0), calls=1000)


@dataclass(frozen=True)
class Region:
    """Complaints of a simulated region as detection sees them, and who lives where."""

    complaints: Arrivals
    buildings: Floats  # (m, 2) metres
    subscribers: Ints  # (m,)

    @classmethod
    def of(cls, crowd: Crowd, *, subscribers: int, seed: int) -> "Region":
        houses = invent(subscribers, seed=seed)
        behaviour = Behaviour(per_subscriber_day=crowd.per_subscriber_day)
        told = generate(houses, weeks=crowd.weeks, seed=seed, behaviour=behaviour).complaints
        taken = arrivals(
            ids=np.arange(len(told.customer)),
            customers=told.customer.tolist(),
            occurred_h=told.occurred_h + hours(MONDAY),
            received_h=told.received_h + hours(MONDAY),
            point=houses.metres_of(told.lon, told.lat),
            topic=told.topic,
            precision=told.precision,
        )
        return cls(taken, houses.metres, houses.subscribers)

    def baseline(self, now_h: float, learning: Learning) -> Baseline:
        return learn(
            self.complaints,
            topics=len(TOPICS),
            now_h=now_h,
            buildings=self.buildings,
            subscribers=self.subscribers,
            learning=learning,
        )

    def received(self, since_h: float, until_h: float) -> Arrivals:
        rows = np.searchsorted(self.complaints.received_h, [since_h, until_h])
        return self.complaints.at(slice(*rows.tolist()))


def measure(crowd: Crowd, *, subscribers: int, seed: int) -> dict[str, float]:
    """
    Return the figures of `tables.SPEED` for a crowd, by name.

    Memory is what tracemalloc counts while a fresh engine takes the window, arrays and trees
    included. A window counts as rebuilt when the next complaint has been scored.
    """
    region = Region.of(crowd, subscribers=subscribers, seed=seed)
    now_h = hours(MONDAY) + (crowd.weeks - 1) * WEEK_H + NOON_H
    baseline = region.baseline(now_h, crowd.learning)
    window = region.received(now_h - Engine(baseline, Rule()).memory_h, now_h)
    calls = region.received(now_h, np.inf).at(slice(0, crowd.calls))
    # The first to be timed pays for what a baseline prepares when first asked, so it is not.
    took_s, worked_s = _arrival_seconds(baseline, window, calls)
    dbscan_s, is_whole = dbscan_seconds(window.point[window.placed])
    p95_s, thousands = float(np.percentile(took_s, 95)), len(window) / 1000
    return {
        "window": len(window),
        "median_ms": 1000 * float(np.median(took_s)),
        "p95_ms": 1000 * p95_s,
        "p95_cpu_ms": 1000 * float(np.percentile(worked_s, 95)),
        "dbscan_s": dbscan_s,
        "dbscan_is_whole": float(is_whole),
        "ratio": p95_s / dbscan_s,
        "bytes": _bytes_of(baseline, window) / max(1, len(window)),
        "rebuild_s": _rebuild_seconds(baseline, window, calls) / thousands * 100,
    }


def _arrival_seconds(
    baseline: Baseline, window: Arrivals, calls: Arrivals
) -> tuple[Floats, Floats]:
    """Seconds, and seconds of the processor, for each of these complaints given one by one."""
    engine = Engine(baseline, Rule())
    engine.warm(window)
    took = np.empty((2, len(calls)))
    for row in trange(len(calls), desc=f"{len(window):,} in the window", bar_format=BAR):
        one = calls.at(slice(row, row + 1))
        began = perf_counter(), process_time()
        engine.arrive(one)
        took[:, row] = np.subtract((perf_counter(), process_time()), began)
    return took[0, 1:], took[1, 1:]


def _rebuild_seconds(baseline: Baseline, window: Arrivals, calls: Arrivals) -> float:
    engine, first = Engine(baseline, Rule()), calls.at(slice(0, 1))
    began = perf_counter()
    engine.warm(window)
    engine.arrive(first)
    return perf_counter() - began


def _bytes_of(baseline: Baseline, window: Arrivals) -> int:
    """Bytes an engine allocates for a window and keeps."""
    tracemalloc.start()
    try:
        engine = Engine(baseline, Rule())
        empty, _ = tracemalloc.get_traced_memory()
        engine.warm(window)
        full, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    return full - empty


def dbscan_seconds(point: Floats) -> tuple[float, bool]:
    """
    Seconds of one DBSCAN over points (n, 2), metres, and whether that was measured as a whole.

    Else its neighbours would not fit into memory: those of a sample are searched, and the time
    this would take for all is told. It is less than DBSCAN's.
    """
    rng = np.random.default_rng(0)
    sample = point[rng.permutation(len(point))[:SAMPLE]]
    counted = KDTree(point).query_radius(sample, DBSCAN_M, count_only=True)
    is_whole = counted.mean() * len(point) <= MOST_NEIGHBOURS
    began = perf_counter()
    if is_whole:
        DBSCAN(eps=DBSCAN_M, min_samples=DBSCAN_MINIMUM).fit(point)
        return perf_counter() - began, True
    NearestNeighbors(radius=DBSCAN_M).fit(point).radius_neighbors(sample, return_distance=False)
    return (perf_counter() - began) * len(point) / len(sample), False


def backtest_seconds(folder: Path) -> float:
    """Seconds of a whole backtest by the default rule, from the files to the last line."""
    began = perf_counter()
    with tqdm(total=1.0, desc="a whole backtest", bar_format=BAR) as bar:

        def show(share: float) -> None:
            bar.update(share - bar.n)

        for _ in replay(read_folder(folder), Rule(), tick_h=TICK_H, progress=show):
            pass
    return perf_counter() - began
