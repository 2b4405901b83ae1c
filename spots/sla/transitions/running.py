"""
How the clocks of a case stand still, end and run on.

Each of these may tell of an earlier moment than the one at which it is heard of: `at`. The facts
take their place in the ledger, and every due time is derived anew.
"""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from spots.sla.derivation import ENDED, Category, Fact, FactKind, State
from spots.sla.models import Clock, ReopenMode, Target
from spots.sla.transitions.recording import Author, Said, locked, record


@transaction.atomic
def pause(
    *, case_id: int, reason: str, by: Author, now: datetime, at: datetime | None = None
) -> None:
    """Let the open promises of a case stand still; until they run on, nothing is due."""
    _tell(case_id, FactKind.PAUSED, reason=reason, by=by, now=now, at=at)


@transaction.atomic
def resume(
    *, case_id: int, reason: str = "", by: Author, now: datetime, at: datetime | None = None
) -> None:
    """Let what stands still run on; the pause counts in working time only."""
    _tell(case_id, FactKind.RESUMED, reason=reason, by=by, now=now, at=at)


@transaction.atomic
def satisfy(
    *, case_id: int, target: Target, by: Author, now: datetime, at: datetime | None = None
) -> None:
    """Note that a promise was kept, in time or late; a second time changes nothing."""
    _tell(case_id, FactKind.DONE, target=target, by=by, now=now, at=at)


@transaction.atomic
def stop(
    *, case_id: int, by: Author, reason: str, now: datetime, at: datetime | None = None
) -> None:
    """End every promise that is still open: the case is no longer to be worked on."""
    _tell(case_id, FactKind.STOPPED, reason=reason, by=by, now=now, at=at)


@transaction.atomic
def reopen(
    *, case_id: int, by: Author, reason: str = "", now: datetime, at: datetime | None = None
) -> None:
    """
    Let promises run on that ended too early: the one to fix, and those a dismissal stopped.

    As the policy says, the time in which they stood still is a pause, counted in working time,
    or they begin anew. A promise that was missed and runs on stays missed at the moment it was;
    one that was missed and stopped was never done: it runs on, whatever the policy says.
    """

    def tells(clock: Clock, state: State | None) -> Iterable[Said]:
        if clock.target == Target.FIX or (state and state.category == Category.STOPPED):
            restarts = clock.policy.reopening == ReopenMode.RESTART
            fact = Fact(FactKind.REOPENED, at or now, restarts=restarts)
            yield Said(fact, reason, late=at is not None)

    record(list(locked(case_id)), tells, by=by, now=now)


@transaction.atomic
def undo_stop(*, case_id: int, stopped_at: datetime, by: Author, now: datetime) -> None:
    """Let the promises run on that were stopped at a moment, by mistake; in between is a pause."""

    def tells(_clock: Clock, state: State | None) -> Iterable[Said]:
        if state and state.category == Category.STOPPED and state.ended_at == stopped_at:
            yield Said(Fact(FactKind.REOPENED, now))

    record(list(locked(case_id)), tells, by=by, now=now)


def _tell(
    case_id: int,
    kind: FactKind,
    *,
    target: Target | None = None,
    reason: str = "",
    by: Author,
    now: datetime,
    at: datetime | None,
) -> None:
    """Tell of every promise, or of one, that it paused, ran on, was kept or no longer needed."""
    late = at is not None
    # What stands still already may, by a fact that is yet to be heard of, have run on before.
    kept = late or kind in (FactKind.PAUSED, FactKind.RESUMED)

    def tells(_clock: Clock, state: State | None) -> Iterable[Said]:
        if late or (state and state.category not in ENDED):
            yield Said(Fact(kind, at or now), reason, late=kept)

    clocks = locked(case_id)
    record(list(clocks.filter(target=target) if target else clocks), tells, by=by, now=now)
