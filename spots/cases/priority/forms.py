"""The form of a new version of the weights, and how it is laid out."""

from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from complaints.admin_theme import Textarea
from spots.cases.priority.formula import SCALES
from spots.cases.priority.models import PriorityWeights

PREVIEW: Final = "_preview"  # name of the button


def _pair(code: str) -> tuple[str, str]:
    return (f"{code}_at_most", f"{code}_half_at")


FIELDSETS: Final = (
    (None, {"fields": ("since", "note")}),
    (
        gettext_lazy("Who complains"),
        {
            "fields": (
                _pair("customers"),
                "segments",
                *map(_pair, ("share", "growth", "again", "ltv", "churn", "debt")),
            ),
            "description": gettext_lazy(
                "Each line has two numbers: the points it gives at most, and the amount that gives"
                " half of them. More never gives less, and no line drowns the others."
            ),
        },
    ),
    (
        gettext_lazy("What, where, and for how long"),
        {"fields": ("severity_at_most", *map(_pair, ("places", "age", "unhappy")))},
    ),
    (
        gettext_lazy("Bands"),
        {
            "fields": (("p1_from", "p2_from", "p3_from"),),
            "description": gettext_lazy("Points from which a case is P1, P2, P3; below it is P4."),
        },
    ),
)
# What tells one version from another; when, who and why are shown beside.
VALUES: Final = (
    *(name for code in SCALES for name in _pair(code)),
    "severity_at_most",
    "segments",
    "p1_from",
    "p2_from",
    "p3_from",
)


class PriorityWeightsForm(forms.ModelForm[PriorityWeights]):
    class Meta:
        model = PriorityWeights
        fields = ("since", "note", *VALUES)
        widgets = {name: Textarea(attrs={"rows": 2}) for name in ("note", "segments")}
        help_texts = {
            "segments": gettext_lazy('For example {"vip": 3, "business": 2}; 1 where not named.'),
            "note": gettext_lazy("For those who will ask later why the order changed."),
        }

    @property
    def is_previewed(self) -> bool:
        """Whether the sound form is to be shown again, with what it would do."""
        return PREVIEW in self.data and self.is_bound and not self.errors

    def is_valid(self) -> bool:
        """Refuse to be saved where only a preview was asked for."""
        return super().is_valid() and not self.is_previewed

    def clean_segments(self) -> dict[str, float]:
        factors = self.cleaned_data["segments"] or {}
        sound = isinstance(factors, dict) and all(
            isinstance(factor, int | float) and not isinstance(factor, bool) and factor >= 0
            for factor in factors.values()
        )
        if not sound:
            raise ValidationError(_("Each segment needs a factor of 0 or more."))
        return dict(factors)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        for name, value in list(given.items()):
            if name.endswith("_half_at") and value is not None and value <= 0:
                self.add_error(name, _("This has to be more than 0."))
        bands = [given[name] for name in ("p1_from", "p2_from", "p3_from") if name in given]
        if bands != sorted(set(bands), reverse=True):
            self.add_error("p1_from", _("P1 has to begin above P2, and P2 above P3."))
        return given
