"""
Detection for one region and one rule: complaints in, changes of spots out.

    engine = Engine(baseline, rule)
    engine.warm(earlier)               # fills the window; nothing is scored
    engine.arrive(batch)               # scores each complaint as of its reception, and folds
    for change in engine.tick(at_h):   # what changed since the last tick

The backtest and the database runner drive it the same way. Complaints come in order of
reception, in batches of any size, and ticks may fall anywhere: the spots are the same.

Stopping and going on. What the engine knows is (1) the baseline and the rule, (2) the window,
(3) the identities. The window is a function of the complaints received in the last
`memory_h` hours, so it is not stored: `warm` refills it. The surge is a function of baseline
and window. The identities depend on all the past, so they are stored: `state(at_h)` is plain
data for JSON. Hence

    engine = Engine(baseline, rule, state=stored)
    engine.warm(received in the last memory_h hours, up to the last complaint folded)

goes on exactly as the engine that was stopped (property test in test_engine.py).
"""

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from spots.detection import answers as surveys
from spots.detection import simple
from spots.detection.arrivals import Arrivals, Bools, Floats, Ints
from spots.detection.baseline import Baseline
from spots.detection.fold import Fold
from spots.detection.groups import Alarm, Group
from spots.detection.loose import Loose
from spots.detection.neighbours import Neighbours
from spots.detection.outline import ground, outline
from spots.detection.rules import Rule
from spots.detection.score import Near, Present, Score, alone, score
from spots.detection.surge import LastHour, Surge
from spots.detection.window import Window


class OutOfOrderError(Exception):
    """A complaint was received before one that was already taken."""


@dataclass(frozen=True)
class Change:
    """What became of a spot, at a tick."""

    at_h: float
    spot: int
    state: Literal["open", "dormant", "merged"]
    into: int | None = None  # the older spot it was merged into
    members: tuple[int, ...] = ()  # complaints of the window, if open
    outline: Floats | None = None  # (m, 2) metres, a closed ring, if open
    peak: Score | None = None  # if open


