"""A seeded stream with its hidden outages, and the folder a backtest replays."""

import csv
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from heatmaps_project.bench.detection import surveys
from heatmaps_project.demo.houses import Houses
from heatmaps_project.demo.records import PRECISIONS, Complaints, Floats, Stream
from heatmaps_project.demo.settlements import invent
from heatmaps_project.demo.stream import generate

MONDAY = datetime(2026, 1, 5, tzinfo=UTC)  # hour 0 of every stream
TOPICS = ("no_signal", "slow_data", "voice_quality")
WEEK_H = 168.0
DEGREE_DIGITS = 6  # a decimetre


@dataclass(frozen=True)
class Truth:
    """What happened: the stream, and the hours of it in which a detector is judged."""

    houses: Houses
    stream: Stream
    since_h: float
    until_h: float

    @property
    def subscribers(self) -> int:
        return int(self.houses.first[-1])


@dataclass(frozen=True)
class Scenario:
    """The same scenario gives the same stream, so only its folder needs to be kept."""

    seed: int
    subscribers: int = 1_000_000
    learn_weeks: int = 8
    test_weeks: int = 6
    answers_a_day: int = 0  # to surveys of network quality

    @property
    def name(self) -> str:
        weeks = f"{self.learn_weeks}+{self.test_weeks}weeks"
        asked = f"-{self.answers_a_day}answers" if self.answers_a_day else ""
        return f"{self.subscribers}subscribers-{weeks}-seed{self.seed}{asked}"

    def play(self) -> Truth:
        houses = invent(self.subscribers, seed=self.seed)
        weeks = self.learn_weeks + self.test_weeks
        stream = generate(houses, weeks=weeks, seed=self.seed)
        return Truth(houses, stream, self.learn_weeks * WEEK_H, weeks * WEEK_H)


def hour_of(moment: str) -> float:
    """Hour of the stream at an ISO 8601 moment."""
    return (datetime.fromisoformat(moment) - MONDAY) / timedelta(hours=1)


def moment_of(hour: float) -> str:
    """ISO 8601 of an hour of the stream."""
    return (MONDAY + timedelta(hours=hour)).isoformat(timespec="milliseconds")


def write_folder(truth: Truth, folder: Path, *, scenario: Scenario | None = None) -> None:
    """
    Write what a detector may know, in the backtest's format (spots/detection/backtest.py).

    A complaint's id is its row number. The outages are not written.
    """
    folder.mkdir(parents=True)
    told, houses = truth.stream.complaints, truth.houses
    header = ("id", "customer", "occurred_at", "received_at", "lon", "lat", "precision", "topic")
    _write(folder / "complaints.csv", header, _rows(told))
    places = zip(_texts(houses.lon), _texts(houses.lat), houses.subscribers.tolist(), strict=True)
    _write(folder / "buildings.csv", ("lon", "lat", "subscribers"), places)
    if scenario is not None and scenario.answers_a_day:
        _write(folder / "surveys.csv", surveys.HEADER, _answers(truth, scenario))
    meta = {
        "test_from": moment_of(truth.since_h),
        "until": moment_of(truth.until_h),
        "lon0": float(houses.lon.mean()),
        "lat0": float(houses.lat.mean()),
    }
    (folder / "meta.json").write_text(json.dumps(meta, indent=1))


def _rows(told: Complaints) -> Iterable[Sequence[Any]]:
    return zip(
        range(len(told.customer)),
        told.customer.tolist(),
        map(moment_of, told.occurred_h.tolist()),
        map(moment_of, told.received_h.tolist()),
        _texts(told.lon),
        _texts(told.lat),
        (PRECISIONS[level] for level in told.precision),
        (TOPICS[topic] for topic in told.topic),
        strict=True,
    )


def _answers(truth: Truth, asked: Scenario) -> Iterable[Sequence[Any]]:
    told = surveys.answers(
        truth.houses,
        truth.stream,
        a_day=asked.answers_a_day,
        hours=truth.until_h,
        seed=asked.seed,
    )
    for at_h, known_h, *rest in told:
        yield (moment_of(at_h), moment_of(known_h), *rest)


def _texts(degrees: Floats) -> list[str]:
    return [f"{value:.{DEGREE_DIGITS}f}" for value in degrees]


def _write(path: Path, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        lines = csv.writer(file)
        lines.writerow(header)
        lines.writerows(rows)
