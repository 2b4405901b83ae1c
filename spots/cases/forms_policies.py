"""Editing an SLA policy: for which cases, and what is promised."""

from typing import Any

from django import forms
from django.contrib.postgres.forms import SimpleArrayField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from complaints.admin_theme import Select, TextInput
from spots.cases.models import Kind
from spots.network.fields import AreaField, percent
from spots.network.widgets import ShapeWidget
from spots.sla.matching import CONDITIONS
from spots.sla.models import Policy

BANDS = ("", "—"), *((band, f"P{band}") for band in range(1, 5))


class PolicyForm(forms.ModelForm[Policy]):
    """Refuses a policy that would never be asked, or that leaves others so."""

    kind = forms.ChoiceField(
        label=gettext_lazy("Kind"),
        choices=[("", gettext_lazy("spots and single cases")), *Kind.choices],
        required=False,
        widget=Select,
    )
    area = AreaField(
        label=gettext_lazy("Area"),
        srid=4326,
        required=False,
        widget=ShapeWidget,
        help_text=gettext_lazy("Takes cases whose centre is inside. Empty: everywhere."),
    )
    segments = SimpleArrayField(
        forms.CharField(max_length=32),
        label=gettext_lazy("Segments"),
        required=False,
        widget=TextInput,
        help_text=gettext_lazy("Codes as the CRM sends them, separated by commas: vip, b2b."),
    )
    segments_share = percent(
        gettext_lazy("At least, %"),
        gettext_lazy("Share of the customers who are of one of these segments."),
    )
    band = forms.TypedChoiceField(
        label=gettext_lazy("Priority band"),
        choices=list(BANDS),
        coerce=int,
        empty_value=None,
        required=False,
        widget=Select,
    )

    class Meta:
        model = Policy
        fields = ("kind", "area", "segments", "segments_share", "band")  # others: the fieldsets

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        order = given.get("order")
        if order is None or self.errors:
            return given
        others = list(Policy.objects.exclude(pk=self.instance.pk).order_by("order"))
        if not any(given.get(name) for name in CONDITIONS):
            later = [other for other in others if other.order > order]
            if later:
                wrong = _(
                    "Without any condition it takes every case, and “%(policy)s” after it would"
                    " never be asked. Only the last policy may ask for nothing."
                )
                self.add_error(None, wrong % {"policy": later[0]})
        for other in others:
            if other.order < order and not asks_for_something(other):
                wrong = _(
                    "“%(policy)s” before it takes every case: this one would never be asked."
                    " Only the last policy may ask for nothing."
                )
                self.add_error("order", wrong % {"policy": other})
                break
        return given


def asks_for_something(policy: Policy) -> bool:
    """Say whether a policy has a condition; one that has none takes every case."""
    return any(_asks(policy, name) for name in CONDITIONS)


def _asks(policy: Policy, name: str) -> bool:
    # brand, region and topic are told by their numbers: the rows themselves are not needed
    return bool(getattr(policy, f"{name}_id", None) or getattr(policy, name, None))
