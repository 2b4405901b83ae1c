"""
What the page of a spot shows of detection: how many are there, and how many would be usual.

The functions are panels as spots.cases.page.panels describes them; spots/admin.py hangs them up.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.db.models import F
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from spots.cases.models import Case, Membership
from spots.cases.page import panels
from spots.cases.page.bins import Usual
from spots.cases.page.by_time import chart_of
from spots.cases.wording import evidence_in_words, moment, number
from spots.watching.models import LearntBaseline, Sighting

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
    anybodys = Membership.objects.current().filter(case=case, complaint__proven=False)
    return TEMPLATE, {
        "beside": _beside(anybodys.count()),
        "quiet": moment(case.quiet_since, zone) if case.quiet_since else "",
        "looks": [{**look, "bars": _bars(look, most)} for look in looks],
    }


def _beside(count: int) -> str:
    """Say how many complaints took no part in what is said; "": none."""
    words = ngettext(
        "Besides, %(n)s complaint of the spot is from a form, a letter or social media: anybody"
        " may have sent it, so it counts in none of this.",
        "Besides, %(n)s complaints of the spot are from forms, letters or social media: anybody"
        " may have sent them, so they count in none of this.",
        count,
    )
    return words % {"n": number(count)} if count else ""


def by_time(request: HttpRequest, case: Case) -> tuple[str, dict[str, Any]]:
    """When its complaints came, how many would be usual, and when it was opened and fixed."""
    chart = chart_of(case, usual=usual_at(case), now=timezone.now())
    return panels.FOLDER + "by_time.html", {"chart": chart}


def usual_at(case: Case) -> Usual | None:
    """
    Return what is usual where a case is; None: nobody has judged it.

    What is there now was judged at a known hour, so its week can be told by the region's; of
    what was there when it was strongest only the mean is known.
    """
    sighting = _sighting(case)
    looked_at = sighting.present_at if sighting else None
    look = sighting.present if sighting and looked_at else case.evidence
    try:
        expected, hours = float(look["expected"]), timedelta(hours=float(look["hours"]))
    except (KeyError, TypeError, ValueError):
        return None
    until = looked_at or case.opened_at
    week = _week(sighting) if sighting and looked_at else ()
    return Usual(expected, until - hours, until, week)


def _week(sighting: Sighting) -> tuple[float, ...]:
    """The region's usual week, by hour from Monday 00:00 UTC; (): nothing was learnt."""
    learnt = LearntBaseline.objects.filter(watch__sighting=sighting, pk=F("watch__baseline"))
    return tuple(learnt.values_list("weekly", flat=True).first() or ())


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
