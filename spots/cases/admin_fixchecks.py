"""The one set of rules by which fixes are checked, as an administrator edits it."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from spots.cases.admin_only_row import OnlyRowAdmin
from spots.cases.fixchecks import FixCheck


class FixCheckForm(forms.ModelForm[FixCheck]):
    class Meta:
        model = FixCheck
        fields = ("hours", "grace_h", "high_at", "answers", "unhappy_share")
        help_texts = {
            "hours": _("Counted from the fix; if complaints stay away, the case is then closed."),
            "grace_h": _("In the first hours people still call about what was before the fix."),
            "high_at": _(
                "As the score that opens a spot: 4 is about one in ten thousand by chance."
                " A case with more complaints goes back to fixing."
            ),
            "answers": _("With fewer ratings no fix is taken back."),
            "unhappy_share": _(
                "From this share of all ratings of a fix on, its case is reopened; 0.5 is half."
            ),
        }

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        hours, grace_h = given.get("hours"), given.get("grace_h")
        if hours is not None and grace_h is not None and grace_h >= hours:
            self.add_error("grace_h", _("This has to be less than the hours of verifying."))
        return given


class FixCheckAdmin(OnlyRowAdmin):
    form = FixCheckForm
    list_display = ("__str__", "hours", "grace_h", "high_at", "answers", "unhappy_share")
