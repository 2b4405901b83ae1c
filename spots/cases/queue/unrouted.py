"""What nobody may miss above the queue: what no rule took, broken rules, and who floods it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Min, Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from complaints.customers.models import Customer
from complaints.customers.reader import walls_of
from complaints.customers.walls import Walls
from complaints.intake.flooding import MOST, flooders
from spots.cases.models import Case
from spots.cases.states import Permission, State
from spots.cases.wording import span
from spots.routing.models import RoutingRule, Team


@dataclass(frozen=True)
class Alarm:
    text: str
    link: str
    action: str  # what the link does


def alarms(request: HttpRequest, seen: QuerySet[Any] | None = None) -> list[Alarm]:
    """
    Return what is wrong with routing, or with complaints, for those who can do something about it.

    seen  the cases that the reader may see; None: they are not on this page

    Two queries for a dispatcher, two more for who edits rules.
    """
    found: list[Alarm] = []
    if seen is not None and request.user.has_perm(Permission.DISPATCH):
        found += [*_unrouted(seen), *_flood(walls_of(request))]
    if request.user.has_perm("spots.change_routingrule"):
        found += [*_broken(), *_catch_all()]
    return found


def _unrouted(seen: QuerySet[Any]) -> list[Alarm]:
    """What lies in the catch-all's queue, and what is not even there; the latter first."""
    nobodys = Q(team=None, state__in=[State.DETECTED, State.REOPENED])
    caught = Q(team__catch_all=True, state__in=[State.ROUTED, State.REOPENED])
    cases = Case.objects.filter(nobodys | caught, pk__in=seen.order_by().values("pk"))
    rows = cases.order_by().values("team", "team__name")
    counts = rows.annotate(n=Count("pk"), first=Min("opened_at"))
    return [_alarm(row) for row in sorted(counts, key=lambda row: row["team"] or 0)]


def _alarm(row: Mapping[str, Any]) -> Alarm:
    said = {
        "team": row["team__name"],
        "n": row["n"],
        "age": span(timezone.now() - row["first"]),
    }
    if row["team"] is None:
        words = ngettext(
            "%(n)d spot has no team: no rule took it, and no team takes the rest. It has waited"
            " for %(age)s.",
            "%(n)d spots have no team: no rule took them, and no team takes the rest. The oldest"
            " has waited for %(age)s.",
            row["n"],
        )
        return Alarm(words % said, "?mine=nobody", _("Show them"))
    words = ngettext(
        "%(n)d spot lies with “%(team)s”, which takes what no rule matches; the oldest for"
        " %(age)s.",
        "%(n)d spots lie with “%(team)s”, which takes what no rule matches; the oldest for"
        " %(age)s.",
        row["n"],
    )
    return Alarm(words % said, f"?team={row['team']}&state={State.ROUTED}", _("Show them"))


def _flood(walls: Walls) -> list[Alarm]:
    often = flooders(now=timezone.now())
    theirs = Customer.objects.within(walls).filter(pk__in=often).values_list("pk", flat=True)
    times = [often[pk] for pk in theirs] if often else []
    if not times:
        return []
    words = ngettext(
        "%(n)d number has complained more than %(most)d times within a day, %(times)d in all."
        " It counts once in a spot.",
        "%(n)d numbers have complained more than %(most)d times within a day, %(times)d in all."
        " Each counts once in a spot.",
        len(times),
    )
    said = {"n": len(times), "most": MOST, "times": sum(times)}
    address = reverse("admin:complaints_complaint_changelist")
    return [Alarm(words % said, f"{address}?often=yes", _("Show them"))]


def _broken() -> list[Alarm]:
    rules = RoutingRule.objects.exclude(fault="").order_by("order").defer("area")
    listed = ", ".join(f"{rule.order} ({rule.get_fault_display()})" for rule in rules[:5])
    if not listed:
        return []
    words = _("Routing rules have switched themselves off: %(rules)s.") % {"rules": listed}
    return [Alarm(words, reverse("admin:spots_routingrule_changelist"), _("Mend them"))]


def _catch_all() -> list[Alarm]:
    """The team for the rest is there, and somebody is in it; else say so."""
    people = Count("members", filter=Q(members__is_active=True))
    teams: QuerySet[Any] = Team.objects.filter(catch_all=True).annotate(people=people)
    team = teams.first()
    if team is None:
        words = _("No team takes what no rule matches: such spots stay without a team.")
        return [Alarm(words, reverse("admin:spots_team_changelist"), _("Choose one"))]
    if team.people:
        return []
    words = _("“%(team)s” takes what no rule matches, and has no members.") % {"team": team}
    return [Alarm(words, reverse("admin:spots_team_change", args=[team.pk]), _("Add some"))]
