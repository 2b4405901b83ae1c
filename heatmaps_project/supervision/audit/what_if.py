"""
What would have become of a period's promises, had other minutes or another calendar been promised.

The same promises are looked at, by what the ledger says of each: when it began, when it stood
still and when it was done do not change, only when it would have been due.
"""

from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from complaints.among import among
from heatmaps_project.supervision.audit.figures import Counts
from heatmaps_project.supervision.audit.promises import Promises
from spots.models import Clock
from spots.sla.calendar import WorkCalendar
from spots.sla.derivation import Promise, State
from spots.sla.ledger import states_of
from spots.sla.models import LedgerKind
from spots.sla.outcomes import Outcome

MOST: Final = 5000  # promises that are looked at one by one
_NEAR: Final = 0.001  # minutes: used up as good as exactly, so that it matters at which moment

# What minutes used up tell of a promise that has ended; NULL: only its ledger tells.
_BY_MINUTES: Final = f"""
    , asked AS (SELECT *, coalesce(%(minutes)s::int, minutes) AS allowed FROM promises),
    told AS (
        SELECT clock_id, outcome, CASE
            WHEN coalesce(satisfied_at, stopped_at) IS NULL
                THEN CASE WHEN allowed <= minutes AND outcome = '{Outcome.MISSED}'
                    THEN '{Outcome.MISSED}' END
            WHEN abs(consumed - allowed) < {_NEAR} THEN NULL
            WHEN satisfied_at IS NULL
                THEN CASE WHEN consumed < allowed THEN '{Outcome.STOPPED}'
                    ELSE '{Outcome.MISSED}' END
            WHEN consumed < allowed THEN '{Outcome.KEPT}' ELSE '{Outcome.LATE}'
        END AS would FROM asked
    )
    SELECT outcome, would, count(*), array_agg(clock_id) FILTER (WHERE would IS NULL)
    FROM told GROUP BY outcome, would
"""
# A clock that never stood still, and always counted from one moment, needs no ledger either.
_BY_CALENDAR: Final = f"""
    , newest AS MATERIALIZED (
        SELECT clock_id, outcome, minutes, satisfied_at, stopped_at FROM promises
        ORDER BY due_at DESC, clock_id LIMIT {{most}}
    )
    SELECT clock_id, outcome, newest.minutes, started_at, newest.satisfied_at, newest.stopped_at,
        told.steady
    FROM newest JOIN spots_clock ON spots_clock.id = clock_id, LATERAL (
        SELECT NOT coalesce(bool_or(
            e.kind IN ('{LedgerKind.PAUSED}', '{LedgerKind.REOPENED}') OR e.since IS NOT NULL
        ), false) AS steady
        FROM spots_ledgerentry e WHERE e.clock_id = newest.clock_id
    ) AS told
"""


@dataclass(frozen=True)
class Otherwise:
    """What would have been promised; None: as it was."""

    minutes: int | None = None
    calendar: WorkCalendar | None = None

    def promise(self, was: Promise) -> Promise:
        return Promise(self.minutes or was.minutes, self.calendar or was.calendar, was.policy)

    def of_steady(
        self, minutes: int, since: datetime, ended_at: datetime, *, done: bool
    ) -> Outcome | None:
        """Return what had become of one that ended and never stood still; None: too near to say."""
        assert self.calendar is not None
        left = (self.minutes or minutes) - self.calendar.worked(since, ended_at)
        if abs(left) < _NEAR:
            return None
        in_time, too_late = (
            (Outcome.KEPT, Outcome.LATE) if done else (Outcome.STOPPED, Outcome.MISSED)
        )
        return in_time if left > 0 else too_late


@dataclass(frozen=True)
class Compared:
    """Promises as they came out, and as they would have."""

    before: Counts
    after: Counts
    saved: int  # were broken, and would have been kept
    lost: int  # were kept, and would have been broken
    looked_at: int
    cut: bool  # there are more: only the newest were looked at


# Promises by what became of them and would have; by clock, those whose ledger has to be read, with
# what became of them; and whether there are more.
_Told = tuple[Counter[tuple[str, str]], dict[int, str], bool]


def compare(promises: Promises, otherwise: Otherwise) -> Compared:
    """
    Count the promises of a scope that fell due, as they were and as they would have been.

    Other minutes are compared with what was used up, of all; another calendar is asked for each
    of the newest MOST.
    """
    by = _by_minutes if otherwise.calendar is None else _by_calendar
    pairs, unknown, cut = by(promises, otherwise)
    looked_at = sorted(unknown, reverse=True)[:MOST]
    as_of = promises.scope.as_of
    for clock_id, state in _states(looked_at, as_of).items():
        pairs[unknown[clock_id], _promised(state, otherwise).outcome(as_of)] += 1
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
        cut=cut or len(unknown) > MOST,
    )


def _by_minutes(promises: Promises, otherwise: Otherwise) -> _Told:
    pairs, unknown = Counter[tuple[str, str]](), dict[int, str]()
    found = promises.ask(_BY_MINUTES, only_fallen=True, minutes=otherwise.minutes)
    for outcome, would, count, ids in found:
        if would is None:
            unknown |= dict.fromkeys(ids, outcome)
        else:
            pairs[outcome, would] += count
    return pairs, unknown, False


def _by_calendar(promises: Promises, otherwise: Otherwise) -> _Told:
    pairs, unknown = Counter[tuple[str, str]](), dict[int, str]()
    found = promises.ask(_BY_CALENDAR.format(most=MOST + 1), only_fallen=True)
    for clock_id, outcome, minutes, since, satisfied_at, stopped_at, steady in found[:MOST]:
        ended_at = satisfied_at or stopped_at
        would = None
        if steady and ended_at is not None:
            would = otherwise.of_steady(minutes, since, ended_at, done=satisfied_at is not None)
        if would is None:
            unknown[clock_id] = outcome
        else:
            pairs[outcome, would] += 1
    return pairs, unknown, len(found) > MOST


def _states(ids: list[int], as_of: datetime) -> dict[int, State]:
    """Return how clocks stood by what was known at a moment: four queries."""
    rows = Clock.objects.filter(among("id", ids)).only("policy")
    return states_of(rows.prefetch_related("policy__working_time"), by=as_of) if ids else {}


def _promised(state: State, otherwise: Otherwise) -> State:
    return replace(state, promise=otherwise.promise(state.promise))
