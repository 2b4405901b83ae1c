"""Rules, decisions and choices in sentences for whoever reads."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils.dates import WEEKDAYS_ABBR
from django.utils.formats import date_format, number_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from spots.routing.choosing import Why
from spots.routing.complexity import Complexity
from spots.routing.facts import Facts
from spots.routing.matching import FAULT
from spots.routing.models import RoutingRule

CONDITIONS = {  # the keys of matching.CONDITIONS
    "brand": gettext_lazy("brand"),
    "region": gettext_lazy("region"),
    "kind": gettext_lazy("kind"),
    "area": gettext_lazy("area"),
    "technologies": gettext_lazy("technology"),
    "topics": gettext_lazy("topic"),
    "cause": gettext_lazy("cause"),
    "segments": gettext_lazy("segment"),
    "complexity": gettext_lazy("complexity"),
    "when": gettext_lazy("time of opening"),
}
NONE = "—"


def percent(share: float) -> str:
    return f"{number_format(round(share * 100), use_l10n=True)} %"


def rule_in_words(rule: RoutingRule, kinds: Mapping[str, Any]) -> list[str]:
    """Return what a rule asks for, a part a condition; its relations are fetched already."""
    topics = with_share([str(topic) for topic in rule.topics.all()], rule.topics_share)
    segments = with_share(rule.segments, rule.segments_share)
    parts = [
        str(rule.brand or ""),
        str(rule.region or ""),
        str(kinds.get(rule.kind, "")),
        _("an area on the map") if rule.area is not None else "",
        " / ".join(rule.technologies),
        topics,
        " / ".join(str(cause) for cause in rule.causes.all()),
        segments,
        _("complex") if rule.complex_only else "",
        hours_in_words(rule),
    ]
    return [part for part in parts if part] or [_("every case")]


def with_share(names: Sequence[str], least: float) -> str:
    """Return which of some names a case must have, and in what share of it; "" where in none."""
    if not names:
        return ""
    named = {"names": " / ".join(names), "share": percent(least)}
    return _("%(names)s from %(share)s") % named if least else _("any %(names)s") % named


def hours_in_words(rule: RoutingRule) -> str:
    days = " ".join(str(WEEKDAYS_ABBR[day]) for day in sorted(rule.weekdays))
    if rule.hours_from is None or rule.hours_until is None:
        return days
    return f"{days} {rule.hours_from:%H:%M}–{rule.hours_until:%H:%M}".strip()


class Names:
    """What the facts of a case are called; ids that are not known any more have no name."""

    def __init__(
        self, *, topics: Mapping[int, Any], causes: Mapping[int, Any], kinds: Mapping[str, Any]
    ) -> None:
        self.topics, self.causes, self.kinds = topics, causes, kinds

    def about(self, condition: str, facts: Facts, *, brand: Any, region: Any) -> str:
        """Return what the case is, where a condition asks: “topic: no signal 80 %”."""
        found = {
            "brand": lambda: str(brand),
            "region": lambda: str(region),
            "kind": lambda: str(self.kinds.get(facts.kind, facts.kind)),
            "area": lambda: _("its centre is inside"),
            "technologies": lambda: " ".join(sorted(facts.technologies)) or NONE,
            "topics": lambda: _shares({self.topics.get(k): v for k, v in facts.topics.items()}),
            "cause": lambda: str(self.causes.get(facts.cause or 0, NONE)),
            "segments": lambda: _shares(facts.segments),
            "complexity": lambda: complexity_in_words(facts.complexity) or NONE,
            "when": lambda: _moment(facts.opened),
        }
        return f"{capfirst(str(CONDITIONS[condition]))}: {found[condition]()}"


def complexity_in_words(why: Collection[str]) -> str:
    """Return why something is complex; "" where it is not."""
    return ", ".join(str(one.label) for one in Complexity if one.value in why)


def _shares(shares: Mapping[Any, float]) -> str:
    known = sorted(((share, str(name)) for name, share in shares.items() if name), reverse=True)
    return ", ".join(f"{name} {percent(share)}" for share, name in known[:3]) or NONE


def _moment(opened: datetime) -> str:
    return f"{WEEKDAYS_ABBR[opened.weekday()]} {date_format(opened, 'H:i')}"


def passed_in_words(passed: Iterable[Sequence[Any]]) -> list[str]:
    """Return why each rule that was asked before did not take the case."""
    return [
        _("Rule %(order)s: not by its %(condition)s")
        % {"order": order, "condition": CONDITIONS.get(why, why)}
        if why != FAULT
        else _("Rule %(order)s: it is broken and was passed over") % {"order": order}
        for _rule, order, why in passed
    ]


def choice_in_words(chosen: Mapping[str, Any], *, engineer: str, instead_of: str = "") -> str:
    """Return why a case went to this engineer; "" where the record does not say."""
    why, among, load = chosen.get("why"), int(chosen.get("among") or 0), chosen.get("load") or 0
    if why == Why.LEFT:
        return _("Left to be taken by whoever of the team is free.")
    if why == Why.NOBODY:
        return _("Nobody of the team was on duty: left to be taken.")
    if why == Why.NAMED:
        return _("%(engineer)s was named.") % {"engineer": engineer}
    if why not in (Why.SKILLED, Why.UNSKILLED):
        return ""
    said = {"engineer": engineer, "n": among, "load": load}
    if why == Why.SKILLED:
        words = ngettext(
            "%(engineer)s: the only one on duty who knows this, with %(load)s in work.",
            "%(engineer)s: the least loaded of %(n)d on duty who know this, with %(load)s in work.",
            among,
        )
    else:
        words = ngettext(
            "%(engineer)s: the only one on duty, with %(load)s in work; nobody there knows this.",
            "%(engineer)s: the least loaded of %(n)d on duty, with %(load)s in work; nobody there"
            " knows this.",
            among,
        )
    text = words % said
    if instead_of:
        text += " " + _("Stands in for %(who)s.") % {"who": instead_of}
    return text
