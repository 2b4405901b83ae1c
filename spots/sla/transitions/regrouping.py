"""What becomes of promises when cases are merged, or that is undone."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from spots.sla.derivation import Fact, FactKind, State, derive
from spots.sla.ledger import entries_of, facts_by_clock
from spots.sla.models import Clock, LedgerEntry, LedgerKind
from spots.sla.transitions.recording import Author, Said, locked, record
from spots.sla.transitions.running import stop, undo_stop


@transaction.atomic
def merge(*, case_id: int, into_id: int, by: Author, now: datetime) -> None:
    """End the open promises of a case; those of the one it lives on in keep the earliest start."""
    starts = dict(Clock.objects.running().filter(case=case_id).values_list("target", "started_at"))
    stop(case_id=case_id, by=by, reason=f"№ {into_id}", now=now)

    def tells(clock: Clock, state: State | None) -> Iterable[Said]:
        earlier = starts.get(clock.target)
        if state and earlier and earlier < state.since:
            yield Said(Fact(FactKind.PROMISED, now, since=earlier), f"№ {case_id}")

    record(list(locked(into_id)), tells, by=by, now=now)


@transaction.atomic
def unmerge(*, case_id: int, into_id: int, merged_at: datetime, by: Author, now: datetime) -> None:
    """Let the promises of a merged case run on, and those of the other count as they did."""
    undo_stop(case_id=case_id, stopped_at=merged_at, by=by, now=now)
    clocks = list(locked(into_id))
    because = entries_of([clock.pk for clock in clocks]).filter(
        kind=LedgerKind.PROMISED, at=merged_at, since__isnull=False, reason=f"№ {case_id}"
    )
    merged = {one.clock_id: one for one in because}

    def tells(clock: Clock, state: State | None) -> Iterable[Said]:
        one = merged.get(clock.pk)
        if one and state and state.since == one.since:
            since = _before(clock, one).since
            yield Said(Fact(FactKind.PROMISED, now, since=since), f"№ {case_id}")

    record(clocks, tells, by=by, now=now)


def _before(clock: Clock, one: LedgerEntry) -> State:
    earlier = entries_of([clock.pk]).filter(number__lt=one.number)
    return derive(facts_by_clock([clock], earlier)[clock.pk])
