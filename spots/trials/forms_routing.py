"""Editing a routing rule: to which team, and which cases."""

from typing import Any

from django import forms
from django.contrib.postgres.forms import SimpleArrayField
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from complaints.admin_theme import CheckboxSelectMultiple, Select, TextInput
from spots.cases.models import Kind
from spots.network.fields import AreaField, percent
from spots.network.models import Technology
from spots.network.widgets import ShapeWidget
from spots.routing.in_force import asked
from spots.routing.matching import Rule
from spots.routing.models import RoutingRule, Team

ANY = gettext_lazy("both")


def _clock(label: Any) -> forms.TimeField:
    looks = {"type": "time", "class": "case-field routing-short"}
    widget = forms.TimeInput(attrs=looks, format="%H:%M")
    return forms.TimeField(label=label, required=False, widget=widget)


class RoutingRuleForm(forms.ModelForm[RoutingRule]):
    """What it accepts can be asked: a rule with a fault may only be saved inactive."""

    area = AreaField(
        label=gettext_lazy("Area"),
        srid=4326,
        required=False,
        widget=ShapeWidget,
        help_text=gettext_lazy("Takes cases whose centre is inside. Empty: everywhere."),
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("Kind"),
        required=False,
        choices=[("", ANY), *Kind.choices],
        widget=Select,
    )
    technologies = forms.MultipleChoiceField(
        label=gettext_lazy("Technologies"),
        choices=Technology.choices,
        required=False,
        widget=CheckboxSelectMultiple,
        help_text=gettext_lazy(
            "Any of them: those the case names, else those that should work at its centre."
        ),
    )
    topics_share = percent(
        gettext_lazy("At least, %"),
        gettext_lazy("Share of the complaints that have one of these topics."),
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
    weekdays = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Weekdays"),
        choices=list(WEEKDAYS.items()),
        coerce=int,
        required=False,
        widget=CheckboxSelectMultiple,
    )
    hours_from = _clock(gettext_lazy("From"))
    hours_until = _clock(gettext_lazy("Until"))

    class Meta:
        model = RoutingRule
        fields = (
            "order",
            "team",
            "active",
            "brand",
            "region",
            "area",
            "kind",
            "technologies",
            "topics",
            "topics_share",
            "causes",
            "segments",
            "segments_share",
            "complex_only",
            "weekdays",
            "hours_from",
            "hours_until",
        )
        help_texts = {
            "complex_only": gettext_lazy(
                "Cases with several sites or teams, or marked by a person; and those whose"
                " customers told of several topics, or again and again, within a week."
            ),
        }

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        begin, end = given.get("hours_from"), given.get("hours_until")
        if (begin is None) != (end is None):
            self.add_error("hours_until", _("Both hours are needed, or none."))
        elif begin is not None and begin == end:
            self.add_error("hours_until", _("It has to end at another hour than it begins."))
        if given.get("active"):
            # Whoever makes it active again has mended it.
            self.instance.fault, self.instance.fault_at = "", None
            if given.get("team"):
                self._check_team(given["team"])
        return given

    def _check_team(self, team: Team) -> None:
        if team.archived:
            self.add_error("team", _("This team is archived: a rule for it cannot be active."))
        elif not team.members.filter(is_active=True).exists():
            self.add_error("team", _("This team has no members: a rule for it cannot be active."))

    def as_rule(self) -> Rule:
        """Return what was typed, which is valid and not saved, as the arithmetic asks it."""
        return asked(
            self.instance,
            topics=[topic.pk for topic in self.cleaned_data["topics"]],
            causes=[cause.pk for cause in self.cleaned_data["causes"]],
        )