class Engine:
    """See the module's text."""

    def __init__(
        self, baseline: Baseline, rule: Rule, *, state: dict[str, Any] | None = None
    ) -> None:
        self.rule = rule
        self.fold = Fold(rule) if state is None else Fold.restored(rule, state["fold"])
        self._told: dict[int, tuple[int, ...]] = {}  # members of the spots last said to be open
        if state is not None:
            self.say_again(state["told"])
        self._window = Window(square_m=max(rule.radii_m), most_of_place=rule.most_of_place)
        self._answers = surveys.NONE
        self._looked_h = -np.inf
        if state is not None and state["looked_h"] is not None:
            self._looked_h = state["looked_h"]
        self.rebase(baseline)

    @property
    def memory_h(self) -> float:
        """How long ago complaints were received that still matter, hours."""
        return self.rule.window_h + 2 * self.baseline.learning.surge_h

    def rebase(self, baseline: Baseline) -> None:
        """Judge by another baseline from now on; scores given stay as they are."""
        self.baseline = baseline
        self._neighbours = Neighbours(self._window, baseline, self.rule)
        self._surge = Surge(baseline, window_h=self.rule.window_h)
        window = self._window
        counted = window["placed"] & window["proven"]
        scored = counted & ~baseline.is_attractor(window["coordinate"])
        window.reassess(scored=scored, zone=baseline.zone(window.points()))

    def hear(self, told: surveys.Answers) -> None:
        """Know these answers and no others; a score rests on those known when it is given."""
        self._answers = told

    def say_again(self, told: list[list[Any]]) -> None:
        """Take [spot, members] as what was last said to be open: `tick` tells what differs."""
        self._told = {spot: tuple(members) for spot, members in told}

    def warm(self, batch: Arrivals) -> None:
        """Take complaints into the window without scoring them."""
        rows = self._taken_in(batch)
        self._window.enlist(rows[self._window["scored"][rows]])

    def arrive(self, batch: Arrivals) -> list[Score | None]:
        """
        Score complaints as of the reception of each, and fold the alarms among them.

        Returns a score for each complaint; None where nothing is unusual, or it is not scored.

        :raises OutOfOrderError: if one was received before a complaint taken earlier
        """
        if not len(batch):
            return []
        self._window.drop_before(batch.received_h[0] - self.memory_h)
        taken = self._taken_in(batch)
        if self.rule.detector == "dbscan":
            self._look(float(batch.received_h[-1]))
            return [None] * len(batch)
        scores: list[Score | None] = [None] * len(batch)
        rows = taken[self._window["scored"][taken]]
        for row in rows.tolist():
            scores[row - taken[0]] = self._take(row)
        return scores

    def tick(self, at_h: float) -> list[Change]:
        """Return what changed since the last tick; everything received by `at_h` was taken."""
        if self.rule.detector == "dbscan":
            self._look(at_h)
        changes = [
            Change(at_h, merged.number, "merged", into=merged.into)
            for merged in self.fold.merged
            if self._told.pop(merged.number, None) is not None
        ]
        self.fold.merged.clear()
        open_now = {}
        loose = Loose(self._window, self.baseline, self.fold, since_h=at_h - self.rule.window_h)
        for spot in self.fold.spots:
            members = () if self.fold.is_dormant(spot, at_h) else self._members(spot, at_h)
            if members and (loose or members != self._told.get(spot.number)):
                point = self._points(members)
                if not len(point):
                    continue  # they are judged elsewhere now
                members = loose.joining(spot, members, ground(point))
                if members != self._told.get(spot.number):
                    said = (None, members, outline(point), spot.peak)
                    changes.append(Change(at_h, spot.number, "open", *said))
            if members:
                open_now[spot.number] = members
        gone = self._told.keys() - open_now.keys()
        changes += [Change(at_h, number, "dormant") for number in sorted(gone)]
        self._told = open_now
        return changes

    def present(self, number: int, *, at_h: float, hours: float) -> Present | None:
        """
        Customers of the last `hours` where a spot was strongest, under its key; None: no such spot.

        Everything received by `at_h` was taken.
        """
        spot = self.fold.spot(number)
        if spot is None:
            return None
        self._settle(at_h)
        window, pooled = self._window, self.baseline.keys - 1
        east, north, _ = spot.place
        key, radius_m = min(spot.peak.key, pooled), spot.peak.radius_m
        near = (window["east"] - east) ** 2 + (window["north"] - north) ** 2 <= radius_m**2
        near &= window["scored"] & (window["occurred_h"] >= at_h - hours)
        rows = np.flatnonzero(near)
        customers = len(np.unique(window["customer"][rows[self._of_key(rows, key)]]))
        share, _ = self.baseline.share(np.array([east, north]), [key], (radius_m,))
        usual = self._surge.expected([key], np.array([at_h - hours]), at_h)[0, 0]
        return Present(customers, float(share[0, 0] * usual))

    def state(self, at_h: float) -> dict[str, Any]:
        """What must be stored to go on later: plain data for JSON."""
        return {
            "fold": self.fold.state(at_h),
            "told": [[number, list(members)] for number, members in self._told.items()],
            "looked_h": self._looked_h if np.isfinite(self._looked_h) else None,
        }

    def _taken_in(self, batch: Arrivals) -> Ints:
        """Put complaints into the window, and return their rows."""
        received = self._window["received_h"]
        if len(batch) and len(received) and batch.received_h[0] < received[-1]:
            raise OutOfOrderError(f"Complaint {batch.id[0]} was received before the last one.")
        zone = self.baseline.zone(batch.point)
        scored = batch.counted & ~self.baseline.is_attractor(batch.coordinate)
        self._window.add(batch, placed=batch.placed, scored=scored, zone=zone)
        return np.arange(len(self._window) - len(batch), len(self._window))

    def _take(self, row: int) -> Score | None:
        """Score one complaint of the window as of its reception, and fold it if it alarms."""
        now_h = float(self._window["received_h"][row])
        self._settle(now_h)
        self._window.enlist(np.array([row]))
        rows, distance_m = self._neighbours.of(row, since_h=now_h - self.rule.window_h)
        if len(rows) < self.rule.minimum_customers or row not in rows:
            return None
        keys = [int(self._window["topic"][row]), self.baseline.keys - 1]
        occurred_h = self._window["occurred_h"][rows]
        place = np.array([self._window["east"][row], self._window["north"][row]])
        share, shape = self.baseline.share(place, keys, self.rule.radii_m)
        near = Near(
            distance_m,
            occurred_h,
            self._window["customer"][rows],
            np.stack([self._of_key(rows, key) for key in keys]),
            self._surge.expected(keys, occurred_h, now_h),
        )
        found = score(near, keys=keys, share=share, shape=shape, now_h=now_h, rule=self.rule)
        if found is not None and self.rule.survey_weight:
            found = surveys.beside(self._answers, found, place, now_h, self.baseline, self.rule)
        if found is not None and found.value >= self.rule.alarm_at:
            members = self._of_key(rows, found.key) & (distance_m <= found.radius_m)
            members &= occurred_h >= found.start_h
            alarm = self._alarm(now_h, found, rows[members])
            self.fold.take(alarm, open_at=self._open_at())
        return found

    def _of_key(self, rows: Ints, key: int) -> Bools:
        if key == self.baseline.keys - 1:
            return np.ones(len(rows), dtype=np.bool_)
        return np.asarray(self._window["topic"][rows] == key, dtype=np.bool_)

    def _alarm(self, now_h: float, found: Score, rows: Ints) -> Alarm:
        customer, occurred_h = self._window["customer"][rows], self._window["occurred_h"][rows]

        def by_themselves(chosen: Bools) -> float:
            if not chosen.any():
                return 0.0
            times = np.array([occurred_h[chosen].min(), found.start_h])
            since_first, since_start = self._surge.expected([found.key], times, now_h)[0]
            part = since_first / since_start
            return alone(len(np.unique(customer[chosen])), part, whole=found, rule=self.rule)

        places = len(np.unique(self._window["coordinate"][rows]))
        ids, point = self._window["id"][rows], self._window.points(rows)
        return Alarm(now_h, found, ids, occurred_h, point, places, by_themselves)

    def _open_at(self) -> float:
        if self.baseline.blind:
            return np.inf
        return self.rule.open_at + (self.rule.learning_margin if self.baseline.young else 0.0)

    def _settle(self, now_h: float) -> None:
        """Settle the surge of every bin that has ended."""
        window = self._window
        for number in self._surge.unsettled(now_h):
            rows = slice(*np.searchsorted(window["received_h"], self._surge.looks_at(number)))
            seen = window["scored"][rows]
            columns = (window[name][rows][seen] for name in ("customer", "topic", "zone"))
            self._surge.settle(number, LastHour(*columns))

    def _look(self, until_h: float) -> None:
        """The simple rule: cluster what the window holds at each time of its grid."""
        rule, window = self.rule, self._window
        grid = rule.simple_every_h
        first = until_h if np.isinf(self._looked_h) else self._looked_h + grid
        for at_h in np.arange(np.floor(first / grid) * grid, until_h + 1e-9, grid):
            self._looked_h = float(at_h)
            rows = np.arange(np.searchsorted(window["received_h"], at_h))
            recent = window["occurred_h"][rows] >= at_h - rule.simple_window_h
            rows = rows[recent & window["scored"][rows]]
            point, topic = window.points(rows), window["topic"][rows]
            for found in simple.clusters(point, topic, eps_m=rule.eps_m, minimum=rule.minimum):
                self._take_cluster(float(at_h), rows[found])

    def _take_cluster(self, at_h: float, rows: Ints) -> None:
        """A cluster is an alarm beyond doubt, with all its complaints as members."""
        window = self._window
        occurred_h, ids = window["occurred_h"][rows], window["id"][rows]
        customers = len(np.unique(window["customer"][rows]))
        topic, start = int(window["topic"][rows[0]]), float(occurred_h.min())
        sure = Score(simple.SURE, simple.SURE, topic, self.rule.eps_m, customers, start, 0.0)
        minimum = self.rule.minimum
        places = len(np.unique(window["coordinate"][rows]))
        alarm = Alarm(
            at_h,
            sure,
            ids,
            occurred_h,
            window.points(rows),
            places,
            alone=lambda new: simple.SURE if new.sum() >= minimum else 0.0,
        )
        self.fold.take(alarm, open_at=self.rule.open_at)

    def _members(self, spot: Group, at_h: float) -> tuple[int, ...]:
        since = at_h - self.rule.window_h
        return tuple(sorted(i for i, occurred in spot.members.items() if occurred >= since))

    def _points(self, members: tuple[int, ...]) -> Floats:
        return self._window.points(np.flatnonzero(np.isin(self._window["id"], members)))
