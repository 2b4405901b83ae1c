"""Appending to the ledger, and storing with the clock what follows from it."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from operator import attrgetter
from typing import Any, Final

from django.contrib.auth.models import AbstractBaseUser
from django.db import connection

from spots.sla.derivation import Fact, FactKind, State, derive
from spots.sla.ledger import facts_known
from spots.sla.models import Clock, ClockQuerySet, LedgerEntry, LedgerKind, ReopenMode

# One statement for a whole batch: a CASE for each row and column takes ten times as long.
_STORE: Final = """
    UPDATE spots_clock c SET
        policy_id = new.policy_id, minutes = new.minutes, started_at = new.started_at,
        due_at = new.due_at, due_version = new.due_version,
        consumed_minutes = new.consumed_minutes, paused_since = new.paused_since,
        satisfied_at = new.satisfied_at, breached_at = new.breached_at,
        stopped_at = new.stopped_at, last_number = new.last_number,
        recorded_from = new.recorded_from, recorded_until = new.recorded_until
    FROM unnest(
        %s::bigint[], %s::bigint[], %s::int[], %s::timestamptz[], %s::timestamptz[], %s::int[],
        %s::float8[], %s::timestamptz[], %s::timestamptz[], %s::timestamptz[],
        %s::timestamptz[], %s::int[], %s::timestamptz[], %s::timestamptz[]
    ) AS new (
        id, policy_id, minutes, started_at, due_at, due_version, consumed_minutes, paused_since,
        satisfied_at, breached_at, stopped_at, last_number, recorded_from, recorded_until
    )
    WHERE c.id = new.id
"""

INSTANT = timedelta.resolution


@dataclass(frozen=True)
class Said:
    """A fact that somebody tells of a clock, and what the ledger keeps with it."""

    fact: Fact
    reason: str = ""
    late: bool = False  # it may be of an earlier moment, and count only with what is yet to come


Author = AbstractBaseUser | None  # None: the engine
Tells = Callable[[Clock, State | None], Iterable[Said]]  # None: it has not been started


def locked(case_id: int) -> ClockQuerySet:
    """Return the clocks of a case with their calendars, locked until the transaction ends."""
    rows = Clock.objects.select_related("policy__working_time")
    return rows.select_for_update(of=("self",)).filter(case_id=case_id).order_by("pk")


def record(clocks: Sequence[Clock], tells: Tells, *, by: Author, now: datetime) -> int:
    """
    Append to the ledger what is told of locked clocks, store what follows; return how many moved.

    What changes nothing is left out, unless it is late. A breach is noted with what made it sure,
    at its moment; one that by a late fact did not happen is withdrawn.
    """
    known = facts_known(clocks)
    books = [_Book(clock, known[clock.pk], by=by, now=now) for clock in clocks]
    for book in books:
        for said in tells(book.clock, book.state):
            book.take(said)
        book.settle()
    written = [book for book in books if book.entries]
    append([entry for book in written for entry in book.entries])
    store([book.clock for book in written])
    return len(written)


def append(entries: Sequence[LedgerEntry]) -> None:
    """Write new entries; COPY takes a fifth of what as many rows of an INSERT take."""
    if not entries:
        return
    names = [field.attname for field in LedgerEntry._meta.concrete_fields if not field.primary_key]
    values = attrgetter(*names)
    columns = ", ".join(f'"{name}"' for name in names)
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY spots_ledgerentry ({columns}) FROM STDIN") as copy,
    ):
        for one in entries:
            copy.write_row(values(one))


def store(clocks: Sequence[Clock]) -> None:
    """Store what is derived of locked clocks."""
    if not clocks:
        return
    rows = [
        (
            clock.pk,
            clock.policy_id,
            clock.minutes,
            clock.started_at,
            clock.due_at,
            clock.due_version,
            clock.consumed_minutes,
            clock.paused_since,
            clock.satisfied_at,
            clock.breached_at,
            clock.stopped_at,
            clock.last_number,
            clock.recorded_from,
            clock.recorded_until,
        )
        for clock in clocks
    ]
    with connection.cursor() as cursor:
        cursor.execute(_STORE, [list(column) for column in zip(*rows, strict=True)])


def entry(clock: Clock, kind: str, *, at: datetime, now: datetime, **more: Any) -> LedgerEntry:
    """Return the next entry of a clock's ledger, which the caller saves together with it."""
    clock.last_number += 1
    clock.recorded_from = min(clock.recorded_from or now, now)
    clock.recorded_until = max(clock.recorded_until or now, now)
    return LedgerEntry(
        clock_id=clock.pk,
        number=clock.last_number,
        kind=kind,
        at=at,
        recorded_at=now,
        due_at=clock.due_at,
        due_version=clock.due_version,
        **{"due_before": clock.due_at, **more},
    )


