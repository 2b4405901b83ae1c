"""How good detection is: false spots, lead time, who complained although a spot stood."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from django.core.exceptions import EmptyResultSet
from django.db.models import DurationField, F
from django.db.models.functions import Greatest
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from complaints.intake.models import Topic
from heatmaps_project.supervision.boards.ranks import ALL, spreads
from heatmaps_project.supervision.boards.spans import Spread
from heatmaps_project.supervision.rollups.facts import Fact
from heatmaps_project.supervision.rollups.reading import MOMENT, Sum, summed
from heatmaps_project.supervision.rollups.spans import Span
from heatmaps_project.supervision.scope import Scope
from heatmaps_project.supervision.shares import NOTHING, Share

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


@dataclass(frozen=True)
class TopicRow:
    topic: str
    false: Share
    lead: Spread | None

    @property
    def opened(self) -> int:
        return self.lead.n if self.lead else 0


@dataclass(frozen=True)
class Quality:
    false: Share
    lead: Spread | None
    afterwards: Share
    topics: list[TopicRow]
    weeks: list[tuple[date, Share]]  # by their Mondays


def quality(scope: Scope) -> Quality:
    """Count over the scope's spots: a number of queries that does not grow with them."""
    span = Span(scope.since(), scope.now + MOMENT)
    ended = summed(scope, [Fact.ENDED], [span], by=["topic", "day"])
    joined = summed(scope, [Fact.JOINED], [span])
    false: defaultdict[int | None, Share] = defaultdict(lambda: NOTHING)
    by_week: defaultdict[date, Share] = defaultdict(lambda: NOTHING)
    for (_fact, topic, day), [one] in ended.items():
        false[topic] += _share(one)
        by_week[day - timedelta(days=day.weekday())] += _share(one)
    leads = _leads(scope)
    names: dict[int | None, str] = {one.pk: str(one) for one in Topic.objects.all()}
    rows = [
        TopicRow(names.get(topic) or _("several topics"), false[topic], leads.get(topic))
        for topic in {*false, *leads} - {ALL}
    ]
    return Quality(
        false=sum(false.values(), NOTHING),
        lead=leads.get(ALL),
        afterwards=_share(joined[Fact.JOINED,][0]) if joined else NOTHING,
        topics=sorted(rows, key=lambda row: row.topic),
        weeks=[(monday, by_week[monday]) for monday in _mondays(scope)],
    )


def _leads(scope: Scope) -> dict[Any, Spread]:
    """Return the lead times by topic, and of ALL."""
    opened = scope.spots.filter(opened_at__gte=scope.since(), opened_at__lte=scope.now)
    lead = Greatest(F("opened_at") - F("started_at"), timedelta(), output_field=DurationField())
    try:
        rows = opened.order_by().values("topic_id", lead=lead).query.sql_with_params()
    except EmptyResultSet:  # the reader is let into no brand or region
        return {}
    return spreads(*rows, of="lead", by="topic_id")


def _share(one: Sum) -> Share:
    return Share(one.good, one.n)


def _mondays(scope: Scope) -> list[date]:
    days = scope.dates()
    first = days[0] - timedelta(days=days[0].weekday())
    return [first + timedelta(weeks=n) for n in range((days[-1] - first).days // 7 + 1)]
