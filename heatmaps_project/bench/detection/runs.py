"""Runs of detectors on scenarios. What was made once is kept in a folder and read again."""

import hashlib
import json
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, fields, replace
from functools import lru_cache
from itertools import product
from pathlib import Path

import numpy as np
from tqdm import tqdm

from heatmaps_project.bench.detection import scenario as scenarios
from heatmaps_project.bench.detection import scoring, surveys
from heatmaps_project.bench.detection.scenario import Scenario, Truth, write_folder
from heatmaps_project.bench.detection.scoring import Measures, score
from heatmaps_project.demo import behaviour, houses, records, settlements, stream
from spots.detection import backtest
from spots.detection.backtest import Folder, read_folder, replay
from spots.detection.rules import Rule

TICK_H = 0.25
BAR = "{desc:<60} {percentage:3.0f} % {bar:20} {elapsed}"

# The simple rule, honestly tuned: the best of these on streams that judge nobody. Of 300 to
# 1000 m, 6 to 16 complaints and 12 or 24 h, 300 m, 6 and 12 h were best: these lie around that.
GRID = tuple(
    Rule(detector="dbscan", eps_m=eps_m, minimum=minimum, simple_window_h=window_h)
    for eps_m, minimum, window_h in product((200.0, 300.0, 450.0), (5, 7, 10), (6.0, 12.0))
)
TUNING_TICK_H = 1.0  # ranks the rules alike, in a quarter of the time

SIMULATION = [
    Path(module.__file__)
    for module in (scenarios, surveys, settlements, houses, stream, behaviour, records)
    if module.__file__
]
DETECTION = sorted(Path(backtest.__file__).parent.glob("*.py"))


@dataclass(frozen=True)
class Bench:
    """Runs, kept under `store`: stopped at any time, the bench goes on where it was."""

    store: Path

    def run(self, scenario: Scenario, rule: Rule, *, tick_h: float = TICK_H) -> Measures:
        """Replay a scenario through a rule and score it, unless the very same code did so."""
        code = _digest(DETECTION, Path(scoring.__file__))
        kept = self.store / "runs" / f"{_stream_of(scenario)}-{_name(rule, tick_h)}-{code}.json"
        if kept.exists():
            return Measures(**json.loads(kept.read_text()))
        truth, folder = _play(scenario), _read(self.folder(scenario))
        with tqdm(total=1.0, desc=f"{said(rule)}, seed {scenario.seed}", bar_format=BAR) as bar:

            def show(share: float) -> None:
                bar.update(share - bar.n)

            lines = replay(folder, rule, tick_h=tick_h, progress=show)
            measures = score(truth, lines, tick_h=tick_h)
        kept.parent.mkdir(parents=True, exist_ok=True)
        begun = kept.with_suffix(".begun")
        begun.write_text(json.dumps(asdict(measures)))
        begun.rename(kept)
        return measures

    def folder(self, scenario: Scenario) -> Path:
        """The scenario's stream as a folder, written unless it is there."""
        folder = self.store / "streams" / _stream_of(scenario)
        if not folder.exists():
            folder.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(dir=folder.parent) as begun:
                stream = Path(begun) / "stream"
                write_folder(_play(scenario), stream, scenario=scenario)
                stream.rename(folder)
        return folder

    def best(self, scenarios: Sequence[Scenario], grid: Sequence[Rule] = GRID) -> Rule:
        """The simple rule of the grid with the highest mean F1; of equals the first."""
        tick_h = TUNING_TICK_H
        hourly = [replace(rule, simple_every_h=tick_h) for rule in grid]
        f1 = [
            [self.run(scenario, rule, tick_h=tick_h).f1 for rule in hourly]
            for scenario in scenarios
        ]
        return grid[int(np.nan_to_num(f1).mean(axis=0).argmax())]


def mean(measured: Sequence[Measures]) -> Measures:
    """The mean of each measure over the seeds that have it."""
    table = np.array([list(asdict(each).values()) for each in measured], dtype=np.float64)
    known = ~np.isnan(table)
    sums = np.where(known, table, 0.0).sum(axis=0)
    means = np.divide(sums, known.sum(axis=0), out=np.full(len(sums), np.nan), where=known.any(0))
    names = (field.name for field in fields(Measures))
    return Measures(**dict(zip(names, means.tolist(), strict=True)))


def said(rule: Rule) -> str:
    """A rule in a few words."""
    if rule.detector == "dbscan":
        return f"dbscan {rule.eps_m:.0f} m / {rule.minimum} / {rule.simple_window_h:.0f} h"
    heard = f", surveys × {rule.survey_weight:g}" if rule.survey_weight else ""
    return f"surprise at {rule.open_at}{heard}"


def _name(rule: Rule, tick_h: float) -> str:
    """Part of a file's name: another for rules that differ in any parameter."""
    return hashlib.sha256(f"{rule} {tick_h}".encode()).hexdigest()[:12]


def _stream_of(scenario: Scenario) -> str:
    return f"{scenario.name}-{_digest(SIMULATION)}"


def _digest(paths: Iterable[Path], *more: Path) -> str:
    """Changes with the code in these files."""
    told = hashlib.sha256()
    for path in [*paths, *more]:
        told.update(path.read_bytes())
    return told.hexdigest()[:12]


@lru_cache(maxsize=1)
def _play(scenario: Scenario) -> Truth:
    return scenario.play()


@lru_cache(maxsize=1)
def _read(folder: Path) -> Folder:
    return read_folder(folder)
