"""Ladders and their stages as people edit them."""

from typing import Any

from django import forms
from django.contrib.auth import get_user_model
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from complaints.admin_theme import CheckboxSelectMultiple, Select
from complaints.customers.reader import name_of
from spots.escalation.models import Channel, Ladder, Receiver, Rung
from spots.routing.models import Team
from spots.sla.models import Policy


class LadderForm(forms.ModelForm[Ladder]):
    """Refuses a second ladder for the same policy, and a second one for all the others."""

    policies = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Policies"),
        queryset=Policy.objects.order_by("order"),
        required=False,
        widget=CheckboxSelectMultiple,
        help_text=gettext_lazy("None chosen: the promises that no other ladder names."),
    )

    class Meta:
        model = Ladder
        fields = ("name", "active", "policies")

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if not given.get("active") or "policies" not in given:
            return given
        others = Ladder.objects.filter(active=True).exclude(pk=self.instance.pk)
        if given["policies"]:
            taken = others.filter(policies__in=given["policies"]).first()
        else:
            taken = others.filter(policies=None).first()
        if taken is not None:
            wrong = _("“%(ladder)s” is the ladder for these already.") % {"ladder": taken}
            self.add_error("policies", wrong)
        return given


class _PersonField(forms.ModelChoiceField[Any]):
    def label_from_instance(self, obj: Any) -> str:
        return name_of(obj)


class RungForm(forms.ModelForm[Rung]):
    """Refuses a stage without a moment or without a receiver."""

    person = _PersonField(
        label=gettext_lazy("Person"),
        queryset=get_user_model()
        .objects.filter(is_active=True)
        .order_by("last_name", "first_name", "username"),
        required=False,
        widget=Select,
    )
    team = forms.ModelChoiceField(
        label=gettext_lazy("Team"),
        queryset=Team.objects.in_use().order_by("name"),
        required=False,
        widget=Select,
    )
    channels = forms.MultipleChoiceField(
        label=gettext_lazy("Beside the inbox"),
        choices=Channel.choices,
        required=False,
        widget=CheckboxSelectMultiple,
    )

    class Meta:
        model = Rung
        fields = (
            *("target", "percent", "after_minutes", "working", "receiver", "person", "team"),
            *("channels", "climb_minutes", "active"),
        )
        help_texts = {
            "percent": gettext_lazy("1 … 99. Either this, or minutes after the breach."),
            "after_minutes": gettext_lazy("0: at the breach itself."),
            "climb_minutes": gettext_lazy("Empty: nobody has to answer."),
        }

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        percent, after = given.get("percent"), given.get("after_minutes")
        if (percent is None) == (after is None) and not {"percent", "after_minutes"} & {
            *self.errors
        }:
            self.add_error("percent", _("Say a share of the time, or minutes after the breach."))
        elif percent is not None and not 1 <= percent <= 99:
            self.add_error("percent", _("A share is from 1 to 99 %."))
        self._clean_receiver(given)
        return given

    def _clean_receiver(self, given: dict[str, Any]) -> None:
        """A name that the chosen kind of receiver does not ask for is left out."""
        for name, kind in (("person", Receiver.PERSON), ("team", Receiver.TEAM)):
            if given.get("receiver") != kind:
                given[name] = None
            elif given.get(name) is None:
                self.add_error(name, _("Choose who is told."))
