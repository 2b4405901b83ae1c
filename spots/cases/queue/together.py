"""One move for several spots: what is said once counts for each, and each answers for itself."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from django import forms
from django.contrib.auth.models import AbstractUser
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from spots.cases.models import Case
from spots.cases.page.forms import CALLS, FORMS
from spots.cases.states import MOVES
from spots.cases.transitions import IllegalMoveError
from spots.routing.models import Reason, Team

MOST = 200  # spots at once


class RouteTogetherForm(forms.Form):
    """The reason is asked by the move itself, for the spots that it takes from another team."""

    team = forms.ModelChoiceField(
        Team.objects.in_use().order_by("name"), label=gettext_lazy("team")
    )
    reason = forms.ChoiceField(
        choices=[("", "—"), *Reason.choices],
        label=gettext_lazy("why not the team that has it, where one has"),
        required=False,
    )
    note = forms.CharField(
        label=gettext_lazy("note"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


@dataclass(frozen=True)
class Line:
    """How one spot's move went."""

    case_id: int
    place: str
    done: bool
    text: str  # the state that it has now, or why the move was refused


def moves_of(user: Any) -> list[str]:
    """The moves that a reader may make, in the order of the table."""
    return [name for name in MOVES if name in FORMS and user.has_perm(MOVES[name].permission or "")]


def form_for(name: str, said: Mapping[str, Any]) -> forms.Form:
    """Return the form of a move for several, filled where something of it was sent."""
    sent = said if _names_of(name) & said.keys() else None
    if name == "route":
        return RouteTogetherForm(sent, auto_id="together_%s")
    return FORMS[name](sent, case=Case(), auto_id="together_%s")  # nobody's: nothing is filled in


def _names_of(name: str) -> set[str]:
    form: type[forms.Form] = RouteTogetherForm if name == "route" else FORMS[name]
    return set(form.base_fields)


def move_each(
    name: str, cases: Iterable[Case], *, by: AbstractUser, said: Mapping[str, Any]
) -> list[Line]:
    """Make one move for each case, each in its own transaction, whatever becomes of the others."""
    return [_moved(name, case, by=by, said=said) for case in cases]


def _moved(name: str, case: Case, *, by: AbstractUser, said: Mapping[str, Any]) -> Line:
    try:
        moved = CALLS[name](case_id=case.pk, by=by, now=timezone.now(), **said)
    except IllegalMoveError as refusal:
        return Line(case.pk, case.place, done=False, text=str(refusal))
    except OperationalError:  # its row stayed locked for longer than we wait
        return Line(case.pk, case.place, done=False, text=_("Somebody is changing it. Try again."))
    return Line(case.pk, case.place, done=True, text=moved.get_state_display())


def answer(
    request: HttpRequest, name: str, cases: list[Case], context: dict[str, Any]
) -> HttpResponse:
    """Ask what the move wants said, or make it and show how it went for each spot."""
    form = form_for(name, request.POST)
    context |= {"name": name, "move": MOVES[name].label, "cases": cases, "form": form}
    if form.fields and not form.is_valid():
        status = 400 if form.is_bound else 200
        return TemplateResponse(request, "admin/spots/spot/together.html", context, status=status)
    user = request.user
    assert isinstance(user, AbstractUser)
    lines = move_each(name, cases, by=user, said=form.cleaned_data if form.fields else {})
    if request.headers.get("Accept") == "application/json":
        return JsonResponse({"lines": [asdict(line) for line in lines]})
    context["lines"] = sorted(lines, key=lambda line: line.done)  # what is left to do comes first
    context["done"] = sum(line.done for line in lines)
    return TemplateResponse(request, "admin/spots/spot/together_done.html", context)