@dataclass
class _Book:
    """A clock, its facts, and the entries that are to be written of it."""

    clock: Clock
    facts: list[Fact]
    by: Author
    now: datetime
    entries: list[LedgerEntry] = field(default_factory=list)
    state: State | None = None

    def __post_init__(self) -> None:
        self.state = derive(self.facts) if self.facts else None

    def take(self, said: Said) -> None:
        before = self.state
        if before is None and said.fact.kind != FactKind.STARTED:
            return  # the ledger says nothing of it: somebody put the clock there by hand
        after = derive([*self.facts, said.fact])
        if before == after and (not said.late or said.fact in self.facts):
            return
        self._note_overdue(by=min(said.fact.at, self.now))
        self.facts.append(said.fact)
        self.state = after
        due_before, withdrawn = self.clock.due_at, self._follow(after)
        self._note(said, due_before=due_before)
        # What was missed before it began anew stays so in the ledger, but is the clock's no more.
        if withdrawn and not said.fact.restarts:
            self._append(LedgerKind.WITHDRAWN, at=self.now, due_before=withdrawn)

    def settle(self) -> None:
        """Note a breach that what was told has made sure."""
        if self.state is not None and self.entries:
            self._note_breach(self.state.missed_at(self.now))

    def _follow(self, state: State) -> datetime | None:
        """Put what is derived into the clock, and return the breach that no longer holds."""
        clock = self.clock
        due_before, missed = clock.due_at, clock.breached_at
        _take_over(clock, state, until=max(fact.at for fact in self.facts))
        holds = missed is None or missed == state.missed_at(max(self.now, missed + INSTANT))
        if not holds:
            clock.breached_at = None
        if clock.last_number and (due_before != clock.due_at or not holds):
            clock.due_version += 1
        return None if holds else missed

    def _note(self, said: Said, *, due_before: datetime | None) -> None:
        fact, promise = said.fact, said.fact.promise
        mode = ""
        if fact.kind == FactKind.REOPENED:
            mode = ReopenMode.RESTART if fact.restarts else ReopenMode.CONTINUE
        self._append(
            fact.kind,
            at=fact.at,
            by_id=self.by.pk if self.by else None,
            due_before=due_before,
            reason=said.reason[:200],
            since=fact.since,
            mode=mode,
            policy_id=promise.policy if promise else None,
            minutes=int(promise.minutes) if promise else None,
            policy_version_id=promise.policy_version if promise else None,
            calendar_version_id=promise.calendar_version if promise else None,
        )

    def _note_overdue(self, *, by: datetime) -> None:
        """Note that what is open was missed by then, before something else happens to it."""
        clock = self.clock
        is_open = clock.satisfied_at is None and clock.stopped_at is None
        if is_open and clock.due_at is not None and clock.due_at < by:
            self._note_breach(clock.due_at)

    def _note_breach(self, missed: datetime | None) -> None:
        if missed and self.clock.breached_at is None:
            self.clock.breached_at = missed
            self._append(LedgerKind.BREACHED, at=missed)

    def _append(self, kind: str, *, at: datetime, **more: Any) -> None:
        self.entries.append(entry(self.clock, kind, at=at, now=self.now, **more))


def _take_over(clock: Clock, state: State, *, until: datetime) -> None:
    """Put what is derived into the clock's columns; a breach that still holds stays."""
    clock.policy_id = state.promise.policy or clock.policy_id
    clock.minutes = int(state.promise.minutes)
    clock.started_at = state.since
    clock.due_at = state.due
    clock.consumed_minutes = state.consumed(until)
    clock.paused_since = state.paused_since
    clock.satisfied_at, clock.stopped_at = state.satisfied_at, state.stopped_at
