"""
Replay a folder of complaints through the engine, as if they came in now. No database.

The folder holds, with times in ISO 8601 (UTC where they name no zone):

    complaints.csv  id, customer, occurred_at, received_at, lon, lat, precision, topic
    meta.json       test_from, and perhaps until, lon0 and lat0 (a point of the region)
    buildings.csv   lon, lat, subscribers; may be missing
    surveys.csv     at, known_at, lon, lat, poor (0 or 1); may be missing
"""

import csv
import json
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from spots.detection.answers import NONE, Answers, answers
from spots.detection.arrivals import (
    LOCALITY,
    PRECISIONS,
    Arrivals,
    Floats,
    Ints,
    arrivals,
    hours,
    moment,
    spread_over_day,
)
from spots.detection.baseline import Baseline, learn
from spots.detection.engine import Change, Engine
from spots.detection.projection import Projection
from spots.detection.rules import DAY_H, Rule


class BadFolderError(Exception):
    """The folder lacks a file or a column, or one of its values cannot be read."""


@dataclass(frozen=True)
class Folder:
    """What a backtest replays, read once."""

    complaints: Arrivals
    topics: tuple[str, ...]
    buildings: Floats  # (m, 2) metres
    subscribers: Ints
    projection: Projection
    test_from_h: float  # spots are folded from here on
    until_h: float
    answers: Answers = NONE

    def of_topics(self, names: Collection[str]) -> "Folder":
        """The same with complaints of these topics alone."""
        kept = [number for number, name in enumerate(self.topics) if name in names]
        rows = self.complaints.at(np.isin(self.complaints.topic, kept))
        renumbered = replace(rows, topic=np.searchsorted(kept, rows.topic))
        topics = tuple(self.topics[number] for number in kept)
        return replace(self, complaints=renumbered, topics=topics)


def read_folder(folder: Path) -> Folder:
    """
    Read a folder.

    :raises BadFolderError: if it is not one
    """
    try:
        meta = json.loads((folder / "meta.json").read_text())
        complaints = _columns(folder / "complaints.csv")
        houses = folder / "buildings.csv"
        buildings = _columns(houses) if houses.exists() else {}
        read = _folder(meta, complaints, buildings)
        surveys = folder / "surveys.csv"
        return replace(read, answers=_answers(surveys, read)) if surveys.exists() else read
    except (OSError, KeyError, ValueError) as error:
        raise BadFolderError(f"{folder}: {type(error).__name__}: {error}") from error


