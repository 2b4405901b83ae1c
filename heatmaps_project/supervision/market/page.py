"""NPS beside the market: the page, and the file that a study comes by."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

from django import forms
from django.contrib import admin
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_safe

from complaints.admin_theme import TextInput
from complaints.brand_files import BrandForm, file_page
from complaints.customers.models import Brand
from complaints.customers.reader import walls_of
from complaints.table_files import asked_form, table_file
from complaints.uploads import at_most
from complaints.xlsx import Cell
from feedback.surveys.board_table import estimate_cells, estimate_titles
from heatmaps_project.supervision.boards.views import may_count
from heatmaps_project.supervision.market.market_lines import told_in
from heatmaps_project.supervision.market.reading import Beside, quarters
from heatmaps_project.supervision.market.transitions import take_scores

IMPORT: Final = "heatmaps_project.add_marketscore"
_FAULTS: Final[dict[str, Promise]] = {
    "quarter": gettext_lazy("no quarter such as 2026-Q1"),
    "operator": gettext_lazy("no name of an operator, or a very long one"),
    "nps": gettext_lazy("no points between −100 and 100"),
    "answers": gettext_lazy("no number of answers"),
    "interval": gettext_lazy("no interval around the points: say both of its ends, or neither"),
    "twice": gettext_lazy("this operator’s quarter stands in the file before"),
}


class StudyForm(BrandForm):
    """A file of other operators' quarters, beside one of our brands."""

    study = forms.CharField(max_length=100, label=gettext_lazy("whose study"), widget=TextInput)
    file = forms.FileField(
        label=gettext_lazy("CSV file with the columns quarter, operator, nps, answers, low, high"),
        validators=[at_most(megabytes=1)],
    )

    def __init__(self, *args: Any, request: HttpRequest) -> None:
        super().__init__(*args, request=request)
        self.fields["brand"].label = gettext_lazy("beside our brand")


@require_safe
@may_count
def market_page(request: HttpRequest) -> HttpResponseBase:
    found = quarters(walls=walls_of(request), now=timezone.now())
    if file := asked_form(request):
        name = f"market-{timezone.localtime():%Y-%m-%d-%H%M}"
        return table_file(list(_lines(found)), name=name, form=file)
    page = {
        **admin.site.each_context(request),
        "title": _("NPS beside the market"),
        "quarters": found,
        "may_import": request.user.has_perm(IMPORT),
    }
    return render(request, "supervision/market/page.html", page)


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(IMPORT, raise_exception=True)
def import_page(request: HttpRequest) -> HttpResponse:
    told = {"template": "supervision/market/import.html", "title": _("A study of the market")}
    return file_page(request, StudyForm, _take, _FAULTS, back="market", **told)


def _take(brand: Brand, study: str, file: Any) -> str:
    n = take_scores(told_in(file.read()), brand=brand, study=study)
    return ngettext("%(n)d score was taken.", "%(n)d scores were taken.", n) % {"n": n}


def _lines(found: Sequence[Beside]) -> Iterator[Sequence[Cell]]:
    yield [
        *(_("quarter"), _("our brand"), _("operator"), _("study")),
        *(*estimate_titles("NPS"), _("answers")),
        *estimate_titles(_("we are ahead by")),
    ]
    for one in found:
        quarter = f"{one.first:%Y}-Q{one.number}"
        ours = estimate_cells(one.own.estimate)
        yield [quarter, one.brand, "", "", *ours, one.own.answered, *estimate_cells(None)]
        for other, theirs, ahead in one.lines():
            yield [
                *(quarter, one.brand, other.operator, other.study),
                *(*estimate_cells(theirs), other.answered),
                *estimate_cells(ahead),
            ]
