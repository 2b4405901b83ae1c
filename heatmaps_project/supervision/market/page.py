"""NPS beside the market: the page, and the file that a study comes by."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_safe

from complaints.admin_theme import Select, TextInput
from complaints.csv_faults import in_words
from complaints.csv_lines import FaultyLinesError, UnreadableFileError
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


class StudyForm(forms.Form):
    """A file of other operators' quarters, beside one of our brands."""

    brand = forms.ModelChoiceField(
        Brand.objects.none(), label=gettext_lazy("beside our brand"), widget=Select
    )
    study = forms.CharField(max_length=100, label=gettext_lazy("whose study"), widget=TextInput)
    file = forms.FileField(
        label=gettext_lazy("CSV file with the columns quarter, operator, nps, answers, low, high"),
        validators=[at_most(megabytes=1)],
    )

    def __init__(self, *args: Any, request: HttpRequest) -> None:
        super().__init__(*args)
        field = self.fields["brand"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = Brand.objects.within(walls_of(request)).order_by("name")


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
    form = StudyForm(request.POST or None, request.FILES or None, request=request)
    faults: list[str] = []
    if request.method == "POST" and form.is_valid():
        faults = _taken(request, **form.cleaned_data)
        if not faults:
            return HttpResponseRedirect(reverse("market"))
    page = {
        **admin.site.each_context(request),
        "title": _("A study of the market"),
        "form": form,
        "faults": faults,
    }
    return render(request, "supervision/market/import.html", page)


def _taken(request: HttpRequest, brand: Brand, study: str, file: Any) -> list[str]:
    """Take a file as a whole; return what is wrong with it."""
    try:
        told = told_in(file.read())
    except (UnreadableFileError, FaultyLinesError) as refusal:
        return in_words(refusal, _FAULTS)
    n = take_scores(told, brand=brand, study=study)
    said = ngettext("%(n)d score was taken.", "%(n)d scores were taken.", n)
    messages.success(request, said % {"n": n})
    return []


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
