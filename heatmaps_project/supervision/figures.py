"""
The supervisor's figures, each counted anew from events, clocks and answers.

Definitions are the sentences of `HOW`, which the page prints below the numbers. Each function
asks a number of queries that does not grow with rows.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Avg, Count, Exists, F, OuterRef, Q, Subquery
from django.db.models.expressions import RawSQL
from django.db.models.functions import TruncDate
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from feedback.models import Answer, Message
from feedback.notifications.catalogue import Reason
from heatmaps_project.supervision.scope import Scope
from heatmaps_project.supervision.shares import NOTHING, Share
from spots.cases.events import EventKind
from spots.cases.models import Event
from spots.cases.states import ENDED, State
from spots.models import Clock, Team
from spots.sla.models import ClockQuerySet, Target
from spots.sla.outcomes import OUTCOME, Outcome

IN_A_DAY = timedelta(hours=24)
HELD_FOR = timedelta(hours=72)
AT_RISK = timedelta(hours=2)
LISTED = 20  # promises shown; the counts are of all
TOP_TWO = 4  # the lowest rating that counts as satisfied

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
    _("Customers told: distinct customers whose message about a fix a gateway took in the period."),
    _("Answered: of the customers told in the period, those who have rated since."),
    _("Satisfied: ratings 4 and 5 of all ratings given in the period."),
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
class Flow:
    """Spots opened and fixed, each counted once in a total."""

    opened: dict[int, int]  # by the number of days
    fixed: dict[int, int]
    opened_daily: list[int]  # by `Scope.dates`
    fixed_daily: list[int]


@dataclass(frozen=True)
class Told:
    customers: int
    answered: Share
    ratings: int
    mean: float | None
    satisfied: Share


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
            for state, band, count in scope.spots.exclude(state__in=ENDED)
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
    urgent = _clocks(scope).running().filter(due_at__lte=scope.now + AT_RISK)
    counts = urgent.aggregate(
        missed=Count("pk", filter=Q(due_at__lt=scope.now)),
        at_risk=Count("pk", filter=Q(due_at__gte=scope.now)),
    )
    soonest = urgent.select_related("case__team", "case__topic").order_by("due_at", "pk")
    return Promises(
        soonest=list(soonest.defer("case__outline", "case__evidence")[:LISTED]), **counts
    )


def flow(scope: Scope, *, spans: Iterable[int] = (7, 30)) -> Flow:
    """Count the spots opened and fixed in the last days, in all and by the day."""
    events = Event.objects.filter(
        case__in=scope.spots, kind__in=(EventKind.OPENED, EventKind.FIXED), at__lte=scope.now
    )
    totals = events.aggregate(
        **{
            f"{kind}_{days}": Count(
                "case", distinct=True, filter=Q(kind=kind, at__gte=scope.since(days))
            )
            for kind in (EventKind.OPENED, EventKind.FIXED)
            for days in spans
        }
    )
    daily: dict[tuple[str, date], int] = {
        (kind, day): count
        for kind, day, count in events.filter(at__gte=scope.since())
        .annotate(day=TruncDate("at", tzinfo=scope.zone))
        .values_list("kind", "day")
        .annotate(Count("case", distinct=True))
    }
    return Flow(
        opened={days: totals[f"opened_{days}"] for days in spans},
        fixed={days: totals[f"fixed_{days}"] for days in spans},
        opened_daily=[daily.get((EventKind.OPENED, day), 0) for day in scope.dates()],
        fixed_daily=[daily.get((EventKind.FIXED, day), 0) for day in scope.dates()],
    )


def fixed_in_a_day(scope: Scope) -> Share:
    """Return how many of the period's spots were fixed within a day, and stayed so."""
    of_the_spot = Event.objects.filter(case=OuterRef("case"))
    fixes = of_the_spot.filter(kind=EventKind.FIXED).order_by("at")
    came_back = of_the_spot.filter(
        kind__in=(EventKind.REOPENED, EventKind.FAILED),
        at__gte=OuterRef("fixed"),
        at__lte=OuterRef("fixed") + HELD_FOR,
    )
    cohort = Event.objects.filter(
        case__in=scope.spots,
        kind=EventKind.OPENED,
        at__gte=scope.since(),
        at__lte=scope.now - IN_A_DAY,
    )
    counts = (
        cohort.annotate(fixed=Subquery(fixes.values("at")[:1]))
        .annotate(came_back=Exists(came_back))
        .aggregate(
            whole=Count("case", distinct=True),
            part=Count(
                "case",
                distinct=True,
                filter=Q(fixed__lte=F("at") + IN_A_DAY, came_back=False),
            ),
        )
    )
    return Share(**counts)


