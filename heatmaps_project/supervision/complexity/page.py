"""Complex requests: their share by the week, and the complaints behind each number."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
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
from complaints.customers.models import Brand
from complaints.customers.reader import walls_of
from complaints.customers.walls import Walls
from complaints.geocoding.models import Region
from complaints.intake.models import Topic
from complaints.table_files import asked_form, moment_cell, table_file
from complaints.xlsx import Cell
from feedback.surveys.board_table import estimate_cells, estimate_titles
from heatmaps_project.supervision.asking import PERIODS, FiltersForm, asked
from heatmaps_project.supervision.boards.charts import shares_by_week
from heatmaps_project.supervision.boards.tables import share_cells, share_titles
from heatmaps_project.supervision.boards.views import may_count
from heatmaps_project.supervision.complexity.reading import (
    HOW,
    MOST,
    Line,
    Row,
    Trend,
    complex_complaints,
    trend,
)
from heatmaps_project.supervision.scope import Scope
from heatmaps_project.supervision.views import CHART_OPTIONS
from spots.cases.addresses import page_of
from spots.cases.complexity.reading import DEFINITION
from spots.cases.models import Case
from spots.routing.complexity import Complexity

WEEK = timedelta(days=7)


class ComplexityForm(FiltersForm):
    """A period, a brand, a region, and a week of it; teams are not of complaints."""

    usual = {"days": 90}
    field_order = ("days", "brand", "region")
    days = forms.TypedChoiceField(
        choices=PERIODS[1:],
        coerce=int,
        empty_value=None,
        required=False,
        label=gettext_lazy("period"),
        widget=Select,
    )
    brand = forms.ModelChoiceField(
        Brand.objects.none(),
        required=False,
        label=gettext_lazy("brand"),
        empty_label=gettext_lazy("all brands"),
        widget=Select,
    )

    def __init__(self, *args: Any, walls: Walls, **kwargs: Any) -> None:
        super().__init__(*args, walls=walls, **kwargs)
        del self.fields["team"]
        brand = self.fields["brand"]
        assert isinstance(brand, forms.ModelChoiceField)
        brand.queryset = Brand.objects.within(walls).order_by("name")


@require_safe
@may_count
def complexity_page(request: HttpRequest) -> HttpResponseBase:
    """:raises Http404: the address asks for a period, brand or region that is not there"""
    form, scope = asked(request, ComplexityForm)
    brand = form.cleaned_data["brand"]
    found = trend(scope, brand=brand.pk if brand else None)
    if file := asked_form(request):
        name = f"complex-{timezone.localtime():%Y-%m-%d-%H%M}"
        return table_file(list(_lines(found)), name=name, form=file)
    weeks = ((line.monday, line.share) for line in found.weeks if line.monday)
    page = {
        **admin.site.each_context(request),
        "title": _("Complex requests"),
        "form": form,
        "scope": scope,
        "found": found,
        "reasons": list(zip(Complexity.labels, _reasons(found.whole), strict=True)),
        "tables": (
            (_("week from"), "week", found.weeks),
            (_("brand"), "brand", found.brands),
            (_("region"), "region", found.regions),
        ),
        "chart": shares_by_week(weeks, _("complex"), _("others")),
        "chart_options": CHART_OPTIONS,
        "version": DEFINITION,
        "how": HOW,
    }
    return render(request, "supervision/complexity/page.html", page)


@require_safe
@may_count
def rows_page(request: HttpRequest) -> HttpResponseBase:
    """
    Show the complaints behind a number: of the page's period, or of the week of a Monday.

    :raises Http404: the address asks for a period, brand, region or week that is not there
    """
    form, scope = asked(request, ComplexityForm)
    since, until = _span(request.GET.get("week", ""), scope)
    brand = form.cleaned_data["brand"]
    brand_id = brand.pk if brand else None
    found = complex_complaints(scope, since=since, until=until, brand=brand_id, most=MOST + 1)
    shown = _shown(request, found[:MOST])
    if file := asked_form(request):
        name = f"complex-rows-{timezone.localtime():%Y-%m-%d-%H%M}"
        return table_file(list(_row_lines(shown)), name=name, form=file)
    page = {
        **admin.site.each_context(request),
        "title": _("Complex requests: the complaints"),
        "form": form,
        "scope": scope,
        "since": since,
        "until": until,
        "rows": shown,
        "cut": len(found) > MOST,
        "most": MOST,
        "week": request.GET.get("week", ""),
        "may_open": request.user.has_perm("complaints.view_complaint"),
    }
    return render(request, "supervision/complexity/rows.html", page)


def _span(week: str, scope: Scope) -> tuple[datetime, datetime]:
    """:raises Http404: the period has no such week"""
    if not week:
        return scope.since(), scope.now
    try:
        monday = date.fromisoformat(week)
        begins = datetime.combine(monday, time(), scope.zone)
        ends = datetime.combine(monday + WEEK, time(), scope.zone)
    except (ValueError, OverflowError):
        raise Http404 from None
    since, until = max(begins, scope.since()), min(ends, scope.now)
    if since >= until or monday.weekday():
        raise Http404
    return since, until


def _shown(request: HttpRequest, rows: Sequence[Row]) -> list[dict[str, Any]]:
    """Return rows with names, and links to what the reader may see: five queries."""
    topics = Topic.objects.in_bulk({row.topic for row in rows})
    brands = Brand.objects.in_bulk({row.brand for row in rows})
    regions = Region.objects.defer("outline").in_bulk({row.region for row in rows} - {None})
    wanted = [row.case for row in rows if row.case is not None]
    visible = Case.objects.within(walls_of(request)).filter(pk__in=wanted)
    cases = visible.only("kind", "place").in_bulk()
    return [
        {
            "complaint": row.complaint,
            "at": row.received_at,
            "topic": str(topics[row.topic]),
            "brand": str(brands[row.brand]),
            "region": str(regions[row.region]) if row.region in regions else "",
            "case": row.case if row.case in cases else None,
            "link": page_of(cases[row.case]) if row.case in cases else "",
            "why": ", ".join(str(Complexity(one).label) for one in row.why),
        }
        for row in rows
    ]


def _reasons(line: Line) -> list[int]:
    return [line.by_reason.get(one.value, 0) for one in Complexity]


def _lines(found: Trend) -> Iterator[Sequence[Cell]]:
    yield [
        *(_("by"), _("what"), *share_titles(_("complex"))),
        *(str(label) for label in Complexity.labels),
        *estimate_titles(_("change, percentage points")),
    ]
    nothing = estimate_cells(None)
    whole = (_("in all"), "", *share_cells(found.whole.share), *_reasons(found.whole))
    yield [*whole, *estimate_cells(found.change)]
    for by, lines in (
        (_("week"), found.weeks),
        (_("brand"), found.brands),
        (_("region"), found.regions),
    ):
        for line in lines:
            name = f"{line.monday:%Y-%m-%d}" if line.monday else line.name
            yield [by, name, *share_cells(line.share), *_reasons(line), *nothing]


def _row_lines(rows: Iterable[dict[str, Any]]) -> Iterator[Sequence[Cell]]:
    yield [_("complaint"), _("when"), _("topic"), _("brand"), _("region"), _("case"), _("why")]
    for row in rows:
        told = (row["topic"], row["brand"], row["region"], row["case"], row["why"])
        yield [row["complaint"], moment_cell(row["at"]), *told]
