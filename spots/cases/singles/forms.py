"""What people say about single cases, and when one opens by itself."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from complaints.admin_theme import CheckboxSelectMultiple, Select, TextInput
from complaints.intake.models import Channel
from spots.cases.singles.models import SingleRule
from spots.cases.transitions.singles import MOST_LETTERS


class AnswerForm(forms.Form):
    text = forms.CharField(
        label=_("what the customer was told"),
        max_length=MOST_LETTERS,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class ChosenForm(forms.Form):
    """Single cases, by number."""

    cases = forms.TypedMultipleChoiceField(coerce=int)

    def __init__(self, *args: Any, numbers: list[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["cases"]
        assert isinstance(field, forms.TypedMultipleChoiceField)
        field.choices = [(number, number) for number in numbers]


class Codes(forms.CharField):
    """Codes on one line, told apart by commas or spaces."""

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> Any:
        codes = list(dict.fromkeys(str(super().clean(value)).replace(",", " ").split()))
        if any(len(code) > 32 for code in codes):
            raise forms.ValidationError(_("A segment's code has at most 32 letters."))
        return codes


class SingleRuleForm(forms.ModelForm[SingleRule]):
    severity_from = forms.TypedChoiceField(
        label=_("Topics of severity from"),
        choices=[("", "—"), *((n, n) for n in range(1, 6))],
        coerce=int,
        empty_value=None,
        required=False,
        widget=Select,
        help_text=_("1 is mild, 5 is worst; each topic has its own."),
    )
    segments = Codes(
        label=_("Segments"),
        required=False,
        widget=TextInput,
        help_text=_("Codes as the CRM sends them, with commas between."),
    )
    channels = forms.MultipleChoiceField(
        label=_("Channels"), choices=Channel.choices, required=False, widget=CheckboxSelectMultiple
    )

    class Meta:
        model = SingleRule
        fields = ("severity_from", "segments", "channels", "spotless_minutes")
        help_texts = {
            "spotless_minutes": _("Counted from reception. Empty: time alone opens none."),
        }
