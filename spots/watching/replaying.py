"""
Corrections of history: what a complaint was, where, when, or that it was none.

The engine's state is stored every few hours. From the last one before a corrected complaint was
taken, everything since is judged anew, as it is now: so the engine knows what it would know if
the complaint had come in right. Cases follow at the next tick as they follow anything else: what
is found besides is opened or grown, what is no longer found is marked quiet, and people's work
is never undone.
"""

from datetime import datetime, timedelta
from itertools import groupby
from operator import attrgetter

import numpy as np

from spots.detection.arrivals import in_hours
from spots.detection.engine import Engine
from spots.watching import engines, reading, transitions
from spots.watching.carrying import Carrier
from spots.watching.deciding import decisions
from spots.watching.engines import Held
from spots.watching.models import Arrival, Checkpoint, LearntBaseline, Watch
from spots.watching.scores import booked

EVERY = timedelta(hours=6)
KEPT = timedelta(days=5)  # beyond the 96 h after which a spot is forgotten
NOTICED = timedelta(days=30)  # a correction that detection has not seen for so long is too old


def keep_checkpoint(watch: Watch, held: Held, *, at: datetime) -> None:
    """Store the engine's state if the last one stored is some hours old."""
    if not watch.checkpoints.filter(at__gt=at - EVERY, at__lte=at).exists():
        transitions.book_checkpoint(watch, at=at, state=state_of(held, at=at), kept=KEPT)


def state_of(held: Held, *, at: datetime) -> dict[str, object]:
    """The engine's state as it is stored: with the topics that its keys stand for."""
    return {**held.engine.state(in_hours(at)), "topics": list(held.place.topics)}


def heed_corrections(watch: Watch, held: Held) -> Held:
    """Return an engine that knows what has been corrected: the same if nothing has."""
    assert watch.looked_at is not None
    changed = reading.corrected(watch, since=watch.looked_at - NOTICED)
    taken = dict(changed.values_list("pk", "arrival__at"))
    if not taken:
        return held
    still = held.place.complaints().filter(pk__in=taken)
    corrections = dict(still.values_list("pk", "corrections"))
    transitions.release(taken.keys() - corrections.keys())
    transitions.note_corrections(corrections)
    told = held.engine.state(in_hours(watch.looked_at))["told"]
    from_here = watch.checkpoints.filter(at__lt=min(taken.values())).order_by("-at").first()
    # Without one it was too long ago to change what the engine knows, but for its window.
    anew = _replayed(watch, held, from_here) if from_here else None
    fresh = anew or engines.current(watch, held.place, None)
    fresh.engine.say_again(told)
    Carrier(watch, fresh).recognise()
    return fresh


def _replayed(watch: Watch, held: Held, checkpoint: Checkpoint) -> Held:
    """Take everything since a checkpoint again, each by the baseline that it was judged by."""
    looked_at, place = watch.looked_at, held.place
    assert looked_at is not None
    # Whole rows: they are written again, and a column left out would be a query for each.
    since = Arrival.objects.filter(watch=watch, at__gt=checkpoint.at)
    rows = list(since.order_by("at", "complaint_id"))
    wanted = {row.baseline_id for row in rows} | {held.learnt.pk}
    # One that cannot be read any more, or was of other topics, judges nothing again.
    readable = LearntBaseline.objects.filter(
        pk__in=wanted, arrays__isnull=False, topics=list(place.topics)
    )
    baselines = dict.fromkeys(wanted, held.engine.baseline)
    for row in readable.exclude(pk=held.learnt.pk):
        baselines[row.pk] = engines.baseline_of(row, held.verdicts)
    first = rows[0].baseline_id if rows else held.learnt.pk
    engine = engines.started(
        watch, place, held.rule, baselines[first], state=checkpoint.state, at=checkpoint.at
    )
    decided = decisions(watch, since=checkpoint.at - timedelta(hours=held.rule.window_h))
    transitions.forget_near_misses(watch, since=checkpoint.at)
    engine.fold.obey(decided, at_h=in_hours(checkpoint.at))
    fresh = Held(engine, place, held.rule, held.learnt, held.found, held.verdicts, held.version)
    fresh.ears.listen(engine, place, until=checkpoint.at)
    stops = list(watch.checkpoints.filter(at__gt=checkpoint.at).values_list("at", flat=True))
    for stop in sorted({*stops, looked_at}):
        due = [row for row in rows if row.at <= stop]
        rows = rows[len(due) :]
        for baseline, part in groupby(due, key=attrgetter("baseline_id")):
            if engine.baseline is not baselines[baseline]:
                engine.rebase(baselines[baseline])
            _take(engine, list(part), held)
        if stop in stops:
            transitions.book_checkpoint(watch, at=stop, state=state_of(fresh, at=stop), kept=KEPT)
    if engine.baseline is not baselines[held.learnt.pk]:
        engine.rebase(baselines[held.learnt.pk])
    return fresh


def _take(engine: Engine, rows: list[Arrival], held: Held) -> None:
    """Have some arrivals scored and folded again, and store their scores."""
    complaints = held.place.complaints().filter(pk__in=[row.complaint_id for row in rows])
    arrived = reading.read(complaints, received="arrival__at", place=held.place)
    scores = engine.arrive(arrived)
    known = {row.complaint_id: row for row in rows}
    again = [known[complaint] for complaint in arrived.id.tolist()]
    assert np.all(np.diff(arrived.received_h) >= 0)
    transitions.book_arrivals(booked(again, scores))
