"""What a person says with a move; each form's `cleaned_data` are the transition's arguments."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from complaints.admin_theme import ActionForm
from spots.cases import transitions
from spots.cases.catalogue import Cause, Team
from spots.cases.models import Case

QUICK = (  # minutes from now; an empty one: the time that is typed
    ("120", _("in 2 hours")),
    ("240", _("in 4 hours")),
    ("480", _("in 8 hours")),
    ("1440", _("in a day")),
    ("4320", _("in 3 days")),
    ("", _("at a set time")),
)


class MoveForm(forms.Form):
    """A move that needs nothing said."""

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        self.case = case
        super().__init__(*args, **kwargs)


def _note(*, required: bool, label: Any) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": 2})
    return forms.CharField(label=label, required=required, max_length=2000, widget=widget)


class NoteForm(MoveForm):
    note = _note(required=False, label=_("note"))


class ReasonForm(MoveForm):
    note = _note(required=True, label=_("reason"))


class RouteForm(MoveForm):
    team = forms.ModelChoiceField(Team.objects.order_by("name"), label=_("team"))
    note = _note(required=False, label=_("note"))


class PlanForm(MoveForm):
    cause = forms.ModelChoiceField(Cause.objects.order_by("pk"), label=_("cause"))
    eta_in = forms.ChoiceField(
        choices=QUICK,
        label=_("to be fixed"),
        required=False,
        widget=forms.RadioSelect,
        initial="240",
    )
    eta_at = forms.DateTimeField(
        label=_("set time"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    note = _note(required=False, label=_("note"))

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        initial: dict[str, Any] = {"cause": case.cause_id}
        if case.eta_at:
            initial |= {"eta_in": "", "eta_at": case.eta_at}
        super().__init__(*args, case=case, initial=initial, **kwargs)

    def clean(self) -> dict[str, Any]:
        """Turn a quick choice into the time it means."""
        given = super().clean() or self.cleaned_data
        minutes = given.pop("eta_in", "")
        if minutes:
            given["eta_at"] = timezone.now() + timedelta(minutes=int(minutes))
        elif not given.get("eta_at"):
            self.add_error("eta_at", _("Choose when it will be fixed."))
        return given


FORMS: dict[str, type[MoveForm]] = {
    "accept": MoveForm,
    "plan": PlanForm,
    "fix": NoteForm,
    "route": RouteForm,
    "reopen": ReasonForm,
    "dismiss": ReasonForm,
}
CALLS: dict[str, Callable[..., Case]] = {
    "accept": transitions.accept,
    "plan": transitions.plan,
    "fix": transitions.fix,
    "route": transitions.route,
    "reopen": transitions.reopen,
    "dismiss": transitions.dismiss,
}


class QueueActionForm(ActionForm):
    """Several spots at once; the team counts for routing, and shows only then."""

    team = forms.ModelChoiceField(
        Team.objects.order_by("name"),
        required=False,
        label="",
        empty_label=_("to team…"),
        widget=forms.Select(attrs={"x-show": "action == 'route_chosen'", "class": "case-action"}),
    )
