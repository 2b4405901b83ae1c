"""
What happened to spots in the last days: opened, fixed, fixed within a day.

Definitions are the sentences of `figures.HOW`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from heatmaps_project.supervision.rollups.facts import Fact
from heatmaps_project.supervision.rollups.reading import MOMENT, NOTHING, Sum, summed
from heatmaps_project.supervision.rollups.sources import HELD_FOR_S, IN_A_DAY_S
from heatmaps_project.supervision.rollups.spans import Span
from heatmaps_project.supervision.scope import Scope
from heatmaps_project.supervision.shares import NOTHING as NO_SHARE
from heatmaps_project.supervision.shares import Share

IN_A_DAY: Final = timedelta(seconds=IN_A_DAY_S)
HELD_FOR: Final = timedelta(seconds=HELD_FOR_S)
SPANS: Final = (7, 30)  # days that totals are told of, besides the period's


@dataclass(frozen=True)
class Daily:
    """Spots opened and fixed on each of `Scope.dates`; one that was so twice counts on each day."""

    opened: list[int]
    fixed: list[int]


@dataclass(frozen=True)
class Flow:
    """Spots opened and fixed, each counted once in a total."""

    opened: Mapping[int, int]  # by the number of days
    fixed: Mapping[int, int]
    of_team: Mapping[int | None, tuple[int, int]]  # opened and fixed in the period
    in_a_day: Share  # of the period's spots that are older, fixed within a day, and stayed so
    in_a_day_of: Mapping[int | None, Share]  # by team


def flow(scope: Scope) -> Flow:
    """Count what happened to the scope's spots."""
    days = (*SPANS, scope.days)
    until = scope.now + MOMENT
    spans = [Span(scope.since(), until - IN_A_DAY), *(Span(scope.since(n), until) for n in days)]
    told = summed(scope, [Fact.OPENED, Fact.FIXED], spans, by=["team"])
    teams = {team for _fact, team in told}
    nothing = [NOTHING] * len(spans)
    opened, fixed = (
        {team: told.get((fact, team), nothing) for team in teams}
        for fact in (Fact.OPENED, Fact.FIXED)
    )
    in_a_day_of = {team: _share(sums[0]) for team, sums in opened.items()}
    return Flow(
        opened=_of_spans(days, opened),
        fixed=_of_spans(days, fixed),
        of_team={team: (opened[team][-1].n, fixed[team][-1].n) for team in teams},
        in_a_day=sum(in_a_day_of.values(), NO_SHARE),
        in_a_day_of=in_a_day_of,
    )


def in_a_day(scope: Scope) -> Share:
    """Count of them only what was fixed within a day: less is read for it."""
    span = Span(scope.since(), scope.now + MOMENT - IN_A_DAY)
    if span.end <= span.begin:  # none can be old enough
        return NO_SHARE
    told = summed(scope, [Fact.OPENED], [span])
    return _share(told[(Fact.OPENED,)][0]) if told else NO_SHARE


def daily(scope: Scope) -> Daily:
    """Count what happened on each day."""
    span = Span(scope.since(), scope.now + MOMENT)
    told = summed(scope, [Fact.OPENED, Fact.FIXED], [span], by=["day"])
    return Daily(
        *(
            [told[fact, day][0].n if (fact, day) in told else 0 for day in scope.dates()]
            for fact in (Fact.OPENED, Fact.FIXED)
        )
    )


def _share(one: Sum) -> Share:
    return Share(one.good, one.n)


def _of_spans(days: tuple[int, ...], of_team: Mapping[int | None, list[Sum]]) -> dict[int, int]:
    return {length: sum(sums[n].n for sums in of_team.values()) for n, length in enumerate(days, 1)}
