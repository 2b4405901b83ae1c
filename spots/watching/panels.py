"""
What the page of a spot shows of detection: how many are there, and how many would be usual.

The functions are panels as spots.cases.page.panels describes them; spots/admin.py hangs them up.
"""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from spots.cases.models import Case
from spots.cases.page import panels
from spots.cases.wording import evidence_in_words, moment, number
from spots.watching.models import Sighting

TEMPLATE = "admin/spots/watching/expected.html"


def expected_here(request: HttpRequest, case: Case) -> tuple[str, dict[str, Any]] | None:
    """Who complains there now, what would be usual, and what it was like at its strongest."""
    sighting = _sighting(case)
    if sighting is None:
        return None
    zone = case.region.time_zone
    looks: list[dict[str, Any]] = []
    now = present_in_words(sighting.present)
    if now and sighting.present_at:
        title = _("As of %(moment)s") % {"moment": moment(sighting.present_at, zone)}
        looks.append({"title": title, "words": now, **_figures(sighting.present)})
    strongest = evidence_in_words(case.evidence)
    if strongest:
        title = _("When it was at its strongest")
        looks.append({"title": title, "words": strongest, **_figures(case.evidence)})
    if not looks:
        return None
    most = max(max(look["customers"], look["expected"]) for look in looks)
    return TEMPLATE, {
        "quiet": moment(case.quiet_since, zone) if case.quiet_since else "",
        "looks": [{**look, "bars": _bars(look, most)} for look in looks],
    }


def why(request: HttpRequest, case: Case) -> tuple[str, dict[str, Any]]:
    """What makes it urgent; what makes it a spot stands under `expected_here`, if that is there."""
    template, context = panels.why(request, case)
    told = _sighting(case) is not None
    return template, {**context, "evidence": "" if told else context["evidence"]}


def present_in_words(present: Mapping[str, Any]) -> str:
    """Return how many complain now and how many would be usual; "" where nobody has counted."""
    try:
        figures = _figures(present)
        hours = number(float(present["hours"]))
    except (KeyError, TypeError, ValueError):
        return ""
    count = int(figures["customers"])
    words = ngettext(
        "%(n)s customer in %(hours)s h where %(expected)s are usual",
        "%(n)s customers in %(hours)s h where %(expected)s are usual",
        count,
    )
    usual = number(figures["expected"])
    return words % {"n": number(count), "hours": hours, "expected": usual}


def _sighting(case: Case) -> Sighting | None:
    found: Sighting | None = getattr(case, "sighting", None)
    return found


def _figures(look: Mapping[str, Any]) -> dict[str, float]:
    return {"customers": float(look["customers"]), "expected": float(look["expected"])}


def _bars(look: Mapping[str, Any], most: float) -> list[dict[str, Any]]:
    """Two lines on one scale for all looks, so that they can be compared by eye."""
    return [
        {
            "name": name,
            "kind": kind,
            "figure": number(look[figure]),
            "percent": max(1, round(100 * look[figure] / most)) if look[figure] else 0,
        }
        for name, kind, figure in (
            (_("complained"), "there", "customers"),
            (_("usual"), "usual", "expected"),
        )
    ]
