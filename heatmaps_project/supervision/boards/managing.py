"""
One page for a manager: a unit, its parts, its teams, each with what became of its work, and with
what the customers say whom it served.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from django.db.models import Count, F, Min

from feedback.models import Answer
from feedback.surveys.board import SCORED, scores_of
from feedback.surveys.scores import Csat, Nps
from feedback.surveys.states import About
from heatmaps_project.accounts.units.tree import Node, Tree
from heatmaps_project.models import User
from heatmaps_project.supervision import figures
from heatmaps_project.supervision.flow import flow
from heatmaps_project.supervision.scope import Scope
from heatmaps_project.supervision.shares import NOTHING, Share
from spots.models import Team


@dataclass(frozen=True)
class Tally:
    """What became of the work of some teams; adding two counts both."""

    open: int = 0
    missed: int = 0
    opened: int = 0
    fixed: int = 0
    in_a_day: Share = field(default=NOTHING)
    kept: Share = field(default=NOTHING)
    nps: Nps = field(default_factory=Nps)
    csat: Csat = field(default_factory=Csat)

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(
            self.open + other.open,
            self.missed + other.missed,
            self.opened + other.opened,
            self.fixed + other.fixed,
            self.in_a_day + other.in_a_day,
            self.kept + other.kept,
            self.nps + other.nps,
            self.csat + other.csat,
        )


@dataclass(frozen=True)
class Line:
    """A part of a unit, or a team of it."""

    name: str
    tally: Tally
    unit: int | None = None  # to go down to
    team: int | None = None  # whose figures are a page of their own


@dataclass(frozen=True)
class Managed:
    """A unit as its manager sees it; `path` leads to it, and is empty at the top."""

    path: list[Node]
    whole: Tally
    lines: list[Line]
    depth: int  # levels of the whole tree


def tallies(scope: Scope) -> dict[int | None, Tally]:
    """Return what became of each team's work, and of that of no team (None); five queries."""
    happened, kept = flow(scope), figures.kept(scope)
    now_open = dict(scope.spots.working().values_list("team").annotate(Count("pk")))
    missed = dict(scope.missed.values_list("case__team").annotate(Count("pk")))
    by_team: dict[int | None, Share] = {}
    for (team, _target), share in kept.items():
        by_team[team] = by_team.get(team, NOTHING) + share
    said = _said(scope)
    teams = {*now_open, *missed, *happened.of_team, *by_team, *said}
    return {
        team: Tally(
            now_open.get(team, 0),
            missed.get(team, 0),
            *happened.of_team.get(team, (0, 0)),
            happened.in_a_day_of.get(team, NOTHING),
            by_team.get(team, NOTHING),
            *said.get(team, (Nps(), Csat())),
        )
        for team in teams
    }


def _said(scope: Scope) -> dict[int | None, tuple[Nps, Csat]]:
    """
    Return the scores that customers gave of what happened to them, by the team that served them
    then: of their case, else of the agent whom they talked to. An agent of several teams counts
    for the one that is oldest.
    """
    answers = Answer.objects.counted().about(About.TOUCH_POINTS).within(scope.walls)
    given = answers.filter(at__gte=scope.since(), at__lte=scope.now)
    # By agent first, for the team of each is asked for once.
    rows = list(
        given.values(team=F("invitation__team"), agent=F("invitation__agent"))
        .annotate(**SCORED)
        .order_by()
    )
    agents = {row["agent"] for row in rows if row["team"] is None}
    members = User.objects.filter(pk__in=agents - {None}, teams__isnull=False)
    of_agent = dict(members.values_list("pk").annotate(Min("teams")))
    said: dict[int | None, tuple[Nps, Csat]] = {}
    for row in rows:
        served = row["team"] or of_agent.get(row["agent"])
        nps, csat = said.get(served, (Nps(), Csat()))
        of_row = scores_of(row)
        said[served] = (nps + of_row[0], csat + of_row[1])
    return said


def managed(
    tree: Tree, unit: int | None, tallied: Mapping[int | None, Tally], names: Mapping[int, str]
) -> Managed:
    """
    Return what a manager sees of a unit; None: of everything, with what no unit has.

    :raises KeyError: there is no such unit
    """
    under = tree.teams()
    lines = [
        Line(node.name, _sum(under[node.id], tallied), unit=node.id) for node in tree.children(unit)
    ]
    if unit is None:
        teams: Collection[int] = tree.without_unit(names)
        whole = sum(tallied.values(), Tally())
    else:
        teams, whole = tree.nodes[unit].teams, _sum(under[unit], tallied)
    lines += [
        Line(names[team], tallied[team], team=team)
        for team in sorted(teams, key=lambda team: (names.get(team, ""), team))
        if team in tallied and team in names
    ]
    path = tree.path(unit) if unit is not None else []
    depth = max((len(tree.path(node)) for node in tree.nodes), default=0)
    return Managed(path, whole, lines, depth)


def team_names() -> dict[int, str]:
    return dict(Team.objects.values_list("pk", "name"))


def _sum(teams: Collection[int], tallied: Mapping[int | None, Tally]) -> Tally:
    return sum((tallied[team] for team in teams if team in tallied), Tally())
