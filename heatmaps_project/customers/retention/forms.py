"""What is asked of whoever sets the ages of personal data."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from complaints.admin_theme import Switch
from heatmaps_project.customers.retention.models import RetentionRule
from heatmaps_project.customers.retention.overview import MOST, sooner

AGES = ("place_days", "words_days", "contact_days")


class RetentionForm(forms.ModelForm[RetentionRule]):
    """Ages; what shorter ones would end at once is told first, and has to be agreed to."""

    agreed = forms.BooleanField(
        required=False,
        widget=Switch,
        label=gettext_lazy("I know what ends at once"),
        help_text=gettext_lazy(
            "Needed where an age becomes shorter: saved without it, the page says how much ends."
            " It cannot be brought back."
        ),
    )

    class Meta:
        model = RetentionRule
        fields = ("brand", *AGES)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        ages = [given[name] for name in AGES if given.get(name) is not None]
        if len(ages) < len(AGES):
            return given
        if ages != sorted(ages):
            text = _("Places end first, then words, then contacts: give the days in this order.")
            raise forms.ValidationError(text)
        if not given.get("agreed"):
            self._tell_what_ends(RetentionRule(**{k: given[k] for k in ("brand", *AGES)}))
        return given

    def _tell_what_ends(self, rule: RetentionRule) -> None:
        ends = sooner(rule, now=timezone.now())
        if ends:
            told = [_("These ages are shorter. At once would end:"), *map(_said, ends.items())]
            self.add_error("agreed", told)


def _said(one: tuple[Any, int]) -> str:
    kind, count = one
    said = {"kind": kind.label, "n": count}
    if count >= MOST:
        return _("%(kind)s: %(n)d or more") % said
    return _("%(kind)s: %(n)d") % said
