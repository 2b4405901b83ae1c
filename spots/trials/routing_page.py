"""What the trial of a routing rule shows: how many would have moved, which, and where."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from spots.cases.models import Kind
from spots.cases.places import shown_centre
from spots.cases.wording import moment
from spots.trials.routing import MOST, Attempt, Moved

LISTED = 200  # rows of the table, and shapes of the map


def context_of(result: Attempt) -> dict[str, Any]:
    shown = result.moved[:LISTED]
    return {
        "result": result,
        "summary": _summary(result),
        "lines": [_line(i, one) for i, one in enumerate(shown)],
        "more": len(result.moved) - len(shown),
        "drawing": [[i, *shown_centre(one.case), str(one.case)] for i, one in enumerate(shown)],
    }


def _summary(result: Attempt) -> list[str]:
    moved, agreeing = len(result.moved), sum(one.agrees for one in result.moved)
    words = ngettext(
        "It would have moved %(moved)d of %(n)d spot.",
        "It would have moved %(moved)d of %(n)d spots.",
        result.tried,
    )
    told = [words % {"moved": moved, "n": result.tried}]
    words = ngettext(
        "%(n)d spot would have been routed by this rule.",
        "%(n)d spots would have been routed by this rule.",
        result.taken,
    )
    told.append(words % {"n": result.taken})
    if agreeing:
        words = ngettext(
            "%(n)d of those moved is where people have put it since.",
            "%(n)d of those moved are where people have put them since.",
            agreeing,
        )
        told.append(words % {"n": agreeing})
    if result.cut:
        told.append(_("Only the newest %(n)d were looked at.") % {"n": MOST})
    return told


def _line(i: int, one: Moved) -> dict[str, Any]:
    case = one.case
    linked = case.kind == Kind.SPOT
    return {
        "key": i,
        "case": str(case),
        "link": reverse("admin:spots_spot_change", args=[case.pk]) if linked else "",
        "opened": moment(case.opened_at, case.region.time_zone),
        "was": one.was or _("no team"),
        "would": one.would or _("no team"),
        "has": case.team or _("no team"),
        "agrees": one.agrees,
    }
