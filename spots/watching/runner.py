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
from time import monotonic

from django.db import connection, transaction

from complaints.intake.models import Complaint
from complaints.isolation import isolated
from spots.cases import transitions as cases
from spots.detection.arrivals import in_hours, moment, rounded_up
from spots.watching import engines, learning, reading, replaying, retiring, transitions
from spots.watching.carrying import Carrier
from spots.watching.deciding import decisions
from spots.watching.engines import Held
from spots.watching.models import Arrival, Watch
from spots.watching.scores import booked

logger = logging.getLogger(__name__)

LONGEST_LOOK = timedelta(hours=1)  # after a standstill: so much at a time, as it happened
MOST_AT_ONCE = 5000  # complaints
SWEEP_S = 60.0  # seconds: far below the time limit of tasks
TICK = timedelta(milliseconds=1)  # the resolution of times of arrival

_held: dict[int, Held] = {}


def look_everywhere(*, now: datetime) -> int:
    """
    Look at every watch up to now, and return how many complaints were taken.

    Watches that lag behind take turns, a step each, so that none keeps the others waiting;
    what is left when the time for a sweep is over, the next one does.
    """
    transitions.ensure_watches()
    cases.release_withdrawn(now=now)
    retiring.retire(now=now)
    waiting, taken, began = _waiting(), 0, monotonic()
    while waiting and monotonic() - began < SWEEP_S:
        steps = {watch_id: _step_safely(watch_id, now=now) for watch_id in waiting}
        taken += sum(step.taken for step in steps.values() if step)
        waiting = [watch_id for watch_id, step in steps.items() if step and step.until < now]
    return taken


def _step_safely(watch_id: int, *, now: datetime) -> "_Step | None":
    """Look on by a step; a watch that cannot be looked at keeps nobody waiting."""
    failed = "Watch %s could not be looked at; the next sweep tries again"
    with isolated(logger, failed, watch_id):
        learning.learn_first(watch_id, now=now)
        return _look_on(watch_id, now=now)
    return None


def look(watch_id: int, *, now: datetime, stride: timedelta = LONGEST_LOOK) -> int:
    """
    Take what came in until `now`, and return how many complaints that were.

    stride  so much at a time
    """
    cases.release_withdrawn(now=now)
    learning.learn_first(watch_id, now=now)
    taken = 0
    while (step := _look_on(watch_id, now=now, stride=stride)) is not None:
        taken += step.taken
        if step.until >= now:
            break
    return taken


@dataclass(frozen=True)
class _Step:
    taken: int
    until: datetime


def _look_on(watch_id: int, *, now: datetime, stride: timedelta = LONGEST_LOOK) -> _Step | None:
    """Look on by one step, in one transaction; None: somebody else looks, or has looked."""
    held = _held.pop(watch_id, None)  # not trusted until the transaction stands
    with transaction.atomic():
        _take_time()
        locked = Watch.objects.in_force().select_for_update(skip_locked=True, of=("self",))
        rows = locked.select_related("region", "rule", "baseline").defer("baseline__arrays")
        watch = rows.filter(pk=watch_id).first()
        if watch is None or (watch.looked_at and watch.looked_at >= now):
            return None
        place = reading.place_of(watch)
        if not place.topics or not learning.fits(watch, place):
            return None  # nothing to judge, or the next sweep learns what is usual first
        held = engines.current(watch, place, held)
        if held.is_new:
            transitions.take_over(watch, topics=place.topics, since=now - _memory(held))
        if watch.looked_at is not None:
            held = replaying.heed_corrections(watch, held)
        step = _take(watch, held, now, stride)
    held.is_new = False
    _held[watch_id] = held
    return step


def _memory(held: Held) -> timedelta:
    return timedelta(hours=held.engine.rule.window_h)


def _take(watch: Watch, held: Held, now: datetime, stride: timedelta) -> _Step:
    """Take what came in by the next stop, and carry over what the engine makes of it."""
    memory = _memory(held)
    not_before = watch.looked_at + TICK if watch.looked_at else rounded_up(now - memory)
    if watch.looked_at is None:
        first_state = replaying.state_of(held, at=not_before)
        transitions.book_checkpoint(
            watch, at=not_before - TICK, state=first_state, kept=replaying.KEPT
        )
    stop = min(now, (watch.looked_at or now) + stride)
    waiting, until = reading.unseen(held.place, until=stop, memory=memory, limit=MOST_AT_ONCE)
    # No arrival, which is known to the millisecond, is later than the look that took it.
    until = max(rounded_up(until), not_before)
    arrived = reading.read(
        Complaint.objects.filter(pk__in=waiting), not_before=not_before, place=held.place
    )
    at_h = in_hours(until)
    held.engine.fold.obey(decisions(watch, since=until - memory), at_h=at_h)
    if len(arrived):
        held.ears.listen(held.engine, held.place, until=until)
    scores = held.engine.arrive(arrived)
    received = zip(arrived.id.tolist(), arrived.received_h.tolist(), strict=True)
    rows = [
        Arrival(
            complaint_id=complaint,
            watch=watch,
            baseline=held.learnt,
            at=moment(received_h),
            corrections=waiting[complaint],
        )
        for complaint, received_h in received
    ]
    transitions.book_arrivals(booked(rows, scores))
    Carrier(watch, held).carry(held.engine.tick(at_h), now=until)
    transitions.book_near_misses(watch, held.engine.fold.near_misses())
    state = replaying.state_of(held, at=until)
    held.version = transitions.book_look(watch, until=until, state=state)
    replaying.keep_checkpoint(watch, held, at=until)
    return _Step(len(arrived), until)


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
    learning.learn_anew(watch, now=since)
    while at < until:
        tomorrow = at.date() != min(at + step, until).date()
        at = min(at + step, until)
        if tomorrow:
            learning.learn_anew(watch, now=at)
        taken += look(watch.pk, now=at)
        progress((at - since) / (until - since))
    return taken


def forget() -> None:
    """Drop the engines in memory: the next looks build them from the database."""
    _held.clear()


def _take_time() -> None:
    """Let the transaction wait for our arithmetic: a mass outage takes minutes, not seconds."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL idle_in_transaction_session_timeout = '4min'")


def _waiting() -> list[int]:
    watches = Watch.objects.in_force()
    return list(watches.order_by("looked_at", "pk").values_list("pk", flat=True))
