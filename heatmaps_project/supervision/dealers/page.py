"""Dealers and shops, ranked: the page, and the file of it."""

from collections.abc import Iterator, Sequence
from typing import Any

from django import forms
from django.contrib import admin
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from complaints.admin_theme import Select
from complaints.row_number import row_number
from complaints.table_files import asked_form, table_file
from complaints.xlsx import Cell
from feedback.surveys.board_table import estimate_cells, estimate_titles
from heatmaps_project.accounts.units.reading import tree
from heatmaps_project.accounts.units.tree import Tree
from heatmaps_project.supervision.asking import A_YEAR, PERIODS, FiltersForm, asked
from heatmaps_project.supervision.boards.views import may_count
from heatmaps_project.supervision.dealers.ranking import FEWEST, Ranked
from heatmaps_project.supervision.dealers.reading import dealers


class DealersForm(FiltersForm):
    """A period, as long as few answers need, and a region; teams are no dealers."""

    usual = {"days": 90}
    field_order = ("days", "region")
    days = forms.TypedChoiceField(
        choices=(*PERIODS, A_YEAR),
        coerce=int,
        empty_value=None,
        required=False,
        label=gettext_lazy("period"),
        widget=Select,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["team"]


@require_safe
@may_count
def dealers_page(request: HttpRequest) -> HttpResponseBase:
    """:raises Http404: the address asks for a period, region or unit that is not there"""
    form, scope = asked(request, DealersForm)
    units, unit = tree(), row_number(request.GET.get("unit", ""))
    if request.GET.get("unit") and unit not in units.nodes:
        raise Http404
    rows = [(_named(units, one), one) for one in dealers(units, unit, scope)]
    if file := asked_form(request):
        name = f"dealers-{timezone.localtime():%Y-%m-%d-%H%M}"
        return table_file(list(_lines(rows)), name=name, form=file)
    page = {
        **admin.site.each_context(request),
        "title": _("Dealers and shops"),
        "form": form,
        "scope": scope,
        "rows": rows,
        "unit": unit,
        "path": units.path(unit) if unit is not None else [],
        "parts": units.children(unit),
        "fewest": FEWEST,
    }
    return render(request, "supervision/dealers/page.html", page)


def _named(units: Tree, one: Ranked) -> str:
    return " / ".join(node.name for node in units.path(one.told.unit))


def _lines(rows: Sequence[tuple[str, Ranked]]) -> Iterator[Sequence[Cell]]:
    yield [
        *(_("unit"), _("best place"), _("last place"), _("answers"), _("mean score")),
        *estimate_titles(_("drawn towards all")),
    ]
    for name, one in rows:
        told = (name, one.best, one.last, one.told.n, round(one.told.mean, 2))
        yield [*told, *estimate_cells(one.shrunk)]