def replay(
    folder: Folder,
    rule: Rule,
    *,
    tick_h: float,
    nightly: bool = False,
    progress: Callable[[float], None] | None = None,
) -> Iterator[dict[str, Any]]:
    """
    Yield a line for each change of a spot, at the first tick after it, as plain data.

    tick_h    hours between ticks, the first of them one tick after `test_from_h`
    nightly   learn again at each midnight, UTC; else once, from what came before the test
    progress  called with the share done
    """
    complaints = folder.complaints
    engine = Engine(_learnt(folder, folder.test_from_h), rule)
    received = complaints.received_h
    done = int(np.searchsorted(received, folder.test_from_h))
    oldest = int(np.searchsorted(received, folder.test_from_h - engine.memory_h))
    engine.warm(complaints.at(slice(oldest, done)))
    engine.hear(folder.answers)
    ticks = int((folder.until_h - folder.test_from_h) / tick_h + 1e-9)
    for k in range(1, ticks + 1):
        at_h = folder.test_from_h + k * tick_h
        if nightly and at_h // DAY_H > (at_h - tick_h) // DAY_H:
            engine.rebase(_learnt(folder, at_h // DAY_H * DAY_H))
        upto = int(np.searchsorted(received, at_h, side="right"))
        engine.arrive(complaints.at(slice(done, upto)))
        done = upto
        for change in engine.tick(at_h):
            yield _line(change, folder.projection)
        if progress is not None:
            progress(k / ticks)


def _learnt(folder: Folder, now_h: float) -> Baseline:
    return learn(
        folder.complaints,
        topics=len(folder.topics),
        now_h=now_h,
        buildings=folder.buildings,
        subscribers=folder.subscribers,
    )


def _line(change: Change, projection: Projection) -> dict[str, Any]:
    line: dict[str, Any] = {
        "at": moment(change.at_h).isoformat(),
        "spot": str(change.spot),
        "state": change.state,
    }
    if change.into is not None:
        line["into"] = str(change.into)
    if change.outline is not None:
        line["members"] = list(change.members)
        line["outline"] = np.round(projection.degrees(change.outline), 6).tolist()
    return line


def _columns(path: Path) -> dict[str, tuple[str, ...]]:
    with path.open(newline="", encoding="utf-8") as file:
        rows = csv.reader(file)
        names = next(rows, [])
        columns = list(zip(*rows, strict=True)) or [()] * len(names)
    return dict(zip(names, columns, strict=True))


def _folder(
    meta: dict[str, Any],
    complaints: dict[str, tuple[str, ...]],
    buildings: dict[str, tuple[str, ...]],
) -> Folder:
    lon, lat = _numbers(complaints["lon"]), _numbers(complaints["lat"])
    projection = Projection(
        float(meta.get("lon0", np.nanmedian(lon))), float(meta.get("lat0", np.nanmedian(lat)))
    )
    topics = tuple(sorted(set(complaints["topic"])))
    number = {name: i for i, name in enumerate(topics)}
    level = {name: i for i, name in enumerate(PRECISIONS)}
    who = {name: i for i, name in enumerate(dict.fromkeys(complaints["customer"]))}
    received_h = np.array([_hours(text, "") for text in complaints["received_at"]])
    occurred = zip(complaints["occurred_at"], complaints["id"], strict=True)
    taken = arrivals(
        ids=[int(text) for text in complaints["id"]],
        customers=[who[name] if name else None for name in complaints["customer"]],
        occurred_h=np.array([_hours(text, reference) for text, reference in occurred]),
        received_h=received_h,
        point=projection.metres(lon, lat),
        topic=np.array([number[name] for name in complaints["topic"]], dtype=np.int64),
        precision=np.array([level.get(name, LOCALITY) for name in complaints["precision"]]),
    )
    houses = [_numbers(buildings.get(name, ())) for name in ("lon", "lat", "subscribers")]
    place = projection.metres(houses[0], houses[1])
    known = np.isfinite(place).all(axis=1) & (houses[2] > 0)
    until = meta.get("until")
    return Folder(
        complaints=taken,
        topics=topics,
        buildings=place[known],
        subscribers=houses[2][known].astype(np.int64),
        projection=projection,
        test_from_h=_hours(meta["test_from"], ""),
        until_h=_hours(until, "") if until else float(received_h.max(initial=0.0)),
    )


def _answers(path: Path, folder: Folder) -> Answers:
    columns = _columns(path)
    return answers(
        at_h=np.array([_hours(text, "") for text in columns["at"]], dtype=np.float64),
        known_h=np.array([_hours(text, "") for text in columns["known_at"]], dtype=np.float64),
        point=folder.projection.metres(_numbers(columns["lon"]), _numbers(columns["lat"])),
        poor=np.array([int(text) != 0 for text in columns["poor"]], dtype=np.bool_),
    )


def _numbers(texts: tuple[str, ...]) -> Floats:
    """Numbers, NaN for an empty text."""
    return np.array([float(text) if text.strip() else np.nan for text in texts])


def _hours(text: str, reference: str) -> float:
    """Hours since the epoch of an ISO 8601 time (UTC if it names no zone) or a mere date."""
    when = datetime.fromisoformat(text)
    if when.tzinfo is None:
        when = when.replace(tzinfo=UTC)
    if len(text.strip()) == len("2026-01-05"):
        return spread_over_day(hours(when), reference=reference)
    return hours(when)
