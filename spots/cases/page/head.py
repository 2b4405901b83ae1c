"""The head of a spot's page, and the moves that its reader may make now."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import Promise

from spots.cases.events import EventKind
from spots.cases.fixchecks import FixCheck
from spots.cases.flooded import MOST_NAMED, flood_in_words, floods
from spots.cases.models import Case
from spots.cases.page.forms import FORMS, MoveForm, moves_of
from spots.cases.queue import columns
from spots.cases.routing.corrections import Suggestion, suggestions_for
from spots.cases.states import MOVES, WATCHED, WORKING, moves_from
from spots.cases.wording import failure_in_words, moment, time_left, urgency

FORWARD = ("route", "accept", "diagnose", "resume", "plan", "fix")  # the way a case usually goes


@dataclass(frozen=True)
class Button:
    """A move, with the form for what it wants said."""

    name: str
    label: Promise
    form: MoveForm
    main: bool  # what is usually done next
    open: bool  # it came back
    suggestions: Sequence[Suggestion] = ()  # answers that are one click away


def context_of(
    request: HttpRequest, case: Case, forms: dict[str, MoveForm], elsewhere: str = ""
) -> dict[str, Any]:
    """
    What the head's templates need.

    forms      that came back, by move
    elsewhere  the move whose form stands in a place of its own
    """
    now, zone = timezone.now(), case.region.time_zone
    return {
        "case": case,
        "seen": case.newest_event or 0,
        "priority": columns.priority(case),
        "state": columns.state(case),
        "owner": columns.owner(case),
        "next_due": columns.next_due(case),
        "opened": moment(case.opened_at, zone),
        "eta": moment(case.eta_at, zone) if case.eta_at else "",
        "eta_left": time_left(case.eta_at, now=now) if case.eta_at else "",
        "eta_tone": urgency(case.eta_at, now=now) if case.eta_at else "",
        "fixed": moment(case.fixed_at, zone) if case.fixed_at else "",
        "verified_by": _verified_by(case, zone),
        "did_not_hold": _did_not_hold(case),
        **_flooded(request, case),
        "buttons": [
            button for button in buttons_of(request, case, forms) if button.name != elsewhere
        ],
    }


def _flooded(request: HttpRequest, case: Case) -> dict[str, Any]:
    """What looks faked, and who complains so often, for those who may know customers."""
    flood = floods().get(case.pk)
    if flood is None:
        return {}
    may_know = request.user.has_perm("complaints.view_customer")
    most = list(flood.times.items())[:MOST_NAMED] if may_know else []
    return {"flood": flood_in_words(flood), "flooders": most}


def _did_not_hold(case: Case) -> str:
    """What showed that the last fix of a case in work had not held; "": it has had none, or not."""
    if case.state not in WORKING:
        return ""
    told = case.events.filter(kind__in=[EventKind.FIXED, EventKind.FAILED]).order_by("-pk")
    last = told.only("kind", "facts").first()
    return failure_in_words(last.facts) if last and last.kind == EventKind.FAILED else ""


def _verified_by(case: Case, zone: str) -> str:
    """When a fixed case is closed, if complaints stay away; "": it is not fixed."""
    if case.state not in WATCHED or case.fixed_at is None:
        return ""
    return moment(case.fixed_at + FixCheck.in_force().lasts, zone)


def buttons_of(request: HttpRequest, case: Case, forms: dict[str, MoveForm]) -> list[Button]:
    """Return the moves that the table allows now and the reader may make, the usual one first."""
    may = moves_of(request.user)
    names = [name for name in moves_from(case.state) if name in may]
    usual = next((name for name in reversed(FORWARD) if name in names), None)
    names.sort(key=lambda name: (name != usual, name not in FORWARD))
    return [
        Button(
            name=name,
            label=MOVES[name].label,
            form=forms.get(name) or FORMS[name](case=case, auto_id=f"{name}_%s"),
            main=name == usual,
            open=name in forms,
            suggestions=suggestions_for(case, now=timezone.now()) if name == "route" else (),
        )
        for name in names
    ]
