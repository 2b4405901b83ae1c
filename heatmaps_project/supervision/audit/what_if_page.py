"""The page that asks “what if”: other minutes, another calendar, and what would have been kept."""

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from complaints.admin_theme import Select, TextInput
from complaints.customers.reader import walls_of
from heatmaps_project.supervision.audit.forms import AuditForm
from heatmaps_project.supervision.audit.names import Names, names_for
from heatmaps_project.supervision.audit.promises import promises_of
from heatmaps_project.supervision.audit.what_if import Otherwise, compare
from spots.models import WorkingTime
from spots.sla.models import Target

MOST_MINUTES = 527_040  # a year


class WhatIfForm(AuditForm):
    """The audit's own filters, and what would have been promised."""

    minutes = forms.IntegerField(
        label=gettext_lazy("if so many working minutes were promised"),
        required=False,
        min_value=1,
        max_value=MOST_MINUTES,
        widget=TextInput(attrs={"inputmode": "numeric"}),
    )
    calendar = forms.ModelChoiceField(
        WorkingTime.objects.order_by("name"),
        label=gettext_lazy("if this calendar was promised"),
        required=False,
        empty_label=gettext_lazy("as it was"),
        widget=Select,
    )
    always_shown = ("minutes", "calendar", "policy", "target", "first", "last")

    def __init__(self, *args: Any, names: Names, **kwargs: Any) -> None:
        super().__init__(*args, names=names, **kwargs)
        del self.fields["unit"]
        target = self.fields["target"]
        assert isinstance(target, forms.ChoiceField)
        target.choices = list(names.by["target"].items())  # minutes are of one promise
        target.initial = Target.FIX
        self.order_fields(self.always_shown)

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        given["target"] = given.get("target") or Target.FIX.value
        given["unit"] = ""
        if not self.errors and not (given.get("minutes") or given.get("calendar")):
            raise ValidationError(_("Say what would have been promised: minutes, or a calendar."))
        return given

    @property
    def otherwise(self) -> Otherwise:
        calendar = self.cleaned_data["calendar"]
        return Otherwise(self.cleaned_data["minutes"], calendar.calendar if calendar else None)


@require_safe
@permission_required("heatmaps_project.view_figures", raise_exception=True)
def what_if_page(request: HttpRequest) -> HttpResponse:
    """:raises Http404: the address asks for a row that is not there, or behind a wall"""
    names = names_for(walls_of(request))
    is_asked = "minutes" in request.GET or "calendar" in request.GET
    form = WhatIfForm(
        request.GET if is_asked else None,
        initial=request.GET.dict(),
        names=names,
        now=timezone.now(),
    )
    context = {**admin.site.each_context(request), "title": _("What if"), "form": form}
    status = 200
    if is_asked and form.is_valid():
        promises = promises_of(form.scope(walls_of(request)))
        compared = compare(promises, form.otherwise)
        context |= {
            "compared": compared,
            "rows": ((_("as it was"), compared.before), (_("as it would be"), compared.after)),
            "target": names.of("target", form.cleaned_data["target"]),
            "scope": promises.scope,
        }
    elif is_asked:
        if form.is_foreign():
            raise Http404
        status = 400
    return render(request, "supervision/audit/what_if.html", context, status=status)
