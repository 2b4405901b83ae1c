"""What people did before with cases like this, and what the rules say now: offered, not done."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from spots.cases.models import Case
from spots.cases.routing.deciding import decision_for, facts_of
from spots.cases.routing.models import Routing
from spots.routing.alike import Offer, Precedent, offer
from spots.routing.facts import Facts
from spots.routing.models import TEACHING, Reason, Team

REMEMBERED = timedelta(days=180)
MOST = 2000  # routings; the newest

ALIKE = {
    "topic": gettext_lazy("same topic"),
    "cause": gettext_lazy("same cause"),
    "near": gettext_lazy("same district"),
}


@dataclass(frozen=True)
class Suggestion:
    """A team that the reader may choose with one click, and why."""

    team: Team
    why: str
    reason: str  # what the record of it will say; one of Reason, "" where none is asked


def suggestions_for(case: Case, *, now: datetime) -> list[Suggestion]:
    """Return what speaks for other teams than the case's own, habit first: ten queries at most."""
    facts = facts_of(case)
    habit = offer(_as_precedent(case, facts), _past(case, now=now))
    found = [_of_habit(habit, facts)] if habit else []
    decision, team = decision_for(facts)
    if team and decision.rule and team.pk not in {case.team_id, *(s.team.pk for s in found)}:
        said = _("By rule %(order)s as things are now.") % {"order": decision.rule.order}
        found.append(
            Suggestion(team, said, Reason.OTHER_CAUSE if case.cause_id else Reason.NOT_OURS)
        )
    return [one for one in found if not one.team.archived]


def _as_precedent(case: Case, facts: Facts) -> Precedent:
    return Precedent(facts.main_topic, case.cause_id, facts.at, first=case.team_id)


def _past(case: Case, *, now: datetime) -> list[Precedent]:
    """
    Return the other cases of the brand and region that were routed lately.

    A move for a reason that teaches nothing (too much to do, nobody there) is left out.
    """
    rows = Routing.objects.filter(
        case__brand=case.brand_id,
        case__region=case.region_id,
        at__gte=now - REMEMBERED,
        reason__in=["", *TEACHING],
    )
    newest = (
        rows.exclude(case=case.pk)
        .order_by("-pk")
        .values_list("case", "topic", "case__cause", "case__centre", "to_team")[:MOST]
    )
    found: dict[int, list[Any]] = {}
    for case_id, topic, cause, centre, team in newest:
        known = found.setdefault(case_id, [topic, cause, centre.coords, team, team])
        known[0], known[3] = topic, team  # an earlier one: the first, in the end
    return [Precedent(*row) for row in found.values()]


def _of_habit(habit: Offer, facts: Facts) -> Suggestion:
    team = Team.objects.get(pk=habit.team)
    alike = ", ".join(str(ALIKE[name]) for name in habit.alike)
    words = ngettext(
        "Spots like this (%(alike)s) were moved to “%(team)s” %(moved)d of %(of)d time.",
        "Spots like this (%(alike)s) were moved to “%(team)s” %(moved)d of %(of)d times.",
        habit.of,
    )
    said = words % {"alike": alike, "team": team, "moved": habit.moved, "of": habit.of}
    reason = Reason.OTHER_CAUSE if "cause" in habit.alike else Reason.NOT_OURS
    return Suggestion(team, said, reason)
