"""The page of figures: what is open, what is late, what was fixed, and what customers said."""

import json

from django.contrib import admin
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from complaints.short_days import short_day
from complaints.table_files import asked_form, table_file
from heatmaps_project.supervision import calls, figures
from heatmaps_project.supervision.asking import asked
from heatmaps_project.supervision.boards import tables
from heatmaps_project.supervision.flow import Daily, daily, flow
from heatmaps_project.supervision.scope import Scope

_GREY = "#9ca3af"  # read on light and on dark
CHART_OPTIONS = json.dumps(
    {
        "animation": False,
        "maintainAspectRatio": False,
        "datasets": {"bar": {"borderRadius": 3}},
        "plugins": {"legend": {"display": False}},
        "scales": {
            "x": {
                "grid": {"display": False},
                "ticks": {"color": _GREY, "maxTicksLimit": 12, "maxRotation": 0},
            },
            "y": {"beginAtZero": True, "ticks": {"color": _GREY, "precision": 0}, "grid": {}},
        },
    }
)


@require_safe
@permission_required("heatmaps_project.view_figures", raise_exception=True)
def figures_page(request: HttpRequest) -> HttpResponseBase:
    """:raises Http404: the address asks for a period, team or region that is not there"""
    form, scope = asked(request)
    shares = figures.kept(scope)
    happened = flow(scope)
    teams = figures.teams(scope, shares, happened.of_team)
    if file := asked_form(request):
        name = f"figures-{timezone.localtime():%Y-%m-%d-%H%M}"
        return table_file(list(tables.of_teams(teams)), name=name, form=file)
    context = {
        **admin.site.each_context(request),
        "title": _("Figures"),
        "form": form,
        "scope": scope,
        "since": scope.since(),
        "team": form.cleaned_data["team"],
        "region": form.cleaned_data["region"],
        "states": figures.work_now(scope),
        "promises": figures.promises(scope),
        "flow": happened,
        "chart": _chart(scope, daily(scope)),
        "chart_options": CHART_OPTIONS,
        "fixed_in_a_day": happened.in_a_day,
        "kept": figures.kept_by_target(shares),
        "helped": figures.helped(scope),
        "told": figures.told(scope),
        "teams": teams,
        "calls": calls.calls(scope),
        "how": (*figures.HOW, *calls.HOW),
    }
    return render(request, "supervision/figures.html", context)


def _chart(scope: Scope, happened: Daily) -> str:
    """Return what Chart.js draws, as the admin's bar component takes it."""
    return json.dumps(
        {
            "labels": [short_day(day) for day in scope.dates()],
            "datasets": [
                {
                    "label": _("opened"),
                    "data": happened.opened,
                    "backgroundColor": "var(--color-primary-500)",
                },
                {
                    "label": _("fixed"),
                    "data": happened.fixed,
                    "backgroundColor": "var(--color-green-500)",
                },
            ],
        }
    )
