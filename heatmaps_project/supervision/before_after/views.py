"""The business case: the page, and the document that is taken to those who decide."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from django import forms
from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from complaints.admin_theme import Select, TextInput
from complaints.customers.reader import walls_of
from complaints.table_files import FORMS, table_file
from complaints.typed_days import DayField
from complaints.xlsx import Cell
from feedback.surveys.board_table import estimate_cells, estimate_titles
from heatmaps_project.supervision.asking import A_YEAR, PERIODS
from heatmaps_project.supervision.before_after.claims import Claim, Spans, claims, spans
from heatmaps_project.supervision.boards.tables import JUDGED
from heatmaps_project.supervision.boards.views import may_count
from heatmaps_project.supervision.digests.paper import on_paper

USUAL_DAYS: Final = 90
# The document brings its style with it, and may do nothing else.
ALONE: Final = "default-src 'none'; style-src 'unsafe-inline'; sandbox allow-modals"


class BeforeAfterForm(forms.Form):
    """The day on which something changed, and how long it is looked at on either side."""

    turned_on = DayField(label=gettext_lazy("changed on"), widget=TextInput(attrs={"type": "date"}))
    days = forms.TypedChoiceField(
        choices=(*PERIODS, A_YEAR), coerce=int, label=gettext_lazy("each span"), widget=Select
    )


@require_safe
@may_count
def case_page(request: HttpRequest) -> HttpResponseBase:
    """
    Show the case, or answer it as the file that `as` asks for: html, pdf, csv, xlsx.

    :raises Http404: the address asks for a day to come, a period or a file that is not there
    """
    now, zone = timezone.now(), ZoneInfo(timezone.get_current_timezone_name())
    usual = {"turned_on": now.astimezone(zone).date() - timedelta(days=USUAL_DAYS - 1)}
    form = BeforeAfterForm({"days": USUAL_DAYS, **usual, **request.GET.dict()})
    if not form.is_valid():
        raise Http404
    of = _spans(request, form.cleaned_data["turned_on"], form.cleaned_data["days"])
    context = {
        "form": form,
        "spans": of,
        "claims": [(one, JUDGED[one.judged]) for one in claims(of)],
        "turned_on": form.cleaned_data["turned_on"],
        "made_at": now,
        "language": (translation.get_language() or "ru")[:2],
    }
    file = request.GET.get("as", "")
    if file:
        return _file(context, file)
    page = {**admin.site.each_context(request), "title": _("Before and after"), **context}
    return render(request, "supervision/before_after/page.html", page)


def _spans(request: HttpRequest, turned_on: date, days: int) -> Spans:
    now, zone = timezone.now(), ZoneInfo(timezone.get_current_timezone_name())
    try:
        return spans(turned_on=turned_on, days=days, walls=walls_of(request), now=now, zone=zone)
    except (ValueError, OverflowError) as refusal:
        raise Http404 from refusal


def _file(context: dict[str, Any], file: str) -> HttpResponseBase:
    name = f"before-after-{context['turned_on']:%Y-%m-%d}"
    if file in FORMS:
        lines = _lines([one for one, _said in context["claims"]])
        return table_file(list(lines), name=name, form=file)
    if file not in ("html", "pdf"):
        raise Http404
    document = render_to_string("supervision/before_after/document.html", context)
    if file == "html":
        return HttpResponse(document, headers={"Content-Security-Policy": ALONE})
    headers = {"Content-Disposition": f'attachment; filename="{name}.pdf"'}
    return HttpResponse(on_paper(document), content_type="application/pdf", headers=headers)


def _lines(found: Sequence[Claim]) -> Iterator[Sequence[Cell]]:
    yield [
        *(_("what"), _("measured in")),
        *estimate_titles(_("before")),
        *estimate_titles(_("after")),
        *estimate_titles(_("change")),
        *(_("change measured in"), _("target"), _("target of"), _("judged")),
    ]
    for one in found:
        estimates = (one.before, one.after, one.shown_change)
        cells = [cell for estimate in estimates for cell in estimate_cells(estimate)]
        of = _("change") if one.of_change else _("after")
        judged = (str(one.change_unit), one.shown_target, of, str(JUDGED[one.judged]))
        yield [str(one.name), str(one.unit), *cells, *judged]
