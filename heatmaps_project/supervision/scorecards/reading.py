"""Scorecards of agents and teams, and the boards of points."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Avg, Count

from complaints.customers.reader import name_of
from complaints.customers.walls import NO_WALLS
from heatmaps_project.accounts.models import User
from heatmaps_project.desk.contacts import AGAIN_WITHIN, contacts
from heatmaps_project.desk.reviews.models import Review
from heatmaps_project.supervision.scope import Scope
from heatmaps_project.supervision.scorecards.kept import kept
from heatmaps_project.supervision.scorecards.models import Player
from heatmaps_project.supervision.scorecards.points import (
    FEWEST,
    Badge,
    Correlation,
    Rated,
    badge,
    correlation,
    points,
)
from heatmaps_project.supervision.scorecards.tally import Tally, tallies, together
from heatmaps_project.supervision.shares import Share
from spots.models import Team

LOOKED_AT: Final = timedelta(days=30)  # of points; until a week ago
_MEMBERS = Team.members.through.objects


@dataclass(frozen=True)
class Card:
    """One agent's, or a whole team's."""

    name: str
    tally: Tally
    reviews: int = 0
    review_mean: float | None = None  # of 5

    @property
    def in_time(self) -> Share:
        return Share(self.tally.in_time, self.tally.ended)

    @property
    def kept(self) -> Share:
        return Share(self.tally.kept, self.tally.cases)

    @property
    def again(self) -> Share:
        return Share(self.tally.again, self.tally.week_old)

    @property
    def well(self) -> Share:
        return Share(self.tally.well, self.tally.ratings)

    @property
    def leaving(self) -> Share:
        return Share(self.tally.leaving, self.tally.known)


@dataclass(frozen=True)
class Cards:
    whole: Card
    agents: Sequence[Card]


def cards(scope: Scope, *, within: timedelta, all_name: str) -> Cards:
    """Return the scorecards of a period, agents by name; of a team: its members'."""
    rows = contacts(
        scope.walls, since=scope.since(), until=scope.now, now=scope.now, region=scope.region
    )
    found = tallies(rows, within=within, now=scope.now)
    if scope.team is not None:
        members = set(_MEMBERS.filter(team=scope.team).values_list("user_id", flat=True))
        found = {agent: tally for agent, tally in found.items() if agent in members}
    reviewed = _reviewed(scope, found)
    people = User.objects.filter(pk__in=found).order_by("last_name", "first_name", "username")
    agents = [Card(name_of(one), found[one.pk], *reviewed.get(one.pk, (0, None))) for one in people]
    return Cards(Card(all_name, together(found.values())), agents)


def _reviewed(scope: Scope, agents: Collection[int]) -> dict[int, tuple[int, float | None]]:
    rows = Review.objects.within(scope.walls).filter(
        agent__in=agents, reviewed_at__gte=scope.since(), reviewed_at__lte=scope.now
    )
    told = (
        rows.order_by()
        .values_list("agent")
        .annotate(Count("pk", distinct=True), Avg("scores__score"))
    )
    return {agent: (n, mean) for agent, n, mean in told}


@dataclass(frozen=True)
class Standing:
    """Somebody's points."""

    id: int
    name: str
    rated: Rated
    points: float | None
    badge: Badge | None


@dataclass(frozen=True)
class TeamLine:
    name: str
    players: int
    rated: Rated
    points: float | None  # None: too little was rated to say

    @property
    def is_told(self) -> bool:
        return self.points is not None


@dataclass(frozen=True)
class Board:
    """The points of those who take part, and of their teams."""

    people: Mapping[int, Standing]
    teams: Sequence[TeamLine]
    members: Mapping[int, Sequence[Standing]]  # by team
    names: Mapping[int, str]  # of teams
    check: Correlation | None


def board(*, now: datetime) -> Board:
    """Return everybody's points; only those of people who take part are counted."""
    players = frozenset(Player.objects.values_list("user_id", flat=True))
    found = kept(players, lambda them: _counted(them, now=now), now=now)
    everybody = together(found.values()).rated
    people = {
        one.pk: _player(one, found.get(one.pk, Tally()).rated, everybody)
        for one in User.objects.filter(pk__in=players, is_active=True)
    }
    pairs = [
        (of.points, found[of.id].again / found[of.id].week_old)
        for of in people.values()
        if of.points is not None and of.id in found and found[of.id].week_old
    ]
    names, members = _teams(people)
    lines = [_line(names[team], mine, everybody) for team, mine in members.items()]
    lines.sort(key=lambda line: (line.points is None, -(line.points or 0), line.name))
    return Board(people, lines, members, names, correlation(pairs))


def _counted(agents: Collection[int], *, now: datetime) -> dict[int, Tally]:
    until = now - AGAIN_WITHIN
    rows = contacts(NO_WALLS, since=until - LOOKED_AT, until=until, now=now, agents=agents)
    return tallies(rows, within=timedelta(0), now=now)


def _player(user: User, rated: Rated, everybody: Rated) -> Standing:
    return Standing(
        user.pk, name_of(user), rated, points(rated, everybody), badge(rated, everybody)
    )


def _teams(people: Mapping[int, Standing]) -> tuple[dict[int, str], dict[int, list[Standing]]]:
    members: dict[int, list[Standing]] = defaultdict(list)
    names: dict[int, str] = {}
    rows = _MEMBERS.filter(user__in=people, team__archived=False)
    for team, name, user in rows.values_list("team_id", "team__name", "user_id"):
        names[team] = name
        members[team].append(people[user])
    for mine in members.values():
        mine.sort(key=lambda one: (-(one.points or 0), one.name))
    return names, dict(members)


def _line(name: str, mine: Sequence[Standing], everybody: Rated) -> TeamLine:
    rated = sum((one.rated for one in mine), Rated())
    told = points(rated, everybody) if rated.rated >= FEWEST else None
    return TeamLine(name, len(mine), rated, told)
