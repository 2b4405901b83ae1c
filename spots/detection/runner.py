"""
Detection on the living database: complaints in, cases opened, grown, marked and merged.

Each look at a watch is one transaction under the watch's row lock: the engine takes what came
in, its changes become moves of cases, and how far it got is stored beside them. A worker that
dies has changed nothing, and the next look does the same work. Between looks the engine stays
in this process's memory; where another process looked last (the watch's version tells), it is
built anew from the database.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction

from spots.detection import reading, transitions
from spots.detection.arrivals import Arrivals, moment
from spots.detection.carrying import carry_over
from spots.detection.engine import Engine
from spots.detection.models import Arrival, Watch
from spots.detection.rules import Rule
from spots.detection.score import Score

logger = logging.getLogger(__name__)

LONGEST_LOOK = timedelta(hours=1)  # after a standstill: so much at a time, as it happened


@dataclass
class _Held:
    """An engine in memory, and the state of the watch that it stands for."""

    engine: Engine
    version: int
    learnt_at: datetime
    topics: tuple[int, ...]


_held: dict[int, _Held] = {}


def look_everywhere(*, now: datetime) -> int:
    """Look at every watch up to now, and return how many complaints were taken."""
    transitions.ensure_watches()
    return sum(_look_safely(watch_id, now=now) for watch_id in _waiting())


def _look_safely(watch_id: int, *, now: datetime) -> int:
    """Look at a watch; one that cannot be looked at is logged, and keeps nobody else waiting."""
    try:
        return look(watch_id, now=now)
    except Exception:
        logger.exception("Watch %s could not be looked at; the next sweep tries again", watch_id)
        return 0


def look(watch_id: int, *, now: datetime) -> int:
    """Take what came in until `now`, and return how many complaints that were."""
    taken, until = 0, None
    while until != now:
        held = _held.pop(watch_id, None)  # not trusted until the transaction stands
        with transaction.atomic():
            _take_time()
            locked = Watch.objects.select_for_update(skip_locked=True, of=("self",))
            watch = locked.select_related("region").filter(pk=watch_id).first()
            if watch is None or (watch.looked_at and watch.looked_at >= now):
                return taken
            until = _next_stop(watch, now)
            held = _current(watch, held, until)
            taken += _look_once(watch, held, until)
        _held[watch_id] = held
    return taken


class AlreadyLookedError(Exception):
    """The watch has looked at the present: the past cannot be looked at after it."""


def replay(
    watch: Watch,
    *,
    since: datetime,
    until: datetime,
    step: timedelta,
    progress: Callable[[float], None],
) -> int:
    """
    Look at history as if it came in now, learning anew each day; return how many were taken.

    For a watch that never looked, after an import of history. `progress` gets the share done.

    :raises AlreadyLookedError: it has looked
    """
    if not transitions.begin(watch, at=since):
        raise AlreadyLookedError(f"{watch} has looked until {watch.looked_at}.")
    at, taken = since, 0
    transitions.learn_anew(watch, now=since)
    while at < until:
        tomorrow = at.date() != min(at + step, until).date()
        at = min(at + step, until)
        if tomorrow:
            transitions.learn_anew(watch, now=at)
        taken += look(watch.pk, now=at)
        progress((at - since) / (until - since))
    return taken


def learn_everywhere(*, now: datetime, every: timedelta = timedelta(hours=20)) -> int:
    """Have each baseline that is older than `every` learnt anew; return how many."""
    stale = Watch.objects.exclude(learnt_at=None).filter(learnt_at__lt=now - every)
    for watch in stale:
        transitions.learn_anew(watch, now=now)
    return len(stale)


def forget() -> None:
    """Drop the engines in memory: the next looks build them from the database."""
    _held.clear()


def _take_time() -> None:
    """Let the transaction wait for our arithmetic: a mass outage takes minutes, not seconds."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL idle_in_transaction_session_timeout = '4min'")


def _waiting() -> list[int]:
    return list(Watch.objects.order_by("looked_at", "pk").values_list("pk", flat=True))


def _next_stop(watch: Watch, now: datetime) -> datetime:
    if watch.looked_at is None:
        return now
    return min(now, watch.looked_at + LONGEST_LOOK)


def _current(watch: Watch, held: _Held | None, until: datetime) -> _Held:
    """Return an engine that stands where the watch does, the one in memory if it still does."""
    topics = reading.topics()
    if watch.learnt_at is None:
        transitions.learn_anew(watch, now=until)
        watch.learnt_at = until
    if held is not None and held.version == watch.version and held.topics == topics:
        if held.learnt_at != watch.learnt_at:
            held.engine.rebase(reading.baseline(watch, at=watch.learnt_at, topics=topics))
            held.learnt_at = watch.learnt_at
        return held
    engine = Engine(
        reading.baseline(watch, at=watch.learnt_at, topics=topics),
        Rule(),
        state=_in_terms_of(topics, watch.state) if watch.state else None,
    )
    if watch.looked_at is not None:
        since = watch.looked_at - timedelta(hours=engine.memory_h)
        engine.warm(
            reading.read(
                reading.taken_since(watch, since),
                received="arrival__at",
                projection=reading.projection_of(watch),
                topics=topics,
            )
        )
    return _Held(engine, watch.version, watch.learnt_at, topics)


def _in_terms_of(topics: tuple[int, ...], state: dict[str, Any]) -> dict[str, Any]:
    """Return a stored state with its keys as they are now: topics come, and pooled is the last."""
    number = {old: topics.index(pk) for old, pk in enumerate(state["topics"]) if pk in topics}
    for group in state["fold"]["groups"]:
        group["peak"]["key"] = number.get(group["peak"]["key"], len(topics))
    return state


def _look_once(watch: Watch, held: _Held, until: datetime) -> int:
    engine, projection = held.engine, reading.projection_of(watch)
    memory = timedelta(hours=engine.rule.window_h)
    arrived = reading.read(
        reading.unseen(watch, until=until, memory=memory),
        not_before=watch.looked_at,
        projection=projection,
        topics=held.topics,
    )
    scores = engine.arrive(arrived)
    transitions.book_arrivals(_arrivals(watch, arrived, scores))
    for change in engine.tick(reading.in_hours(until)):
        carry_over(change, watch=watch, topics=held.topics, projection=projection)
    state = {**engine.state(reading.in_hours(until)), "topics": held.topics}
    held.version = transitions.book_look(watch, until=until, state=state)
    return len(arrived)


def _arrivals(watch: Watch, arrived: Arrivals, scores: list[Score | None]) -> list[Arrival]:
    rows = []
    columns = zip(arrived.id.tolist(), arrived.received_h.tolist(), scores, strict=True)
    for complaint, received_h, score in columns:
        row = Arrival(complaint_id=complaint, watch=watch, at=moment(received_h))
        if score is not None:
            row.score, row.live, row.radius_m = score.value, score.live, score.radius_m
            row.customers, row.expected = score.customers, score.expected
            row.start_at = moment(score.start_h)
        rows.append(row)
    return rows
