"""What an agent says of a danger, and of who calls."""

from django import forms
from django.utils.translation import gettext_lazy

from complaints.admin_theme import Select, Textarea
from heatmaps_project.desk.danger.states import Danger, Method


class RaiseForm(forms.Form):
    """Of the caller of a lookup; `key` is the form's own, for a second click."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    lookup = forms.UUIDField(widget=forms.HiddenInput)
    danger = forms.ChoiceField(
        choices=Danger.choices, label=gettext_lazy("what danger"), widget=Select
    )
    words = forms.CharField(
        max_length=2000,
        required=False,
        label=gettext_lazy("what the caller says"),
        widget=Textarea(attrs={"rows": 3}),
    )


class VerifyForm(forms.Form):
    lookup = forms.UUIDField()
    method = forms.ChoiceField(choices=Method.choices)


class StepForm(forms.Form):
    note = forms.CharField(max_length=2000, required=False)
