"""How good detection is: false spots, lead time, who complained although a spot stood."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final

from django.db.models import Count, F, Min, Q
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from complaints.intake.models import Topic
from heatmaps_project.supervision.boards.spans import Spread, spread
from heatmaps_project.supervision.scope import Scope
from heatmaps_project.supervision.shares import NOTHING, Share
from spots.cases.models import Membership
from spots.cases.states import Dismissal, State

NO_FAULT: Final = (Dismissal.NOT_NETWORK, Dismissal.DUPLICATE, Dismissal.TEST)

HOW: Final[tuple[Promise, ...]] = (
    gettext_lazy(
        "False: of the spots that ended in the period, closed or dismissed, those dismissed as no"
        " network fault, a duplicate or a test."
    ),
    gettext_lazy(
        "Lead time: of the spots opened in the period, from the first complaint to the opening."
    ),
    gettext_lazy(
        "Complained although it stood: of the customers in the spots opened in the period, those"
        " whose first complaint came in after the opening. What was told sooner need not be told."
    ),
    gettext_lazy(
        "Intervals are 95-percent intervals: of shares after Wilson, of medians by ranks."
    ),
)


@dataclass
class _Counted:
    ended: int = 0
    false: int = 0
    leads: list[timedelta] = field(default_factory=list)


@dataclass(frozen=True)
class TopicRow:
    topic: str
    opened: int
    false: Share
    lead: Spread | None


@dataclass(frozen=True)
class Quality:
    false: Share
    lead: Spread | None
    afterwards: Share
    topics: list[TopicRow]
    weeks: list[tuple[date, Share]]  # by their Mondays


def quality(scope: Scope) -> Quality:
    """Count over the scope's spots: three queries, however many."""
    by_topic: defaultdict[str, _Counted] = defaultdict(_Counted)
    false: Counter[date] = Counter()
    ended: Counter[date] = Counter()
    since, names = scope.since(), {one.pk: str(one) for one in Topic.objects.all()}
    lived = scope.spots.filter(_ended(scope) | _opened(scope))
    # Not as objects: there are tens of thousands.
    for topic, started_at, opened_at, ended_at, state, why in lived.values_list(
        "topic", "started_at", "opened_at", "ended_at", "state", "dismissed_for"
    ):
        counted = by_topic[names.get(topic) or _("several topics")]
        if since <= opened_at <= scope.now:
            counted.leads.append(max(opened_at - started_at, timedelta()))
        if ended_at and since <= ended_at <= scope.now:
            is_false = state == State.DISMISSED and why in NO_FAULT
            counted.ended += 1
            counted.false += is_false
            day = ended_at.astimezone(scope.zone).date()
            ended[day] += 1
            false[day] += is_false
    by_week: defaultdict[date, Share] = defaultdict(lambda: NOTHING)
    for day, count in ended.items():
        by_week[day - timedelta(days=day.weekday())] += Share(false[day], count)
    return Quality(
        false=sum((Share(one.false, one.ended) for one in by_topic.values()), NOTHING),
        lead=spread([lead for one in by_topic.values() for lead in one.leads]),
        afterwards=_afterwards(scope),
        topics=[
            TopicRow(name, len(one.leads), Share(one.false, one.ended), spread(one.leads))
            for name, one in sorted(by_topic.items())
        ],
        weeks=[(monday, by_week[monday]) for monday in _mondays(scope)],
    )


def _opened(scope: Scope) -> Q:
    return Q(opened_at__gte=scope.since(), opened_at__lte=scope.now)


def _ended(scope: Scope) -> Q:
    return Q(ended_at__gte=scope.since(), ended_at__lte=scope.now)


def _afterwards(scope: Scope) -> Share:
    """Return the customers of the spots opened whose first complaint came in later than that."""
    members = Membership.objects.current().filter(
        case__in=scope.spots.filter(_opened(scope)),
        complaint__withdrawn_at=None,
        complaint__customer__isnull=False,
    )
    each = members.order_by().values("case", "complaint__customer")
    each = each.annotate(first=Min("complaint__received_at"), stood=F("case__opened_at"))
    found = each.aggregate(all=Count("case"), later=Count("case", filter=Q(first__gt=F("stood"))))
    return Share(found["later"], found["all"])


def _mondays(scope: Scope) -> list[date]:
    days = scope.dates()
    first = days[0] - timedelta(days=days[0].weekday())
    return [first + timedelta(weeks=n) for n in range((days[-1] - first).days // 7 + 1)]
