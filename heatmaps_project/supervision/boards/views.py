"""The boards: of the wall, the supervisor's morning, the manager, and the quality of detection."""

from datetime import timedelta
from typing import Any, Final

from django import forms
from django.contrib import admin
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_safe

from complaints.admin_theme import Select
from complaints.row_number import row_number
from complaints.table_files import asked_form, table_file
from heatmaps_project.accounts.units.reading import tree
from heatmaps_project.supervision.asking import A_YEAR, PERIODS, FiltersForm, asked
from heatmaps_project.supervision.boards import managing, morning, quality, tables
from heatmaps_project.supervision.boards.charts import shares_by_week
from heatmaps_project.supervision.boards.definitions import BY_CODE, WALL
from heatmaps_project.supervision.boards.rows import MAKERS, MOST, rows
from heatmaps_project.supervision.boards.wall import numbers
from heatmaps_project.supervision.scope import Scope
from heatmaps_project.supervision.views import CHART_OPTIONS
from spots.cases.states import Permission

USUAL_HOURS: Final = 8
HOURS: Final = (2, 4, 8, 24)

may_count = permission_required("heatmaps_project.view_figures", raise_exception=True)


class MorningForm(FiltersForm):
    """How far ahead promises are looked at."""

    usual = {**FiltersForm.usual, "hours": USUAL_HOURS}
    field_order = ("hours", "team", "region")
    hours = forms.TypedChoiceField(
        # Asked for when it is shown: a number in words is not put off by itself.
        choices=lambda: [(n, ngettext("%d hour", "%d hours", n) % n) for n in HOURS],
        coerce=int,
        empty_value=None,
        required=False,
        label=gettext_lazy("runs out within"),
        widget=Select,
    )


class ManagerForm(FiltersForm):
    """A manager looks back a year, too."""

    days = forms.TypedChoiceField(
        choices=(*PERIODS, A_YEAR),
        coerce=int,
        empty_value=None,
        required=False,
        label=gettext_lazy("period"),
        widget=Select,
    )


@require_safe
@may_count
def wall_page(request: HttpRequest) -> HttpResponseBase:
    """:raises Http404: the address asks for a period, team or region that is not there"""
    form, scope = asked(request)
    context = {"form": form, **_numbers(request, scope), "definitions": WALL}
    lines = tables.of_wall(one for one, _has_rows in context["numbers"])
    return _page(request, _("Wall board"), "wall", context, lines)


@require_safe
@may_count
def wall_numbers(request: HttpRequest) -> HttpResponse:
    """The numbers alone, as the wall asks for them every 15 seconds."""
    _form, scope = asked(request)
    return render(request, "supervision/boards/numbers.html", _numbers(request, scope))


@require_safe
@may_count
def rows_page(request: HttpRequest, code: str) -> HttpResponseBase:
    """:raises Http404: there is no such number; :raises PermissionDenied: its rows are not shown"""
    if code not in MAKERS:
        raise Http404
    definition = BY_CODE[code]
    if not request.user.has_perm(definition.permission):
        raise PermissionDenied
    form, scope = asked(request)
    found = rows(code, scope)
    context = {
        "form": form,
        "scope": scope,
        "definition": definition,
        "rows": found,
        "cut": len(found) == MOST,
        "most": MOST,
    }
    title = str(definition.name).capitalize()
    return _page(request, title, "rows", context, tables.of_rows(found))


@require_safe
@may_count
def morning_page(request: HttpRequest) -> HttpResponseBase:
    """:raises Http404: the address asks for what is not there"""
    form, scope = asked(request, MorningForm)
    hours = form.cleaned_data["hours"] or USUAL_HOURS
    risks, queues = morning.at_risk(scope, timedelta(hours=hours)), morning.queues(scope)
    context = {
        "form": form,
        "scope": scope,
        "hours": hours,
        "at_risk": risks,
        "queues": queues,
        "may_dispatch": request.user.has_perm(Permission.DISPATCH),
    }
    of_queues = request.GET.get("of") == "queues"  # the page has two tables
    lines = tables.of_queues(queues) if of_queues else tables.of_risks(risks)
    return _page(request, _("This morning"), "morning", context, lines)


@require_safe
@may_count
def manager_page(request: HttpRequest) -> HttpResponseBase:
    """:raises Http404: the address asks for a unit, period or region that is not there"""
    form, scope = asked(request, ManagerForm)
    named = request.GET.get("unit", "")
    unit, units = row_number(named), tree()
    if named and unit not in units.nodes:
        raise Http404
    found = managing.managed(units, unit, managing.tallies(scope), managing.team_names())
    context = {"form": form, "scope": scope, "unit": unit, "managed": found}
    return _page(request, _("Manager"), "manager", context, tables.of_manager(found))


@require_safe
@may_count
def quality_page(request: HttpRequest) -> HttpResponseBase:
    """:raises Http404: the address asks for a period, team or region that is not there"""
    form, scope = asked(request)
    found = quality.quality(scope)
    context = {
        "form": form,
        "scope": scope,
        "quality": found,
        "chart": shares_by_week(found.weeks, _("false"), _("others that ended")),
        "chart_options": CHART_OPTIONS,
        "how": quality.HOW,
    }
    return _page(request, _("Quality of detection"), "quality", context, tables.of_quality(found))


def _numbers(request: HttpRequest, scope: Scope) -> dict[str, Any]:
    user = request.user
    return {
        "scope": scope,
        "numbers": [
            (one, one.definition.code in MAKERS and user.has_perm(one.definition.permission))
            for one in numbers(scope)
        ],
        "query": request.GET.urlencode(),
    }


def _page(
    request: HttpRequest, title: str, name: str, context: dict[str, Any], lines: tables.Lines
) -> HttpResponseBase:
    """Show a board by the template of its name, or the lines of its table as the file asked for."""
    if form := asked_form(request):
        said = f"{name}-{timezone.localtime():%Y-%m-%d-%H%M}"
        return table_file(list(lines), name=said, form=form)  # in the reader's language, still
    page = {**admin.site.each_context(request), "title": title, **context}
    return render(request, f"supervision/boards/{name}.html", page)
