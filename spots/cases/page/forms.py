"""What a person says with a move; each form's `cleaned_data` are the transition's arguments."""

from datetime import timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from complaints.typed_days import MomentField
from spots.cases.catalogue import FixKind
from spots.cases.late.models import LateReason
from spots.cases.late.reading import late_clocks
from spots.cases.models import Case
from spots.cases.page.cause_field import CauseField
from spots.cases.states import MOVES, Dismissal, WaitsFor
from spots.routing.models import Reason, Team

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


def _moment(*, label: Any) -> MomentField:
    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    return MomentField(label=label, required=False, widget=widget)


class ReasonForm(MoveForm):
    note = _note(required=True, label=_("reason"))


def _why_not(*, label: Any) -> forms.ChoiceField:
    return forms.ChoiceField(choices=[("", "—"), *Reason.choices], label=label, required=False)


class LateTogetherForm(MoveForm):
    """Several cases: the move itself asks the reason, for those that are late."""

    late_reason = forms.ModelChoiceField(
        LateReason.objects.in_use(), label=_("why late, where it is"), required=False
    )
    note = _note(required=False, label=_("note"))


class LateForm(LateTogetherForm):
    """One case: why it is late is asked where the time for the move has passed."""

    move: str

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        super().__init__(*args, case=case, **kwargs)
        field = self.fields["late_reason"]
        field.label = _("why the promised time was missed")
        field.required = late_clocks([case.pk], self.move, now=timezone.now()).exists()
        if not field.required:
            del self.fields["late_reason"]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        reason = given.get("late_reason")
        if reason and reason.wants_note and not given.get("note", "").strip():
            self.add_error("note", _("A reason is needed."))
        return given


class FixForm(LateForm):
    move = "fix"


class TakeOnForm(LateForm):
    """A move that needs nothing said in time."""

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        super().__init__(*args, case=case, **kwargs)
        if "late_reason" not in self.fields:
            del self.fields["note"]


class AcceptForm(TakeOnForm):
    move = "accept"


class DiagnoseForm(TakeOnForm):
    move = "diagnose"


class RouteTogetherForm(MoveForm):
    """Several cases: the move itself asks the reason, for those it takes from another team."""

    team = forms.ModelChoiceField(Team.objects.in_use().order_by("name"), label=_("team"))
    reason = _why_not(label=_("why not the team that has it, where one has"))
    note = _note(required=False, label=_("note"))


class RouteForm(RouteTogetherForm):
    """One case: the reason is asked of whoever takes it from another team."""

    reason = _why_not(label=_("why not this team"))

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        super().__init__(*args, case=case, **kwargs)
        if case.team_id is None:
            del self.fields["reason"]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        moved = "reason" in self.fields and given.get("team") not in (None, self.case.team)
        if moved and not given.get("reason"):
            self.add_error("reason", _("Say why it goes to another team."))
        elif moved and given["reason"] == Reason.OTHER and not given.get("note"):
            self.add_error("note", _("A reason is needed."))
        return given


class PlanTogetherForm(LateTogetherForm):
    cause = CauseField(label=_("cause"))
    eta_in = forms.ChoiceField(
        choices=QUICK,
        label=_("to be fixed"),
        required=False,
        widget=forms.RadioSelect,
        initial="240",
    )
    eta_at = _moment(label=_("set time"))
    fix_kind = forms.ChoiceField(
        choices=[("", _("as the cause says")), *FixKind.choices],
        label=_("kind of fix"),
        required=False,
    )
    field_order = ("cause", "eta_in", "eta_at", "fix_kind", "late_reason", "note")

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        initial: dict[str, Any] = {"cause": case.cause_id, "fix_kind": _of_its_own(case)}
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


class PlanForm(PlanTogetherForm, LateForm):
    move = "plan"


def _of_its_own(case: Case) -> str:
    """The kind of fix, where the engineer knew better than the cause."""
    return case.fix_kind if case.cause and case.fix_kind != case.cause.fix_kind else ""


class WaitForm(MoveForm):
    waits_for = forms.ChoiceField(
        choices=WaitsFor.choices, label=_("waits for"), widget=forms.RadioSelect
    )
    waits_until = _moment(label=_("expected"))
    note = _note(required=False, label=_("note"))

    def clean_waits_until(self) -> Any:
        until = self.cleaned_data["waits_until"]
        if until is not None and until <= timezone.now():
            raise forms.ValidationError(_("This has passed already."))
        return until


class DismissForm(MoveForm):
    dismissed_for = forms.ChoiceField(
        choices=Dismissal.choices, label=_("reason"), widget=forms.RadioSelect
    )
    note = _note(required=False, label=_("note"))

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if given.get("dismissed_for") == Dismissal.OTHER and not given.get("note"):
            self.add_error("note", _("Say what it is."))
        return given


FORMS: dict[str, type[MoveForm]] = {
    "accept": AcceptForm,
    "diagnose": DiagnoseForm,
    "plan": PlanForm,
    "wait": WaitForm,
    "resume": MoveForm,
    "fix": FixForm,
    "route": RouteForm,
    "reopen": ReasonForm,
    "dismiss": DismissForm,
}


def moves_of(user: Any) -> list[str]:
    """The moves that a reader may make, in the order of the table."""
    return [name for name in MOVES if name in FORMS and user.has_perm(MOVES[name].permission or "")]
