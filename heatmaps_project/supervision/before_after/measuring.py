"""What is counted of one span of the case: each figure by the definition that its page has."""

from dataclasses import dataclass
from typing import Any, Final

from feedback.surveys.questions import Kind
from feedback.surveys.scores import Csat, Nps
from heatmaps_project.supervision.before_after.effects import Rate
from heatmaps_project.supervision.boards.ranks import ALL, spreads
from heatmaps_project.supervision.boards.spans import Spread
from heatmaps_project.supervision.boards.wall import sums_of_solved, through_spots
from heatmaps_project.supervision.calls import Calls, calls
from heatmaps_project.supervision.flow import in_a_day
from heatmaps_project.supervision.rollups.facts import Fact
from heatmaps_project.supervision.rollups.reading import MOMENT, NOTHING, Sum, lengths, summed
from heatmaps_project.supervision.rollups.sources import OVERALL
from heatmaps_project.supervision.rollups.spans import Span
from heatmaps_project.supervision.scope import Scope
from heatmaps_project.supervision.shares import Share

_KINDS: Final = (Kind.NPS, Kind.CSAT, f"{Kind.NPS}{OVERALL}")


@dataclass(frozen=True)
class Measured:
    """The figures of a span."""

    in_a_day: Share
    through_spots: Share
    calls: Calls
    effort: Rate  # steps of people, for each complaint that was solved
    handed_over: Rate  # by people, for each complaint that was solved
    minutes: Rate  # of work that people noted, for each complaint that was solved
    alone: Spread | None  # from reception to the solution, of those never in a spot
    scores: tuple[Nps, Csat]  # of what happened
    overall: Nps  # of us as a whole


def measured(scope: Scope) -> Measured:
    """Count a span: some ten queries."""
    steps = _steps(scope)
    solved = sums_of_solved(scope).n
    return Measured(
        in_a_day=in_a_day(scope),
        through_spots=through_spots(scope),
        calls=calls(scope),
        effort=Rate(steps.n, solved),
        handed_over=Rate(steps.good, solved),
        minutes=Rate(steps.total, solved),
        alone=spreads(*lengths(scope, Fact.ALONE, _whole(scope)), of="took", alike="n").get(ALL),
        **_scores(scope),
    )


def _steps(scope: Scope) -> Sum:
    told = summed(scope, [Fact.STEP], [_whole(scope)])
    return told[(Fact.STEP,)][0] if told else NOTHING


def _scores(scope: Scope) -> dict[str, Any]:
    told = summed(scope, [Fact.SCORED], [_whole(scope)], by=["what"])
    nps, csat, overall = (told.get((Fact.SCORED, kind), [NOTHING])[0] for kind in _KINDS)
    return {
        "scores": (Nps(nps.good, nps.total, nps.n), Csat(csat.good, csat.n)),
        "overall": Nps(overall.good, overall.total, overall.n),
    }


def _whole(scope: Scope) -> Span:
    return Span(scope.since(), scope.now + MOMENT)
