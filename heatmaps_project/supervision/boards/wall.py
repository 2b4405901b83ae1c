"""The five numbers of the wall board, each counted anew: a number of queries that never grows."""

from dataclasses import dataclass

from django.db.models import Exists, OuterRef

from complaints.intake.models import Complaint, ComplaintQuerySet
from feedback.models import Answer
from feedback.surveys.models import AnswerQuerySet
from heatmaps_project.supervision import figures
from heatmaps_project.supervision.boards.definitions import (
    WALL,
    Definition,
    Judged,
    judged,
    judged_count,
)
from heatmaps_project.supervision.boards.models import WallTargets
from heatmaps_project.supervision.flow import in_a_day
from heatmaps_project.supervision.rollups.facts import Fact
from heatmaps_project.supervision.rollups.reading import MOMENT, Sum, summed
from heatmaps_project.supervision.rollups.spans import Span
from heatmaps_project.supervision.scope import Scope
from heatmaps_project.supervision.shares import NOTHING, Share
from spots.cases.models import Kind, Membership


@dataclass(frozen=True)
class Number:
    """A share, or else a count."""

    definition: Definition
    target: float
    share: Share | None = None
    count: int = 0

    @property
    def judged(self) -> Judged:
        if self.share is None:
            return judged_count(self.count, self.target)
        return judged(self.share, self.target)


def numbers(scope: Scope) -> list[Number]:
    """Return the numbers in the order of their definitions."""
    targets = WallTargets.in_force()
    found: dict[str, Share | int] = {
        "in-a-day": in_a_day(scope),
        "kept": sum(figures.kept(scope).values(), NOTHING),
        "missed": scope.missed.count(),
        "through-spots": through_spots(scope),
        "satisfied": rated_well(scope),
    }
    return [_number(one, targets.of(one), found[one.code]) for one in WALL]


def _number(definition: Definition, target: float, found: Share | int) -> Number:
    if isinstance(found, Share):
        return Number(definition, target, share=found)
    return Number(definition, target, count=found)


def solved(scope: Scope) -> ComplaintQuerySet:
    """
    Return the complaints solved in the period, with `in_spot`; of a team: those it solved.

    Whether a complaint was in a spot is asked of the moment in which it was solved: what was
    taken out of the spot before is not solved through it.
    """
    then = Membership.objects.filter(complaint=OuterRef("pk")).at(OuterRef("resolved_at"))
    rows = Complaint.objects.in_effect().within(scope.walls)
    rows = rows.filter(resolved_at__gte=scope.since(), resolved_at__lte=scope.now)
    if scope.region is not None:
        rows = rows.filter(region=scope.region)
    if scope.team is not None:
        rows = rows.filter(Exists(then.filter(case__team=scope.team)))
    return rows.annotate(in_spot=Exists(then.filter(case__kind=Kind.SPOT)))


def sums_of_solved(scope: Scope) -> Sum:
    """Return how many were solved in the period; good: through a spot."""
    fact = Fact.SOLVED if scope.team is None else Fact.TEAMED
    told = summed(scope, [fact], [Span(scope.since(), scope.now + MOMENT)])
    return told[(fact,)][0] if told else Sum()


def through_spots(scope: Scope) -> Share:
    """Return the solved complaints that were solved through a spot."""
    found = sums_of_solved(scope)
    return Share(found.good, found.n)


def ratings(scope: Scope) -> AnswerQuerySet:
    """Return the ratings of the scope's fixes that were given in the period, as rows."""
    given = Answer.objects.of_fixes().counted().filter(at__gte=scope.since(), at__lte=scope.now)
    return given.filter(invitation__case__in=scope.spots)


def rated_well(scope: Scope) -> Share:
    """Return the satisfied among those who rated."""
    found = figures.ratings(scope)
    return Share(found.good, found.n)
