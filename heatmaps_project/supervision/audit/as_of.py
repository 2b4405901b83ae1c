"""
What the ledger and the events knew at a moment, where somebody has learnt more since.

A clock of which nothing was recorded after the moment stands as its row says. The others, which
are few, are derived anew from the entries that were there: by their own policies and calendars.
Of cases that changed hands since, team and engineer are those of the moment; of those that changed
in urgency, the priority band.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, NamedTuple

from django.contrib.postgres.fields import DateTimeRangeField
from django.db.models import (
    BooleanField,
    DateTimeField,
    Exists,
    Func,
    OuterRef,
    QuerySet,
    Value,
)
from django.db.models.expressions import CombinedExpression

from heatmaps_project.supervision.audit.scope import AuditScope
from spots.cases.indexes import SAYS_WHO
from spots.models import BandChange, Clock, Event
from spots.sla.derivation import Fact, State, derive
from spots.sla.ledger import facts_known

# From the first entry of a clock's ledger to the last: in between, it was known otherwise.
_KNOWN_OTHERWISE: Final = Func(
    "recorded_from", "recorded_until", function="tstzrange", output_field=DateTimeRangeField()
)


_Who = tuple[int | None, int | None]  # team and engineer


class Known(NamedTuple):
    """A clock as it was known; the columns of the relation that are its own."""

    clock_id: int
    policy_id: int
    minutes: int
    due_at: datetime | None
    satisfied_at: datetime | None
    stopped_at: datetime | None
    consumed: float


class Standing(NamedTuple):
    """How a case stood that has changed since."""

    case_id: int
    moved: bool  # it has changed hands since
    team_id: int | None  # who had it then; None also where it has not moved
    engineer_id: int | None
    band: int | None  # None: as it is


@dataclass(frozen=True)
class Travel:
    """What is to be taken instead of the rows as they stand."""

    known: Sequence[Known] = ()  # clocks of which more has been recorded since
    standings: Sequence[Standing] = ()

    def columns(self) -> dict[str, list[Any]]:
        """Return what is known by the names of the relation's parameters."""
        return {
            **_columns("known", Known._fields, self.known),
            **_columns("standing", Standing._fields, self.standings),
        }


def _columns(
    of: str, names: Sequence[str], rows: Sequence[tuple[Any, ...]]
) -> dict[str, list[Any]]:
    return {f"{of}_{name}": [row[n] for row in rows] for n, name in enumerate(names)}


NOWHERE: Final = Travel()


def travel(scope: AuditScope) -> Travel:
    """Return what was known otherwise at the scope's moment: nine queries, or none for now."""
    if not scope.travels:
        return NOWHERE
    known = list(_known(scope))
    clocks = [row.clock_id for row in known]
    had, bands = _had(clocks, scope), _bands(clocks, scope)
    standings = [
        Standing(case_id, case_id in had, *had.get(case_id, (None, None)), bands.get(case_id))
        for case_id in had.keys() | bands.keys()
    ]
    return Travel(known, standings)


def _known(scope: AuditScope) -> Iterable[Known]:
    moment = Value(scope.as_of, output_field=DateTimeField())
    holds = CombinedExpression(_KNOWN_OTHERWISE, "@>", moment, output_field=BooleanField())
    changed = Clock.objects.within(scope.walls).filter(holds)
    clocks = list(changed.only("policy").prefetch_related("policy__working_time"))
    for clock_id, facts in facts_known(clocks, by=scope.as_of).items():
        if facts:
            yield _row(clock_id, derive(facts), facts)


def _row(clock_id: int, state: State, facts: list[Fact]) -> Known:
    return Known(
        clock_id=clock_id,
        policy_id=state.promise.policy or 0,
        minutes=int(state.promise.minutes),
        due_at=state.due,
        satisfied_at=state.satisfied_at,
        stopped_at=state.stopped_at,
        consumed=state.consumed(max(fact.at for fact in facts)),
    )


def _had(known: Collection[int], scope: AuditScope) -> dict[int, _Who]:
    """Return who had the cases that have changed hands since the moment."""
    since = Event.objects.filter(SAYS_WHO, at__gt=scope.as_of)
    moved = {case_id for (case_id,) in _asked_for(since, known, scope, "case")}
    told: dict[int, list[tuple[datetime, dict[str, int | None]]]] = {}
    events = Event.objects.filter(SAYS_WHO, case__in=moved).order_by("at", "pk")
    for case_id, at, facts in events.values_list("case", "at", "facts"):
        told.setdefault(case_id, []).append((at, facts))
    return {case_id: _who(events, scope.as_of) for case_id, events in told.items()}


def _bands(known: Collection[int], scope: AuditScope) -> dict[int, int]:
    """Return the bands that cases have left since the moment, the first that each did."""
    since = BandChange.objects.filter(at__gt=scope.as_of)
    left = sorted(_asked_for(since, known, scope, "case", "at", "pk", "was"), reverse=True)
    return {case_id: was for case_id, _at, _pk, was in left}


def _asked_for(
    rows: QuerySet[Any], known: Collection[int], scope: AuditScope, *columns: str
) -> set[tuple[Any, ...]]:
    """Return columns of those rows whose cases are among what the scope asks for."""
    fell_due = Clock.objects.filter(
        case=OuterRef("case"), due_at__gte=scope.since, due_at__lt=scope.until
    )
    # Told apart, for an index to find each: of these there are few.
    others = (
        Clock.objects.running()
        .values("case")
        .union(Clock.objects.filter(pk__in=known).values("case"), all=True)
    )
    of_others = rows.filter(case__in=others).values_list(*columns)
    return set(rows.filter(Exists(fell_due)).values_list(*columns).union(of_others))


def _who(events: list[tuple[datetime, dict[str, int | None]]], as_of: datetime) -> _Who:
    who: dict[str, int | None] = {}
    for at, facts in events:
        if at <= as_of:
            who |= {name: facts[name] for name in ("team", "engineer") if name in facts}
        elif "team" in facts:  # the first that came later says from whom
            who.setdefault("team", facts.get("team_was"))
    return who.get("team"), who.get("engineer")
