"""The page of figures: what is open, what is late, what was fixed, and what customers said."""

import json
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.contrib import admin
from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from complaints.admin_theme import Select
from complaints.customers.walls import Walls
from complaints.geocoding.models import Region
from heatmaps_project.accounts.models import User
from heatmaps_project.supervision import calls, figures
from heatmaps_project.supervision.flow import Flow, flow
from heatmaps_project.supervision.scope import Scope
from spots.models import Team

USUAL_DAYS = 30
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
PERIODS = (
    (7, gettext_lazy("7 days")),
    (30, gettext_lazy("30 days")),
    (90, gettext_lazy("90 days")),
)


class FiltersForm(forms.Form):
    """What the address asks for. A region behind the reader's walls is none."""

    days = forms.TypedChoiceField(
        choices=PERIODS,
        coerce=int,
        empty_value=None,
        required=False,
        label=gettext_lazy("period"),
        widget=Select,
    )
    team = forms.ModelChoiceField(
        Team.objects.order_by("name"),
        required=False,
        label=gettext_lazy("team"),
        empty_label=gettext_lazy("all teams"),
        widget=Select,
    )
    region = forms.ModelChoiceField(
        Region.objects.none(),
        required=False,
        label=gettext_lazy("region"),
        empty_label=gettext_lazy("all regions"),
        widget=Select,
    )

    def __init__(self, *args: Any, walls: Walls, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        region = self.fields["region"]
        assert isinstance(region, forms.ModelChoiceField)
        region.queryset = Region.objects.within(walls).defer("outline").order_by("pk")


@require_safe
@permission_required("heatmaps_project.view_figures", raise_exception=True)
def figures_page(request: HttpRequest) -> HttpResponse:
    """:raises Http404: the address asks for a period, team or region that is not there"""
    assert isinstance(request.user, User)  # the site asks for a sign-in first
    walls = request.user.walls
    form = FiltersForm(request.GET or {"days": USUAL_DAYS}, walls=walls)
    if not form.is_valid():
        raise Http404
    team, region = form.cleaned_data["team"], form.cleaned_data["region"]
    scope = Scope(
        walls=walls,
        now=timezone.now(),
        zone=ZoneInfo(timezone.get_current_timezone_name()),
        days=form.cleaned_data["days"] or USUAL_DAYS,
        team=team.pk if team else None,
        region=region.pk if region else None,
    )
    shares = figures.kept(scope)
    happened = flow(scope)
    context = {
        **admin.site.each_context(request),
        "title": _("Figures"),
        "form": form,
        "scope": scope,
        "since": scope.since(),
        "team": team,
        "region": region,
        "states": figures.work_now(scope),
        "promises": figures.promises(scope),
        "flow": happened,
        "chart": _chart(scope, happened),
        "chart_options": CHART_OPTIONS,
        "fixed_in_a_day": happened.in_a_day,
        "kept": figures.kept_by_target(shares),
        "told": figures.told(scope),
        "teams": figures.teams(scope, shares, happened.of_team),
        "calls": calls.calls(scope),
        "how": (*figures.HOW, *calls.HOW),
    }
    return render(request, "supervision/figures.html", context)


def _chart(scope: Scope, happened: Flow) -> str:
    """Return what Chart.js draws, as the admin's bar component takes it."""
    return json.dumps(
        {
            "labels": [date_format(day, "j b") for day in scope.dates()],
            "datasets": [
                {
                    "label": _("opened"),
                    "data": happened.opened_daily,
                    "backgroundColor": "var(--color-primary-500)",
                },
                {
                    "label": _("fixed"),
                    "data": happened.fixed_daily,
                    "backgroundColor": "var(--color-green-500)",
                },
            ],
        }
    )
