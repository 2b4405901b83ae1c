"""The page that says what mending the first places of a list would meet."""

import json
from typing import Any, Final

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from complaints.admin_theme import TextInput
from complaints.row_number import row_number
from heatmaps_project.supervision.planning.choosing import complaints_beside
from heatmaps_project.supervision.planning.models import ProposalQuerySet
from heatmaps_project.supervision.planning.scenario import Step, curve, fewest
from heatmaps_project.supervision.views import CHART_OPTIONS

MOST: Final = 200  # places of a scenario
USUAL: Final = 20
MARKS: Final = (25, 50)  # percent, of which the page says how many places meet them


class ScenarioForm(forms.Form):
    """How many of the list's first places are mended."""

    first = forms.IntegerField(
        min_value=1,
        max_value=MOST,
        required=False,
        label=gettext_lazy("places mended"),
        widget=TextInput(attrs={"type": "number", "min": 1, "max": MOST}),
    )


def scenario_page(
    request: HttpRequest, rows: ProposalQuerySet, context: dict[str, Any]
) -> HttpResponse:
    """:raises Http404: the address asks for no number of places, or for no places"""
    form = ScenarioForm({"first": request.GET.get("first") or USUAL})
    if not form.is_valid():
        raise Http404
    chosen = _chosen(request.GET.get("chosen", ""))
    listed = rows.filter(pk__in=chosen) if chosen else rows
    found = list(listed.defer("outline").ranked().select_related("site")[:MOST])
    first = len(found) if chosen else min(form.cleaned_data["first"], len(found))
    steps = curve([row.complaints for row in found], of=complaints_beside(request, rows))
    context |= {
        "title": _("What mending places would meet"),
        "form": form,
        "chosen": chosen,
        "first": first,
        "met": steps[first],
        "sites": len({row.site_id for row in found[:first] if row.site_id}),
        "measured_at": max((row.measured_at for row in found), default=None),
        "lines": list(zip(found[:first], steps[1 : first + 1], strict=True)),
        "marks": [(percent, fewest(steps, percent)) for percent in MARKS],
        "chart": _chart(steps),
        "chart_options": CHART_OPTIONS,
        "asked": request.GET.items(),
    }
    return TemplateResponse(request, "admin/planning/scenario.html", context)


def _chosen(text: str) -> list[int]:
    """:raises Http404: it is no list of numbers"""
    numbers = [row_number(part) for part in text.split(",") if part][:MOST]
    known = [number for number in numbers if number is not None]
    if len(known) != len(numbers):
        raise Http404
    return known


def _chart(steps: list[Step]) -> str:
    """Return the curve as Chart.js draws it in the admin's own bars."""
    return json.dumps(
        {
            "labels": [step.places for step in steps[1:]],
            "datasets": [
                {
                    "label": _("complaints met, %"),
                    "data": [round(step.percent, 1) for step in steps[1:]],
                    "backgroundColor": "var(--color-primary-500)",
                }
            ],
        }
    )
