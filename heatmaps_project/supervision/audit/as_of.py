"""
What the ledger and the events knew at a moment, where somebody has learnt more since.

A clock of which nothing was recorded after the moment stands as its row says. The others, which
are few, are derived anew from the entries that were there: by their own policies and calendars.
Of cases that changed hands since, team and engineer are those of the moment.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final, NamedTuple

from django.db import connection
from django.db.models import Q

from heatmaps_project.supervision.audit.scope import AuditScope
from spots.models import Clock, Event
from spots.sla.derivation import Fact, State, derive
from spots.sla.ledger import facts_known

# Those of which something was recorded later, if they fell due in the period or run by now, or
# something was known of them by then: number 1 is the first that was recorded.
_CHANGED: Final = """
    WITH later AS MATERIALIZED (
        SELECT clock_id, min(number) AS first FROM spots_ledgerentry
        WHERE recorded_at > %(as_of)s GROUP BY clock_id
    )
    SELECT c.id FROM later JOIN spots_clock c ON c.id = later.clock_id
    WHERE later.first > 1
        OR c.due_at >= %(since)s AND c.due_at < %(until)s
        OR c.satisfied_at IS NULL AND c.stopped_at IS NULL
"""


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
    """Who had a case."""

    case_id: int
    team_id: int | None
    engineer_id: int | None


@dataclass(frozen=True)
class Travel:
    """What is to be taken instead of the rows as they stand."""

    changed: list[int]  # clocks
    known: list[Known]  # those of them that were there, as they were known
    standings: list[Standing]


NOWHERE: Final = Travel([], [], [])


def travel(scope: AuditScope) -> Travel:
    """Return what was known otherwise at the scope's moment: seven queries, or none for now."""
    if not scope.travels:
        return NOWHERE
    when = {"since": scope.since, "until": scope.until, "as_of": scope.as_of}
    with connection.cursor() as cursor:
        cursor.execute(_CHANGED, when)
        changed = [clock_id for (clock_id,) in cursor.fetchall()]
    known = list(_known(changed, scope))
    return Travel(changed, known, _standings([row.clock_id for row in known], scope))


def _known(changed: Collection[int], scope: AuditScope) -> Iterable[Known]:
    clocks = list(Clock.objects.filter(pk__in=changed).prefetch_related("policy__working_time"))
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


def _standings(known: Collection[int], scope: AuditScope) -> list[Standing]:
    """Return who had the cases that have changed hands since the moment."""
    clocks = Clock.objects.filter(
        Q(pk__in=known) | Q(due_at__gte=scope.since, due_at__lt=scope.until)
    )
    says_who = Q(facts__has_key="team") | Q(facts__has_key="engineer")
    moved = Event.objects.filter(
        says_who, at__gt=scope.as_of, case__in=clocks.values("case")
    ).values("case")
    told: dict[int, list[tuple[datetime, dict[str, int | None]]]] = {}
    events = Event.objects.filter(says_who, case__in=moved).order_by("at", "pk")
    for case_id, at, facts in events.values_list("case", "at", "facts"):
        told.setdefault(case_id, []).append((at, facts))
    return [_standing(case_id, events, scope.as_of) for case_id, events in told.items()]


def _standing(
    case_id: int, events: list[tuple[datetime, dict[str, int | None]]], as_of: datetime
) -> Standing:
    who: dict[str, int | None] = {}
    for at, facts in events:
        if at <= as_of:
            who |= {name: facts[name] for name in ("team", "engineer") if name in facts}
        elif "team" in facts:  # the first that came later says from whom
            who.setdefault("team", facts.get("team_was"))
    return Standing(case_id, who.get("team"), who.get("engineer"))
