"""
The supervisor's figures, each counted anew from events, clocks and answers.

Definitions are the sentences of `HOW`, which the page prints below the numbers. Each function
asks a number of queries that does not grow with rows.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from complaints.customers.numbers.models import own_customers
from feedback.models import Answer, Message
from feedback.notifications.templates.catalogue import Reason
from heatmaps_project.supervision.rollups.facts import Fact
from heatmaps_project.supervision.rollups.reading import MOMENT, Sum, summed
from heatmaps_project.supervision.rollups.spans import Span
from heatmaps_project.supervision.scope import Scope
from heatmaps_project.supervision.shares import NOTHING, Share
from spots.cases.states import ENDED, WATCHED, WORKING, State
from spots.models import Clock, Team
from spots.sla.models import Target

AT_RISK = timedelta(hours=2)
LISTED = 20  # promises shown; the counts are of all

HOW: tuple[Promise, ...] = (
    _("Days begin at midnight of your time zone; the period includes today."),
    _("A merged spot is counted once, as the one it lives on in."),
    _(
        "Fixed within a day: of the spots opened in the period and older than 24 hours, those"
        " first marked fixed within 24 hours of opening, whose fix held for 72 hours: neither"
        " reopened nor sent back to fixing."
    ),
    _("At risk: a promise that falls due within 2 hours. Missed: one past due and still open."),
    _(
        "Promises kept: of those that fell due in the period, the ones done in time. What is"
        " still open past its due time counts as missed; what was no longer needed is left out."
    ),
    _(
        "Customers helped: distinct customers who had complained of a spot that was closed as fixed"
        " in the period, its fix proven."
    ),
    _(
        "Helped unasked: distinct customers who never complained of a spot, live in it, and whose"
        " message that it is fixed a gateway took in the period."
    ),
    _("Customers told: distinct customers whose message about a fix a gateway took in the period."),
    _("Answered: of the customers told in the period, those who have rated since."),
    _(
        "Satisfied: ratings that their survey counts as good, usually 4 and 5, of all ratings given"
        " in the period."
    ),
    _("Intervals are 95-percent intervals after Wilson."),
)


@dataclass(frozen=True)
class StateRow:
    label: str
    bands: tuple[int, ...]  # spots of P1 … P4

    @property
    def total(self) -> int:
        return sum(self.bands)


@dataclass(frozen=True)
class Promises:
    at_risk: int
    missed: int
    soonest: list[Clock]  # of both, at most LISTED


@dataclass(frozen=True)
class Told:
    customers: int
    answered: Share
    ratings: int
    mean: float | None
    satisfied: Share


@dataclass(frozen=True)
class Helped:
    """Distinct customers: those who complained, and those who did not."""

    complained: int
    unasked: int


@dataclass(frozen=True)
class TeamRow:
    name: str | None  # None: of no team
    open: int
    missed: int
    opened: int
    fixed: int
    kept: Share


def work_now(scope: Scope) -> list[StateRow]:
    """Count the spots that are worked on or watched, by state and priority band."""
    counts = Counter(
        {
            (state, band): count
            for state, band, count in scope.spots.filter(
                Q(state__in=WORKING) | Q(state__in=WATCHED)
            )
            .values_list("state", "band")
            .annotate(Count("pk"))
        }
    )
    current = [state for state in State if state not in ENDED]
    return [
        StateRow(str(state.label), tuple(counts[state, band] for band in range(1, 5)))
        for state in current
    ]


def promises(scope: Scope) -> Promises:
    """Find the promises that are missed and open, and those about to be."""
    urgent = scope.clocks.running().filter(due_at__lte=scope.now + AT_RISK)
    counts = urgent.aggregate(
        missed=Count("pk", filter=Q(due_at__lt=scope.now)),
        at_risk=Count("pk", filter=Q(due_at__gte=scope.now)),
    )
    soonest = urgent.select_related("case__team", "case__topic").order_by("due_at", "pk")
    return Promises(
        soonest=list(soonest.defer("case__outline", "case__evidence")[:LISTED]), **counts
    )


def kept(scope: Scope) -> dict[tuple[int | None, str], Share]:
    """Return the promises kept of those that fell due in the period, by team and target."""
    told = summed(scope, [Fact.DUE], [Span(scope.since(), scope.now)], by=["team", "what"])
    return {(team, target): Share(due.good, due.n) for (_fact, team, target), [due] in told.items()}


def kept_by_target(shares: dict[tuple[int | None, str], Share]) -> list[tuple[str, Share]]:
    return [
        (
            str(target.label),
            sum((share for (_team, of), share in shares.items() if of == target), NOTHING),
        )
        for target in Target
        if target != Target.FIRST_ANSWER  # single cases promise it, and these are spots
    ]


def helped(scope: Scope) -> Helped:
    """Count whom the period's fixes helped, each once however many spots they were in."""
    # By one join each: a subquery of cases is held against all of them.
    members = scope.spots.filter(
        Q(memberships__until=None) | Q(memberships__until__gte=F("fixed_at")),
        state=State.CLOSED,
        ended_at__gte=scope.since(),
        ended_at__lte=scope.now,
        memberships__complaint__withdrawn_at=None,
        memberships__complaint__customer__isnull=False,
    )
    unasked = Message.objects.filter(
        case__in=scope.spots,
        reason=Reason.AREA_FIXED,
        handed_over_at__gte=scope.since(),
        handed_over_at__lte=scope.now,
    )
    return Helped(
        complained=_distinct(members, "memberships__complaint__customer"),
        unasked=_distinct(unasked, "customer"),
    )


