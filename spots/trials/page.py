"""What the page of a trial shows: how far it is, what it found, and what was found then."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from complaints.customers.reader import walls_of
from spots.cases.models import Case
from spots.cases.wording import moment, number
from spots.detection.rules import WEEK_H, Learning
from spots.trials.comparing import Pair, compare
from spots.trials.findings import MOST_SPOTS
from spots.trials.models import Trial, TrialState
from spots.trials.transitions import ENDED_EARLY, OPEN
from spots.trials.wording import in_words
from spots.watching.rules import Method

APPLY = "spots.change_detectionrule"


@dataclass(frozen=True)
class Line:
    """A row of the table, and a shape of the map."""

    key: str
    kind: str  # both | new | only
    opened: str
    place: str
    customers: int
    cases: list[tuple[str, str]]  # what it is called, and its page


def context_of(request: HttpRequest, trial: Trial) -> dict[str, Any]:
    pairs = compare(trial, walls=walls_of(request), now=timezone.now())
    zone, user = trial.region.time_zone, request.user
    steers = may_steer(request, trial)
    return {
        "trial": trial,
        "period": (moment(trial.since, zone), moment(trial.until, zone)),
        "reached": moment(trial.reached, zone) if trial.reached else "",
        "percent": percent(trial),
        "tried": in_words(trial.values),
        "learnt": _learnt(trial),
        "running": trial.state in OPEN,
        "may_stop": steers and trial.state in OPEN,
        "may_go_on": steers and trial.state in ENDED_EARLY,
        "may_apply": trial.state == TrialState.DONE and user.has_perm(APPLY),
        "summary": _summary(trial, pairs),
        "lines": [_line(i, pair, zone) for i, pair in enumerate(pairs)],
        "drawing": _drawing(trial, pairs),
        "cut": len(trial.found) >= MOST_SPOTS,
        "most": MOST_SPOTS,
    }


def may_steer(request: HttpRequest, trial: Trial) -> bool:
    """Whoever started a trial stops it and lets it go on, and so do those who change rules."""
    user = request.user
    started = trial.by_id == user.pk and user.has_perm("spots.add_trial")
    return started or user.has_perm(APPLY)


def percent(trial: Trial) -> int:
    """Whole per cents done; a hundred only when all is."""
    return int(trial.progress * 100)


def _learnt(trial: Trial) -> list[str]:
    """What the trial could know at its beginning, in sentences."""
    kept = trial.engine or {}
    if "history_days" not in kept:
        return []
    days = float(kept["history_days"])
    words = ngettext(
        "What is usual was learnt once, from %(n)s day before the period.",
        "What is usual was learnt once, from %(n)s days before the period.",
        round(days),
    )
    told = [words % {"n": number(days)}]
    if trial.values["method"] == Method.SIMPLE:
        return [_("The simple rule does not ask what is usual.")]
    if days * 24 < Learning.least_h:
        told.append(_("With less than a day of history nothing opens."))
    elif days * 24 < Learning.enough_h:
        told.append(
            _("Under %(n)d weeks it is still learning: a spot needs a score higher by one.")
            % {"n": round(Learning.enough_h / WEEK_H)}
        )
    return [*told, *_sensitivity(kept)]


def _sensitivity(kept: dict[str, Any]) -> list[str]:
    words = ngettext(
        "Score that opened a spot: %(score)s. That is about one false spot in %(weeks)s weeks"
        " there, by the subscribers and %(n)d near miss.",
        "Score that opened a spot: %(score)s. That is about one false spot in %(weeks)s weeks"
        " there, by the subscribers and %(n)d near misses.",
        kept["near_misses"],
    )
    said = {
        "score": number(kept["open_at"]),
        "weeks": number(kept["weeks_per_false_spot"]),
        "n": kept["near_misses"],
    }
    return [words % said]


def _summary(trial: Trial, pairs: Sequence[Pair]) -> list[str]:
    if trial.reached is None:
        return []
    found = [pair for pair in pairs if pair.found is not None]
    both = sum(1 for pair in found if pair.cases)
    new, only = len(found) - both, len(pairs) - len(found)
    opened = ngettext(
        "It would have opened %(n)d spot.", "It would have opened %(n)d spots.", len(found)
    )
    told = [(len(found), opened)] if found else [(0, _("It would have opened no spot."))]
    told += [
        (both, ngettext("%(n)d of them was a spot too.", "%(n)d of them were spots too.", both)),
        (new, ngettext("%(n)d is new.", "%(n)d are new.", new)),
        (
            only,
            ngettext(
                "%(n)d that was a spot would not have been found.",
                "%(n)d that were spots would not have been found.",
                only,
            ),
        ),
    ]
    return [words % {"n": n} for i, (n, words) in enumerate(told) if n or not i]


def _line(i: int, pair: Pair, zone: str) -> Line:
    case = pair.cases[0] if pair.cases else None
    kind = "only" if pair.found is None else "both" if pair.cases else "new"
    shown: Any = pair.found or {"place": case and case.place, "customers": case and case.customers}
    return Line(
        key=str(i),
        kind=kind,
        opened=moment(pair.opened_at, zone),
        place=shown["place"] or _("no address"),
        customers=shown["customers"],
        cases=[(f"№ {one.pk}", _page_of(one)) for one in pair.cases],
    )


def _page_of(case: Case) -> str:
    return reverse("admin:spots_spot_change", args=[case.pk])


def _drawing(trial: Trial, pairs: Sequence[Pair]) -> dict[str, Any]:
    """Shapes for the map: [number of the row, ring of longitude and latitude, words]."""
    found, were, drawn = [], [], set()
    for i, pair in enumerate(pairs):
        if pair.found is not None:
            found.append([i, pair.found["outline"], pair.found["place"]])
        for case in pair.cases:
            if case.pk not in drawn and case.outline:
                drawn.add(case.pk)
                were.append([i, case.outline.coords[0], str(case)])
    return {"found": found, "were": were, "extent": trial.region.outline.extent}
