"""What a person says when they regroup: what is to be done, with which complaints, which spot."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from complaints.row_number import row_number
from spots.cases.regroup.plans import NEEDS_CHOSEN, NEEDS_OTHER, Action
from spots.cases.regroup.surroundings import MOST_COMPLAINTS


class ComplaintIds(forms.CharField):
    """Numbers of complaints with commas between: one field, however many there are."""

    def clean(self, value: Any) -> list[int]:
        text = str(super().clean(value) or "")
        parts = [part for part in text.split(",") if part]
        numbers = [number for number in map(row_number, parts) if number is not None]
        if len(parts) > MOST_COMPLAINTS or len(numbers) < len(parts):
            raise forms.ValidationError(_("Choose complaints of this page."))
        return numbers


class RegroupForm(forms.Form):
    action = forms.ChoiceField(choices=Action.choices)
    complaints = ComplaintIds(required=False)
    other = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1)
    note = forms.CharField(required=False, max_length=2000, widget=forms.Textarea)
    seen = forms.CharField(required=False)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        action = given.get("action")
        if action in NEEDS_CHOSEN and not given.get("complaints"):
            raise forms.ValidationError(_("Choose complaints first."))
        if action in NEEDS_OTHER and not given.get("other"):
            raise forms.ValidationError(_("Choose the other spot first."))
        return given
