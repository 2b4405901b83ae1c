"""One move for several spots: what is said once counts for each, and each answers for itself."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from django.contrib.auth.models import AbstractUser
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.response import TemplateResponse
from django.utils import timezone

from complaints.customers.reader import reader_of
from spots.cases.calls import CALLS
from spots.cases.late.reading import late_clocks
from spots.cases.models import Case
from spots.cases.page.forms import (
    FORMS,
    LateTogetherForm,
    MoveForm,
    PlanTogetherForm,
    RouteTogetherForm,
)
from spots.cases.states import MOVES
from spots.cases.transitions import IllegalMoveError
from spots.cases.transitions.record import held_in_time

MOST = 200  # spots at once
_TOGETHER: dict[str, type[MoveForm]] = {
    "fix": LateTogetherForm,
    "plan": PlanTogetherForm,
    "route": RouteTogetherForm,
}
_ASKED_IF_LATE = ("accept", "diagnose")  # in time they need nothing said


@dataclass(frozen=True)
class Line:
    """How one spot's move went."""

    case_id: int
    place: str
    done: bool
    text: str  # what has become of it, or why the move was refused


def form_for(name: str, cases: Sequence[Case], said: Mapping[str, Any]) -> MoveForm:
    """Return the form of a move for several, filled where something of it was sent."""
    form = _TOGETHER.get(name, FORMS[name])
    ids = [case.pk for case in cases]
    if name in _ASKED_IF_LATE and late_clocks(ids, name, now=timezone.now()).exists():
        form = LateTogetherForm
    sent = said if form.base_fields.keys() & said.keys() else None
    return form(sent, case=Case(), auto_id="together_%s")  # nobody's: nothing is filled in


def move_each(
    name: str, cases: Iterable[Case], *, by: AbstractUser, said: Mapping[str, Any]
) -> list[Line]:
    """Make one move for each case, each in its own transaction, whatever becomes of the others."""
    return [_moved(name, case, by=by, said=said) for case in cases]


def _moved(name: str, case: Case, *, by: AbstractUser, said: Mapping[str, Any]) -> Line:
    try:
        with held_in_time():
            moved = CALLS[name](case_id=case.pk, by=by, now=timezone.now(), **said)
    except IllegalMoveError as refusal:
        return Line(case.pk, case.place, done=False, text=str(refusal))
    return Line(case.pk, case.place, done=True, text=_became(name, moved))


def _became(name: str, case: Case) -> str:
    """The state that a case has now; of one that was routed, whose it is."""
    state = case.get_state_display()
    return f"{state}: {case.team}" if name == "route" else state


def answer(
    request: HttpRequest, name: str, cases: list[Case], context: dict[str, Any]
) -> HttpResponse:
    """Ask what the move wants said, or make it and show how it went for each spot."""
    form = form_for(name, cases, request.POST)
    context |= {"name": name, "move": MOVES[name].label, "cases": cases, "form": form}
    # A key asks for nothing: what is late says so in its line.
    at_once = request.headers.get("Accept") == "application/json" and name in _ASKED_IF_LATE
    if form.fields and not form.is_valid() and not at_once:
        status = 400 if form.is_bound else 200
        return TemplateResponse(request, "admin/spots/spot/together.html", context, status=status)
    said = form.cleaned_data if form.fields and form.is_bound else {}
    lines = move_each(name, cases, by=reader_of(request), said=said)
    if request.headers.get("Accept") == "application/json":
        return JsonResponse({"lines": [asdict(line) for line in lines]})
    context["lines"] = sorted(lines, key=lambda line: line.done)  # what is left to do comes first
    context["done"] = sum(line.done for line in lines)
    return TemplateResponse(request, "admin/spots/spot/together_done.html", context)
