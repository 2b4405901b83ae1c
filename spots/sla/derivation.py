"""
How a clock stands, from the facts that its ledger holds of it.

Facts count in the order of their moments, whenever somebody heard of them: one that comes late
takes its place among the others, and everything is derived anew. Those of one moment count as
they were recorded.

What was missed under one promise stays missed, whatever is promised afterwards. A due time that a
promise put into the past is missed as well, but only as long as that is what is promised.

Pure arithmetic: nothing here knows of a case or a database.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from itertools import groupby
from operator import attrgetter

from spots.sla.calendar import WorkCalendar
from spots.sla.outcomes import Outcome, outcome_of


class FactKind(StrEnum):
    STARTED = "started"
    PAUSED = "paused"
    RESUMED = "resumed"  # a pause is over
    DONE = "satisfied"
    STOPPED = "stopped"  # no longer needed
    REOPENED = "reopened"  # what was done or stopped is needed again
    PROMISED = "promised"  # other minutes, another calendar, or counted from another moment


class Category(StrEnum):
    OPEN = "open"
    PAUSED = "paused"
    DONE = "done"
    STOPPED = "stopped"


MOVES: dict[tuple[Category, FactKind], Category] = {
    (Category.OPEN, FactKind.PAUSED): Category.PAUSED,
    (Category.OPEN, FactKind.DONE): Category.DONE,
    (Category.OPEN, FactKind.STOPPED): Category.STOPPED,
    (Category.PAUSED, FactKind.RESUMED): Category.OPEN,
    (Category.PAUSED, FactKind.DONE): Category.DONE,
    (Category.PAUSED, FactKind.STOPPED): Category.STOPPED,
    (Category.DONE, FactKind.REOPENED): Category.OPEN,
    (Category.STOPPED, FactKind.REOPENED): Category.OPEN,
}  # any other pair changes nothing
ENDED = frozenset({Category.DONE, Category.STOPPED})


@dataclass(frozen=True)
class Promise:
    """Within how much working time of which calendar, and by which policy."""

    minutes: float  # of working time
    calendar: WorkCalendar
    policy: int | None = None
    # Of the history of settings; another version that says the same promises the same.
    policy_version: int | None = field(default=None, compare=False)
    calendar_version: int | None = field(default=None, compare=False)


@dataclass(frozen=True)
class Fact:
    """One thing that happened to a clock."""

    kind: FactKind
    at: datetime  # aware
    promise: Promise | None = None  # of what starts or is promised anew; None: as it was
    since: datetime | None = None  # of a promise: it counts from then; None: as it did
    # Of a reopening: it counts from now, unless it was missed and given up; else what was between
    # is a pause.
    restarts: bool = False


@dataclass(frozen=True)
class State:
    """A clock as its facts leave it; what depends on the hour is asked with it."""

    category: Category
    promise: Promise
    since: datetime  # it counts from then
    promised_at: datetime  # that it is promised so
    asked: tuple[Promise, datetime]  # last, and since when; it is another if that came too late
    pauses: tuple[tuple[datetime, datetime | None], ...]  # union; None: not over yet
    ended_at: datetime | None  # done or stopped

    @property
    def satisfied_at(self) -> datetime | None:
        return self.ended_at if self.category == Category.DONE else None

    @property
    def stopped_at(self) -> datetime | None:
        return self.ended_at if self.category == Category.STOPPED else None

    @property
    def paused_since(self) -> datetime | None:
        return self.pauses[-1][0] if self.category == Category.PAUSED else None

    @cached_property
    def due(self) -> datetime | None:
        """
        When the minutes are used up, in UTC; of what has ended: would be, had it run on.

        None: it stands still now, and they were not used up before; or its calendar has not so
        much working time to come.
        """
        return self.used_up(self.promise.minutes)

    def used_up(self, minutes: float) -> datetime | None:
        """Return the moment when so many of its minutes are used up, as `due` does."""
        try:
            return self.promise.calendar.due(self.since, minutes, self._known_pauses())
        except ValueError:  # every moment here is aware: it is the calendar that has run out
            return None

    def consumed(self, until: datetime) -> float:
        """Return the working minutes used up by then, or by its end."""
        end = until if self.ended_at is None else min(until, self.ended_at)
        return self.promise.calendar.worked(self.since, end, self.pauses)

    def missed_at(self, now: datetime) -> datetime | None:
        """Return the moment at which it was missed, its due time; None: it is not, by now."""
        end = now if self.ended_at is None else self.ended_at
        return self.due if self.due is not None and self.due < end else None

    def stays_missed(self, now: datetime) -> bool:
        """Say whether it was missed, by now, under this promise: any other comes too late."""
        missed = self.missed_at(now)
        return missed is not None and missed >= self.promised_at

    def outcome(self, as_of: datetime) -> Outcome:
        """Return what has become of the promise by a moment."""
        return outcome_of(
            due_at=self.due,
            satisfied_at=self.satisfied_at,
            stopped_at=self.stopped_at,
            as_of=as_of,
        )

    def _known_pauses(self) -> Sequence[tuple[datetime, datetime | None]]:
        if self.ended_at is None or not self.pauses:
            return self.pauses
        *before, (since, _) = self.pauses
        return [*before, (since, max(since, self.ended_at))]


def derive(facts: Iterable[Fact]) -> State:
    """
    Return how a clock stands by its facts, which are in the order of their recording.

    :raises ValueError: it was never started
    """
    ordered = sorted(facts, key=lambda fact: fact.at)
    start = next((fact for fact in ordered if fact.kind == FactKind.STARTED), None)
    if start is None or start.promise is None:
        raise ValueError("No fact says that the clock was started, and what was promised.")
    walk = _Walk(start.promise, start.since or start.at)
    for moment, facts_of_it in groupby(ordered, key=attrgetter("at")):
        walk.come_to(moment, list(facts_of_it))
    return walk.state


class _Walk:
    """A clock on its way through its facts, from its start."""

    def __init__(self, promise: Promise, since: datetime) -> None:
        self.category = Category.OPEN
        self.promise = promise
        self.since = self.promised_at = since
        self.asked = (promise, since)
        self.missed = False  # before the moment that it has come to, to stay so
        self.ended_at: datetime | None = None
        self.pauses: list[tuple[datetime, datetime | None]] = []

    @property
    def state(self) -> State:
        return State(
            category=self.category,
            promise=self.promise,
            since=self.since,
            promised_at=self.promised_at,
            asked=self.asked,
            pauses=tuple(self.pauses),
            ended_at=self.ended_at,
        )

    def come_to(self, moment: datetime, facts: Sequence[Fact]) -> None:
        """Take the facts of a moment."""
        if any(fact.kind == FactKind.PROMISED for fact in facts):
            self.missed = self.state.stays_missed(moment)
        for fact in facts:
            self._take(fact)

    def _take(self, fact: Fact) -> None:
        if fact.kind == FactKind.PROMISED and self.category not in ENDED:
            self.asked = (fact.promise or self.asked[0], fact.since or self.asked[1])
            if not self.missed:
                self._promise(fact.at)
        became = MOVES.get((self.category, fact.kind))
        if became is None:
            return
        if self.category == Category.OPEN:
            self.pauses.append((fact.at, None))
        elif became == Category.OPEN:
            anew = fact.restarts and not self._given_up  # asked before it runs on
            self.pauses[-1] = (self.pauses[-1][0], fact.at)
            if anew:
                self.asked, self.missed = (self.asked[0], fact.at), False
                self._promise(fact.at)
        self.ended_at = fact.at if became in ENDED else None
        self.category = became

    @property
    def _given_up(self) -> bool:
        """Whether it was stopped when it had been missed."""
        ended = self.ended_at if self.category == Category.STOPPED else None
        return ended is not None and self.state.missed_at(ended) is not None

    def _promise(self, at: datetime) -> None:
        """Let what was asked last be what is promised."""
        if self.asked != (self.promise, self.since):
            self.promise, self.since = self.asked
            self.promised_at = at
