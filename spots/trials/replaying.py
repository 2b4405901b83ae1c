"""
History through the engine as a trial wants it, a simulated day a step. It writes nothing.

What a step leaves is all that the next one needs, in this process or another: the time
reached, the engine's state and the spots found. The window is read again from the database,
and the baseline learnt again at the trial's beginning, from the same history.
"""

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

import numpy as np

from spots.detection.arrivals import Arrivals, in_hours
from spots.detection.baseline import Baseline
from spots.detection.engine import Engine
from spots.detection.rules import DAY_H
from spots.trials.findings import Findings
from spots.trials.models import Trial
from spots.trials.values import parameters
from spots.watching import engines, reading
from spots.watching.calibrating import sensitivity
from spots.watching.hearing import Ears
from spots.watching.models import Watch

STEP = timedelta(days=1)
TICK_H = 0.25

_learnt: dict[int, Baseline] = {}  # by trial, of the one this process worked on last


@dataclass(frozen=True)
class Step:
    """How far a trial got, and what the next step needs to go on."""

    reached: datetime
    engine: dict[str, Any]
    found: list[dict[str, Any]]


class Replay:
    """A trial being worked off, from where it is."""

    def __init__(self, trial: Trial) -> None:
        self._trial = trial
        self._kept = dict(trial.engine or {})
        self._at = trial.reached or trial.since
        self._place = reading.Place(trial.brand_id, trial.region, tuple(self._kept["topics"]))
        baseline = self._baseline()
        self._kept.setdefault("history_days", round(baseline.history_h / DAY_H, 2))
        if "open_at" not in self._kept:
            self._kept |= self._sensitivity(baseline)
        self._engine = Engine(
            baseline,
            parameters(trial.values, open_at=self._kept["open_at"]),
            state=self._kept.get("state"),
        )
        self._findings = Findings(trial.found, place=self._place)
        self._customers: dict[int, int] = {}
        self._ears = Ears()
        self._engine.warm(self._read(self._at - timedelta(hours=self._engine.memory_h), self._at))

    def step(self) -> Step:
        """Replay the next day, or what is left of it."""
        until = min(self._at + STEP, self._trial.until)
        arrived = self._read(self._at, until)
        self._ears.listen(self._engine, self._place, until=self._at)
        done = 0
        for at_h in self._ticks(until):
            upto = int(np.searchsorted(arrived.received_h, at_h, side="right"))
            self._engine.arrive(arrived.at(slice(done, upto)))
            done = upto
            for change in self._engine.tick(at_h):
                self._findings.take(change, customers=self._customers)
        self._at = until
        state = self._engine.state(in_hours(until))
        kept = self._kept if until >= self._trial.until else {**self._kept, "state": state}
        if until >= self._trial.until:
            kept.pop("state", None)
        return Step(until, dict(kept), self._findings.listed())

    def _ticks(self, until: datetime) -> list[float]:
        """Times on the grid that begins with the trial, and the end of the step."""
        first_h = in_hours(self._trial.since)
        from_h, until_h = in_hours(self._at), in_hours(until)
        number = np.arange(
            np.floor((from_h - first_h) / TICK_H + 1e-6) + 1, (until_h - first_h) / TICK_H - 1e-6
        )
        return [*(first_h + number * TICK_H).tolist(), until_h]

    def _read(self, after: datetime, until: datetime) -> Arrivals:
        rows = self._place.complaints().filter(received_at__gt=after, received_at__lte=until)
        read = reading.read(rows, place=self._place)
        self._customers.update(zip(read.id.tolist(), read.customer.tolist(), strict=True))
        return read

    def _baseline(self) -> Baseline:
        if self._trial.pk not in _learnt:
            _learnt.clear()
            history = reading.history(self._place, at=self._trial.since)
            learnt = reading.baseline(self._place, history, at=self._trial.since)
            _learnt[self._trial.pk] = engines.edited(learnt, reading.verdicts(self._place))
        return _learnt[self._trial.pk]

    def _sensitivity(self, baseline: Baseline) -> dict[str, Any]:
        """The score that opens a spot, fixed for the whole trial."""
        trial = self._trial
        watch = Watch.objects.filter(
            brand=trial.brand_id, region=trial.region_id, rule=trial.rule_id
        ).first()
        return asdict(
            sensitivity(
                open_at=trial.values["open_at"],
                weeks_per_false_spot=trial.values["weeks_per_false_spot"],
                watch=watch,
                subscribers=baseline.subscribers,
                now=trial.made_at,
            )
        )
