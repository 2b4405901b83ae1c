"""What is counted of one span of the case: each figure by the definition that its page has."""

from dataclasses import dataclass
from math import sqrt

from django.db.models import Aggregate, DurationField, Exists, F, OuterRef

from complaints.intake.models import ComplaintQuerySet
from feedback.surveys.board import SCORED, Slice, scores_of
from feedback.surveys.scores import Csat, Nps, Z
from heatmaps_project.supervision.before_after.effects import Rate
from heatmaps_project.supervision.boards.spans import Spread
from heatmaps_project.supervision.boards.wall import solved, through_spots
from heatmaps_project.supervision.calls import Calls, calls
from heatmaps_project.supervision.flow import flow
from heatmaps_project.supervision.scope import Scope
from heatmaps_project.supervision.shares import Share
from spots.cases.models import Event, Kind, Membership


@dataclass(frozen=True)
class Measured:
    """The figures of a span."""

    in_a_day: Share
    through_spots: Share
    calls: Calls
    effort: Rate  # steps of people, for each complaint that was solved
    alone: Spread | None  # from reception to the solution, of those never in a spot
    scores: tuple[Nps, Csat]


class _Percentile(Aggregate):
    function = "percentile_disc"
    template = "percentile_disc(%(share)s) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = DurationField()


def measured(scope: Scope) -> Measured:
    """Count a span: some ten queries."""
    return Measured(
        in_a_day=flow(scope).in_a_day,
        through_spots=through_spots(scope),
        calls=calls(scope),
        effort=_effort(scope),
        alone=_spread(_alone(scope)),
        scores=_scores(scope),
    )


def _effort(scope: Scope) -> Rate:
    steps = Event.objects.filter(at__gte=scope.since(), at__lte=scope.now, by__isnull=False)
    inside = steps.filter(case__in=scope.cases)
    return Rate(inside.count(), solved(scope).count())


def _alone(scope: Scope) -> ComplaintQuerySet:
    in_spots = Membership.objects.filter(complaint=OuterRef("pk"), case__kind=Kind.SPOT)
    return solved(scope).filter(~Exists(in_spots))


def _spread(rows: ComplaintQuerySet) -> Spread | None:
    """Return the median of their times and its interval by ranks, as spans.spread; two queries."""
    n = rows.count()
    if not n:
        return None
    reach = Z / (2 * sqrt(n))
    took = rows.annotate(took=F("resolved_at") - F("received_at"))
    shares = {"median": 0.5, "low": 0.5 - reach, "high": 0.5 + reach, "nine_in_ten": 0.9}
    asked = {
        name: _Percentile("took", share=f"{min(max(share, 0.0), 1.0):.9f}")
        for name, share in shares.items()
    }
    return Spread(n, **took.aggregate(**asked))


def _scores(scope: Scope) -> tuple[Nps, Csat]:
    part = Slice(walls=scope.walls, now=scope.now, days=scope.days, zone=scope.zone)
    given = part.answers(since=scope.since(), until=scope.now)
    return scores_of(given.aggregate(**SCORED))