def kept(scope: Scope) -> dict[tuple[int | None, str], Share]:
    """Return the promises kept of those that fell due in the period, by team and target."""
    fallen_due = _clocks(scope).filter(due_at__gte=scope.since(), due_at__lt=scope.now)
    rows = (
        fallen_due.annotate(outcome=RawSQL(OUTCOME, [scope.now]))
        .exclude(outcome=Outcome.STOPPED)
        .values_list("case__team", "target")
        .annotate(due=Count("pk"), met=Count("pk", filter=Q(outcome=Outcome.KEPT)))
    )
    return {(team, target): Share(met, due) for team, target, due, met in rows}


def kept_by_target(shares: dict[tuple[int | None, str], Share]) -> list[tuple[str, Share]]:
    return [
        (
            str(target.label),
            sum((share for (_team, of), share in shares.items() if of == target), NOTHING),
        )
        for target in Target
        if target != Target.FIRST_ANSWER  # single cases promise it, and these are spots
    ]


def told(scope: Scope) -> Told:
    """Return how many customers were told of a fix, and what they said."""
    messages = Message.objects.filter(
        case__in=scope.spots,
        reason=Reason.FIXED,
        handed_over_at__gte=scope.since(),
        handed_over_at__lte=scope.now,
    ).aggregate(
        customers=Count("customer", distinct=True),
        answered=Count("customer", distinct=True, filter=Q(invitation__answers__isnull=False)),
    )
    given = Answer.objects.of_fixes().filter(at__gte=scope.since(), at__lte=scope.now)
    answers = given.filter(invitation__case__in=scope.spots).aggregate(
        ratings=Count("pk"), mean=Avg("score"), top=Count("pk", filter=Q(score__gte=TOP_TWO))
    )
    return Told(
        customers=messages["customers"],
        answered=Share(messages["answered"], messages["customers"]),
        ratings=answers["ratings"],
        mean=answers["mean"],
        satisfied=Share(answers["top"], answers["ratings"]),
    )


def teams(scope: Scope, shares: dict[tuple[int | None, str], Share]) -> list[TeamRow]:
    """Return a row for each team that has anything to show, and one for spots of no team."""
    names: dict[int | None, str | None] = dict(Team.objects.values_list("pk", "name"))
    names[None] = None
    now_open = _by_team(scope.spots.working().values_list("team").annotate(Count("pk")))
    missed = _by_team(
        _clocks(scope)
        .running()
        .filter(due_at__lt=scope.now)
        .values_list("case__team")
        .annotate(Count("pk"))
    )
    events = Event.objects.filter(
        case__in=scope.spots, at__gte=scope.since(), at__lte=scope.now
    ).values_list("case__team")
    opened, fixed = (
        _by_team(events.filter(kind=kind).annotate(Count("case", distinct=True)))
        for kind in (EventKind.OPENED, EventKind.FIXED)
    )
    rows = [
        TeamRow(
            name=name,
            open=now_open.get(team, 0),
            missed=missed.get(team, 0),
            opened=opened.get(team, 0),
            fixed=fixed.get(team, 0),
            kept=sum((share for (of, _target), share in shares.items() if of == team), NOTHING),
        )
        for team, name in names.items()
    ]
    busy = [
        row for row in rows if row.open or row.missed or row.opened or row.fixed or row.kept.whole
    ]
    return sorted(busy, key=lambda row: (row.name is None, row.name or ""))


def _is_busy(row: TeamRow) -> bool:
    return any((row.open, row.missed, row.opened, row.fixed, row.kept.whole))


def _clocks(scope: Scope) -> ClockQuerySet:
    return Clock.objects.filter(case__in=scope.spots)


def _by_team(rows: Iterable[tuple[int | None, int]]) -> dict[int | None, int]:
    return dict(rows)
