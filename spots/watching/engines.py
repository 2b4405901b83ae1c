"""The engines of this process: each stands for a watch as the database has it, or is made anew."""

from copy import deepcopy
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import numpy as np

from spots.detection.arrivals import Ints
from spots.detection.baseline import Baseline
from spots.detection.engine import Engine
from spots.detection.packing import unpack
from spots.detection.rules import Rule
from spots.watching import reading
from spots.watching.hearing import Ears
from spots.watching.models import LearntBaseline, Verdict, Watch
from spots.watching.reading import Place


@dataclass
class Held:
    """An engine, and the state of the watch that it stands for."""

    engine: Engine
    place: Place
    rule: Rule
    learnt: LearntBaseline
    found: Ints  # the attractors as they were learnt; people may have edited them
    verdicts: dict[int, str]  # of people, on attractors
    version: int
    ears: Ears = field(default_factory=Ears)
    is_new: bool = True  # made from the database, where another rule may have judged till now


def current(watch: Watch, place: Place, held: Held | None) -> Held:
    """
    Return an engine that stands where the watch does, the one in memory if it still does.

    Its baseline is in force, can be read, and is of the place's topics: see `learning.fits`.
    """
    learnt = watch.baseline
    assert learnt is not None
    rule = watch.rule.parameters(open_at=learnt.open_at)
    verdicts = reading.verdicts(place)
    if held is None or (held.version, held.place, held.rule) != (watch.version, place, rule):
        return _made(watch, place, rule, verdicts)
    if held.learnt.pk != learnt.pk:
        baseline, held.found = _loaded(learnt, verdicts)
        held.engine.rebase(baseline)
    elif held.verdicts != verdicts:
        held.engine.rebase(edited(replace(held.engine.baseline, attractors=held.found), verdicts))
    held.learnt, held.verdicts = learnt, verdicts
    return held


def started(
    watch: Watch,
    place: Place,
    rule: Rule,
    baseline: Baseline,
    *,
    state: dict[str, Any],
    at: datetime | None,
) -> Engine:
    """Make an engine that goes on from a state stored at a moment, with the window it had then."""
    engine = Engine(baseline, rule, state=in_terms_of(place, state) if state else None)
    if at is not None:
        since = at - timedelta(hours=engine.memory_h)
        known = reading.taken(watch, place).filter(arrival__at__gte=since, arrival__at__lte=at)
        window = reading.read(known, received="arrival__at", place=place)
        engine.warm(window)
        if state and list(place.topics) != state["topics"]:
            engine.fold.retain(window.id.tolist())  # the others are judged elsewhere now
    return engine


def baseline_of(learnt: LearntBaseline, verdicts: dict[int, str]) -> Baseline:
    """Return a stored baseline, with the attractors as people have edited them."""
    return _loaded(learnt, verdicts)[0]


def edited(baseline: Baseline, verdicts: dict[int, str]) -> Baseline:
    """Return a baseline with its attractors as people have edited them."""
    real = {at for at, verdict in verdicts.items() if verdict == Verdict.REAL}
    none = (set(baseline.attractors.tolist()) | verdicts.keys()) - real
    return replace(baseline, attractors=_sorted(none), trusted=_sorted(real))


def in_terms_of(place: Place, state: dict[str, Any]) -> dict[str, Any]:
    """Return a stored state with its keys as they are now: topics come, and pooled is the last."""
    topics, state = place.topics, deepcopy(state)
    number = {old: topics.index(pk) for old, pk in enumerate(state["topics"]) if pk in topics}
    for group in state["fold"]["groups"]:
        group["peak"]["key"] = number.get(group["peak"]["key"], len(topics))
    return state


def _made(watch: Watch, place: Place, rule: Rule, verdicts: dict[int, str]) -> Held:
    learnt = watch.baseline
    assert learnt is not None
    baseline, found = _loaded(learnt, verdicts)
    engine = started(watch, place, rule, baseline, state=watch.state, at=watch.looked_at)
    return Held(engine, place, rule, learnt, found, verdicts, watch.version)


def _loaded(learnt: LearntBaseline, verdicts: dict[int, str]) -> tuple[Baseline, Ints]:
    assert learnt.arrays is not None
    baseline = unpack(bytes(learnt.arrays))
    return edited(baseline, verdicts), baseline.attractors


def _sorted(coordinates: set[int]) -> Ints:
    return np.array(sorted(coordinates), dtype=np.int64)
