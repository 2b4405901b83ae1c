"""Why a case is with its team: the panel of a spot's page."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from complaints.customers.reader import name_of
from complaints.intake.models import Topic
from spots.cases.catalogue import Cause
from spots.cases.models import Case, Kind
from spots.cases.routing.models import Routing
from spots.cases.wording import moment
from spots.routing.facts import Facts
from spots.routing.matching import FAULT
from spots.routing.models import RoutingRule
from spots.routing.wording import Names, choice_in_words, passed_in_words

TEMPLATE = "admin/spots/spot/panels/routing.html"


def routing(request: HttpRequest, case: Case) -> tuple[str, dict[str, Any]] | None:
    """How it came to its team and engineer: six queries."""
    rows = case.routings.select_related("to_team", "from_team", "engineer", "by")
    row = rows.order_by("-pk").first()
    if row is None:
        return None
    facts = Facts.from_json(row.facts)
    rule = RoutingRule.objects.filter(pk=row.rule).defer("area").first() if row.rule else None
    return TEMPLATE, {
        "row": row,
        "case": case,
        "at": moment(row.at, case.region.time_zone),
        "how": _how(row, rule),
        "because": _because(row, facts, case),
        "passed": passed_in_words(row.passed),
        "broken": any(why == FAULT for _id, _order, why in row.passed),
        "engineer": _engineer(row),
        "rule": rule if rule and request.user.has_perm("spots.view_routingrule") else None,
    }


def _how(row: Routing, rule: RoutingRule | None) -> str:
    if not row.by_rules:
        return _("By hand")
    if row.rule is None:
        return _("No rule matched")
    return _("By rule %(order)s") % {"order": rule.order if rule else _("that is deleted")}


def _because(row: Routing, facts: Facts, case: Case) -> list[str]:
    if not row.because:
        return [_("It takes every case.")] if row.rule else []
    names = Names(
        topics=Topic.objects.in_bulk(list(facts.topics)),
        causes=Cause.objects.in_bulk([facts.cause] if facts.cause else []),
        kinds=dict(Kind.choices),
    )
    return [names.about(name, facts, brand=case.brand, region=case.region) for name in row.because]


def _engineer(row: Routing) -> str:
    if row.to_team is None:
        return ""
    return choice_in_words(
        row.chosen, engineer=name_of(row.engineer), instead_of=_stood_in_for(row)
    )


def _stood_in_for(row: Routing) -> str:
    away = row.chosen.get("stands_in")
    member = row.to_team.members.filter(pk=away).first() if away and row.to_team else None
    return name_of(member)
