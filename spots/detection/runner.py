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

from django.contrib.gis.geos import Polygon
from django.db import transaction
from django.utils.translation import gettext_noop

from spots.cases import transitions as cases
from spots.cases.models import Case
from spots.cases.states import State
from spots.detection import reading, transitions
from spots.detection.arrivals import Arrivals, moment
from spots.detection.engine import Change, Engine
from spots.detection.models import Arrival, Watch
from spots.detection.projection import Projection
from spots.detection.rules import Rule
from spots.detection.score import Score

logger = logging.getLogger(__name__)

LONGEST_LOOK = timedelta(hours=1)  # after a standstill: so much at a time, as it happened
BACK_AGAIN = gettext_noop("Complaints came back.")  # translated where it is read


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
        state=watch.state or None,
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
        _carry_over(watch, held, change, projection)
    state = engine.state(reading.in_hours(until))
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


def _carry_over(watch: Watch, held: _Held, change: Change, projection: Projection) -> None:
    """Make a change of the engine's spot a move of its case, unless people were quicker."""
    try:
        with transaction.atomic():
            _apply(watch, held, change, projection)
    except cases.IllegalMoveError as refusal:
        logger.info("Spot %s of watch %s stays as it is: %s", change.spot, watch.pk, refusal)


def _apply(watch: Watch, held: _Held, change: Change, projection: Projection) -> None:
    """Carry a change of the engine's spot over to its case."""
    now = moment(change.at_h)
    case = _case_of(watch, change.spot)
    if case is None:
        if change.state == "open":
            _open(watch, held, change, projection)
    elif change.state == "open":
        _go_on(case, change, projection, now=now)
    elif case.state in {State.DISMISSED, State.MERGED, State.CLOSED}:
        return
    elif change.state == "merged" and change.into is not None:
        _merge(case, _case_of(watch, change.into), now=now)
    else:
        cases.mark_quiet(case_id=case.pk, now=now)


def _open(watch: Watch, held: _Held, change: Change, projection: Projection) -> None:
    peak = change.peak
    key = peak.key if peak is not None else len(held.topics)
    case = cases.open_spot(
        brand_id=watch.brand_id,
        region_id=watch.region_id,
        topic_id=held.topics[key] if key < len(held.topics) else None,
        complaint_ids=change.members,
        outline=_polygon(change, projection),
        started_at=moment(peak.start_h if peak is not None else change.at_h),
        evidence=_evidence(change),
        now=moment(change.at_h),
    )
    transitions.book_sighting(watch, number=change.spot, case=case)


def _go_on(case: Case, change: Change, projection: Projection, *, now: datetime) -> None:
    """Grow a case; one that was fixed and had gone quiet is open again."""
    if case.state in {State.DISMISSED, State.MERGED}:
        return  # a person decided
    if case.state == State.CLOSED and not case.quiet_since:
        return  # the same complaints as before it was closed
    if case.state in {State.FIXED, State.CLOSED} and case.quiet_since:
        cases.reopen(case_id=case.pk, note=BACK_AGAIN, by=None, now=now)
    cases.grow(
        case_id=case.pk,
        complaint_ids=change.members,
        outline=_polygon(change, projection),
        evidence=max(case.evidence, _evidence(change), key=lambda said: said.get("score", 0)),
        now=now,
    )
    if case.quiet_since:
        cases.mark_active(case_id=case.pk, now=now)


def _merge(case: Case, into: Case | None, *, now: datetime) -> None:
    if into is None or into.state in {State.DISMISSED, State.MERGED, State.CLOSED}:
        return
    try:
        cases.merge(case_id=case.pk, into_id=into.pk, by=None, now=now)
    except cases.IllegalMoveError:
        # Fixed already, say: it stays its own case, and the engine knows it no more.
        cases.mark_quiet(case_id=case.pk, now=now)


def _case_of(watch: Watch, number: int) -> Case | None:
    return Case.objects.filter(sighting__watch=watch, sighting__number=number).first()


def _polygon(change: Change, projection: Projection) -> Polygon:
    assert change.outline is not None
    return Polygon([tuple(point) for point in projection.degrees(change.outline)], srid=4326)


def _evidence(change: Change) -> dict[str, float]:
    """What the spot page says: n customers in so many hours where so many are usual."""
    if change.peak is None:
        return {}
    peak = change.peak
    return {
        "score": round(peak.value, 2),
        "customers": peak.customers,
        "hours": round(change.at_h - peak.start_h, 2),
        "expected": round(peak.expected, 2),
        "radius_m": peak.radius_m,
    }