def _distinct(rows: QuerySet[Any], field: str) -> int:
    """By customer first: that is a hash, where to count distinct ones is a sort."""
    return rows.order_by().values(field).distinct().count()


def told(scope: Scope) -> Told:
    """Return how many customers were told of a fix, and what they said."""
    asked = Q(invitation__of_stranger=False) & ~Q(customer__in=own_customers())
    answered = Answer.objects.filter(invitation=OuterRef("invitation"), at__gte=scope.since())
    # By customer first: that is a hash, where to count distinct ones is a sort.
    told_of_fixes = Message.objects.filter(
        case__in=scope.spots,
        reason=Reason.FIXED,
        handed_over_at__gte=scope.since(),
        handed_over_at__lte=scope.now,
    )
    each = (
        told_of_fixes.order_by()
        .values("customer")
        .annotate(
            were=Count("pk", filter=asked),
            spoke=Count("pk", filter=asked & Q(Exists(answered))),
        )
    )
    messages = each.aggregate(
        customers=Count("customer"),
        asked=Count("customer", filter=Q(were__gt=0)),
        answered=Count("customer", filter=Q(spoke__gt=0)),
    )
    rated = ratings(scope)
    return Told(
        customers=messages["customers"],
        answered=Share(messages["answered"], messages["asked"]),
        ratings=rated.n,
        mean=rated.total / rated.n if rated.n else None,
        satisfied=Share(rated.good, rated.n),
    )


def ratings(scope: Scope) -> Sum:
    """Return the ratings of the scope's fixes that were given in the period; total: their sum."""
    told = summed(scope, [Fact.RATED], [Span(scope.since(), scope.now + MOMENT)])
    return told[(Fact.RATED,)][0] if told else Sum()


def teams(
    scope: Scope,
    shares: Mapping[tuple[int | None, str], Share],
    flows: Mapping[int | None, tuple[int, int]],
) -> list[TeamRow]:
    """Return a row for each team that has anything to show, and one for spots of no team."""
    names: dict[int | None, str | None] = dict(Team.objects.values_list("pk", "name"))
    names[None] = None
    now_open = _by_team(scope.spots.working().values_list("team").annotate(Count("pk")))
    missed = _by_team(
        scope.clocks.running()
        .filter(due_at__lt=scope.now)
        .values_list("case__team")
        .annotate(Count("pk"))
    )
    rows = [
        TeamRow(
            name=name,
            open=now_open.get(team, 0),
            missed=missed.get(team, 0),
            opened=flows.get(team, (0, 0))[0],
            fixed=flows.get(team, (0, 0))[1],
            kept=sum((share for (of, _target), share in shares.items() if of == team), NOTHING),
        )
        for team, name in names.items()
    ]
    busy = [
        row for row in rows if row.open or row.missed or row.opened or row.fixed or row.kept.whole
    ]
    return sorted(busy, key=lambda row: (row.name is None, row.name or ""))


def _by_team(rows: Iterable[tuple[int | None, int]]) -> dict[int | None, int]:
    return dict(rows)
