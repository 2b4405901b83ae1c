"""Figures of the contact centre's calls, out of the record of lookups, in one query."""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Aggregate, Count, DurationField, F, Max, Min, Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from heatmaps_project.desk.models import Lookup, Origin, Outcome
from heatmaps_project.supervision.scope import Scope
from heatmaps_project.supervision.shares import Share

PASSED_ON = (Outcome.PASSED_ON, Outcome.SINGLE)

HOW: tuple[Promise, ...] = (
    _(
        "Calls: conversations in which somebody was looked up in the period, by agents or the CRM;"
        " customers' own pages are left out, and so is the choice of a team."
    ),
    _(
        "Answered at once: of the calls with an outcome, those of which nothing was passed on:"
        " the answer was enough, or the caller was attached to the spot."
    ),
    _("Time to answer: from the first lookup of a call to its last outcome; half took less."),
)


@dataclass(frozen=True)
class Calls:
    calls: int
    at_once: Share
    passed_on: Share
    median: timedelta | None  # from the first lookup to the last outcome; None: none had any
    nine_in_ten: timedelta | None  # took no longer

    @property
    def median_seconds(self) -> float | None:
        return self.median.total_seconds() if self.median is not None else None

    @property
    def longest_seconds(self) -> float | None:
        return self.nine_in_ten.total_seconds() if self.nine_in_ten is not None else None


class _Percentile(Aggregate):
    function = "percentile_cont"
    template = "percentile_cont(%(share)s) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = DurationField()


def calls(scope: Scope) -> Calls:
    """Count the period's calls, and how they ended."""
    rows = Lookup.objects.within(scope.walls).exclude(origin=Origin.OWN)
    rows = rows.filter(at__gte=scope.since(), at__lte=scope.now)
    if scope.region is not None:
        rows = rows.filter(region=scope.region)
    each = (
        rows.order_by()
        .values("call")
        .annotate(
            first=Min("at"),
            ended=Max("outcomes__at"),
            passed=Count("outcomes", filter=Q(outcomes__outcome__in=PASSED_ON)),
        )
    )
    found = each.annotate(took=F("ended") - F("first")).aggregate(
        calls=Count("call"),
        decided=Count("call", filter=Q(ended__isnull=False)),
        passed_on=Count("call", filter=Q(passed__gt=0)),
        median=_Percentile("took", share="0.5"),
        nine_in_ten=_Percentile("took", share="0.9"),
    )
    decided, passed = found["decided"], found["passed_on"]
    return Calls(
        found["calls"],
        Share(decided - passed, decided),
        Share(passed, decided),
        found["median"],
        found["nine_in_ten"],
    )
