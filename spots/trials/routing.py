"""A routing rule tried on what was routed lately: what would have come to other teams."""

from bisect import insort
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from complaints.customers.walls import Walls
from spots.cases.models import Case
from spots.cases.routing.models import Routing
from spots.routing.facts import Facts
from spots.routing.in_force import rules_in_force
from spots.routing.matching import Rule, decide
from spots.routing.models import Team

DAYS = 30
MOST = 5000  # cases; the newest


@dataclass(frozen=True)
class Moved:
    """A case that would have come to another team than by the rules as they are."""

    case: Case
    was: Team | None  # None: no rule, and no catch-all
    would: Team | None

    @property
    def agrees(self) -> bool:
        """People have moved it there meanwhile: the rule does what they do."""
        return self.would is not None and self.case.team_id == self.would.pk


@dataclass
class Attempt:
    tried: int = 0  # cases that were looked at
    taken: int = 0  # of them the rule itself takes so many
    cut: bool = False  # there were more
    moved: list[Moved] = field(default_factory=list)  # newest first


def attempt(rule: Rule, *, active: bool, walls: Walls, now: datetime) -> Attempt:
    """
    Compare the rules in force with the same rules and this one in its place, by what is on record.

    Each case that rules were asked about in the last 30 days is asked about again, on the facts
    of that moment, by the same function as in life. Six queries, however many cases.
    """
    present = rules_in_force()
    changed = with_rule(present, rule, active=active)
    teams = {team.pk: team for team in Team.objects.all()}
    rest = next((team for team in teams.values() if team.catch_all), None)
    since = now - timedelta(days=DAYS)
    rows = Routing.objects.within(walls).by_rules().filter(at__gte=since, at__lte=now)
    newest = rows.select_related("case__team", "case__region").order_by("-at", "-pk")
    kept = list(
        newest.defer("case__outline", "case__evidence", "case__region__outline")[: MOST + 1]
    )
    result = Attempt(cut=len(kept) > MOST)
    for row in kept[:MOST]:
        facts = Facts.from_json(row.facts)
        was, would = decide(present, facts).rule, decide(changed, facts).rule
        result.tried += 1
        result.taken += would is rule
        before, after = (teams[one.team] if one else rest for one in (was, would))
        if before != after:
            result.moved.append(Moved(row.case, before, after))
    return result


def with_rule(rules: list[Rule], rule: Rule, *, active: bool) -> list[Rule]:
    """Return the rules as they would be with this one saved: new, changed, or switched off."""
    others = [one for one in rules if rule.id is None or one.id != rule.id]
    if active:
        insort(others, rule, key=lambda one: one.order)
    return others
