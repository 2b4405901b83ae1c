"""What a supervisor looks at first: promises about to break, and how long queues have waited."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db.models import F, OuterRef, Subquery
from django.db.models.functions import Coalesce

from heatmaps_project.supervision.boards.spans import Spread, spread
from heatmaps_project.supervision.scope import Scope
from spots.cases.models import Event
from spots.cases.states import WORKING, State
from spots.cases.wording import time_left, urgency
from spots.models import Clock

MOST: Final = 200  # spots in danger that are listed
LONG: Final = timedelta(days=1)


@dataclass(frozen=True)
class AtRisk:
    """A spot with the promise of it that runs out first."""

    clock: Clock
    left: str  # in words
    urgency: str  # "late", "soon" or "calm"


@dataclass(frozen=True)
class Queue:
    """The spots of a team in a state, and how long they have been in it."""

    team: str | None  # None: of no team
    state: str
    label: str
    ages: Spread
    oldest: timedelta
    long: int  # for more than LONG

    @property
    def median_hours(self) -> float:
        return self.ages.median / timedelta(hours=1)

    @property
    def oldest_hours(self) -> float:
        return self.oldest / timedelta(hours=1)


def at_risk(scope: Scope, within: timedelta) -> list[AtRisk]:
    """Return the spots whose promise has run out or will soon, the most urgent first."""
    due = scope.clocks.running().filter(due_at__lte=scope.now + within)
    first = due.order_by("case", "due_at", "pk").distinct("case").values("pk")
    rows = Clock.objects.filter(pk__in=first).select_related(
        "case__team", "case__engineer", "case__topic"
    )
    rows = rows.defer("case__outline", "case__evidence").order_by("due_at", "pk")
    return [_at_risk(clock, scope.now) for clock in rows[:MOST]]


def queues(scope: Scope) -> list[Queue]:
    """Return the queues of all teams, in one query; those that waited longest first."""
    came = Event.objects.filter(case=OuterRef("pk"), became=OuterRef("state"), at__lte=scope.now)
    rows = scope.spots.working().annotate(
        since=Coalesce(Subquery(came.order_by("-at").values("at")[:1]), F("opened_at"))
    )
    ages: defaultdict[tuple[str | None, str], list[timedelta]] = defaultdict(list)
    for team, state, since in rows.values_list("team__name", "state", "since"):
        ages[team, state].append(_age(since, scope.now))
    found = [_queue(team, state, lengths) for (team, state), lengths in ages.items()]
    return sorted(found, key=lambda queue: (-queue.oldest, queue.team or "", queue.state))


def _at_risk(clock: Clock, now: datetime) -> AtRisk:
    due_at = clock.due_at
    assert due_at is not None  # it was asked for by its due time
    return AtRisk(clock, time_left(due_at, now=now), urgency(due_at, now=now))


def _age(since: datetime, now: datetime) -> timedelta:
    return max(now - since, timedelta())


def _queue(team: str | None, state: str, lengths: list[timedelta]) -> Queue:
    ages = spread(lengths)
    assert ages is not None  # a queue has at least one
    assert state in WORKING
    long = sum(length > LONG for length in lengths)
    return Queue(team, state, str(State(state).label), ages, max(lengths), long)
