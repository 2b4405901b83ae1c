"""
What would have become of a period's promises, had other minutes or another calendar been promised.

The same promises are looked at, by what the ledger says of each: when it began, when it stood
still and when it was done do not change, only when it would have been due.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from typing import Final

from heatmaps_project.supervision.audit.figures import Counts
from heatmaps_project.supervision.audit.promises import Promises
from spots.models import Clock
from spots.sla.calendar import WorkCalendar
from spots.sla.derivation import Promise, State
from spots.sla.ledger import states_of

MOST: Final = 20_000  # promises
_BATCH: Final = 2000


@dataclass(frozen=True)
class Otherwise:
    """What would have been promised; None: as it was."""

    minutes: int | None = None
    calendar: WorkCalendar | None = None

    def promise(self, was: Promise) -> Promise:
        return Promise(self.minutes or was.minutes, self.calendar or was.calendar, was.policy)


@dataclass(frozen=True)
class Compared:
    """Promises as they came out, and as they would have."""

    before: Counts
    after: Counts
    saved: int  # were broken, and would have been kept
    lost: int  # were kept, and would have been broken
    looked_at: int
    cut: bool  # there are more: only the newest were looked at


def compare(promises: Promises, otherwise: Otherwise) -> Compared:
    """Count the promises of a scope that fell due, as they were and as they would have been."""
    found = promises.ask(
        f"SELECT clock_id FROM promises ORDER BY due_at DESC, clock_id LIMIT {MOST + 1}",
        only_fallen=True,
    )
    ids = [clock_id for (clock_id,) in found[:MOST]]
    as_of = promises.scope.as_of
    pairs = Counter(
        (state.outcome(as_of), _promised(state, otherwise).outcome(as_of))
        for state in _states(ids, as_of)
    )
    before, after = Counter[str](), Counter[str]()
    for (was, would), count in pairs.items():
        before[was] += count
        after[would] += count
    return Compared(
        before=Counts(before),
        after=Counts(after),
        saved=sum(n for (was, would), n in pairs.items() if was != "kept" and would == "kept"),
        lost=sum(n for (was, would), n in pairs.items() if was == "kept" and would != "kept"),
        looked_at=pairs.total(),
        cut=len(found) > MOST,
    )


def _states(ids: list[int], as_of: datetime) -> Iterator[State]:
    """Yield how clocks stood by what was known at a moment: four queries for each batch."""
    left = iter(ids)
    while batch := list(islice(left, _BATCH)):
        clocks = Clock.objects.filter(pk__in=batch).prefetch_related("policy__working_time")
        yield from states_of(clocks, by=as_of).values()


def _promised(state: State, otherwise: Otherwise) -> State:
    return replace(state, promise=otherwise.promise(state.promise))
