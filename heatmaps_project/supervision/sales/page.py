"""Sales beside service: the page, and the file that sales come by."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

from django import forms
from django.contrib import admin
from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_safe

from complaints.brand_files import BrandForm, file_page
from complaints.customers.models import Brand
from complaints.customers.reader import walls_of
from complaints.row_number import row_number
from complaints.table_files import asked_form, table_file
from complaints.uploads import at_most
from complaints.xlsx import Cell
from heatmaps_project.accounts.units.reading import tree
from heatmaps_project.supervision.boards.views import may_count
from heatmaps_project.supervision.sales.reading import Month, months
from heatmaps_project.supervision.sales.sales_lines import sold_in
from heatmaps_project.supervision.sales.transitions import take_sales

IMPORT: Final = "heatmaps_project.add_salesfigure"
_FAULTS: Final[dict[str, Promise]] = {
    "unit": gettext_lazy("no unit is called so, or several are: say its path, “Centre / North”"),
    "month": gettext_lazy("no month such as 2026-03"),
    "sales": gettext_lazy("no number of sales"),
    "revenue": gettext_lazy("no amount of roubles"),
    "twice": gettext_lazy("this unit’s month stands in the file before"),
}


class SalesForm(BrandForm):
    """A file of units' months, of one brand."""

    file = forms.FileField(
        label=gettext_lazy("CSV file with the columns unit, month, sales, revenue"),
        validators=[at_most(megabytes=5)],
    )


@require_safe
@may_count
def sales_page(request: HttpRequest) -> HttpResponseBase:
    """:raises Http404: the address asks for a unit that is not there"""
    units, unit = tree(), row_number(request.GET.get("unit", ""))
    if request.GET.get("unit") and unit not in units.nodes:
        raise Http404
    found = months(units, unit, walls=walls_of(request), now=timezone.now())
    if file := asked_form(request):
        name = f"sales-{timezone.localtime():%Y-%m-%d-%H%M}"
        return table_file(list(_lines(found)), name=name, form=file)
    page = {
        **admin.site.each_context(request),
        "title": _("Sales beside service"),
        "months": found,
        "path": units.path(unit) if unit else [],
        "parts": units.children(unit),
        "may_import": request.user.has_perm(IMPORT),
    }
    return render(request, "supervision/sales/page.html", page)


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(IMPORT, raise_exception=True)
def import_page(request: HttpRequest) -> HttpResponse:
    told = {"template": "supervision/sales/import.html", "title": _("Sales by the month")}
    return file_page(request, SalesForm, _take, _FAULTS, back="sales", **told)


def _take(brand: Brand, file: Any) -> str:
    n = take_sales(sold_in(file.read(), tree()), brand=brand)
    said = ngettext("%(n)d month of a unit was taken.", "%(n)d months of units were taken.", n)
    return said % {"n": n}


def _lines(found: Sequence[Month]) -> Iterator[Sequence[Cell]]:
    yield [
        *(_("month"), _("sales"), _("revenue, roubles"), "NPS", _("NPS answers")),
        *("CSAT, %", _("CSAT answers")),
    ]
    for month in found:
        sold, nps, csat = month.sold, month.nps.estimate, month.csat.estimate
        yield [
            f"{month.first:%Y-%m}",
            sold.sales if sold else None,
            float(sold.revenue) if sold and sold.revenue is not None else None,
            round(nps.value, 1) if nps else None,
            month.nps.answered,
            round(csat.value, 1) if csat else None,
            month.csat.answered,
        ]
