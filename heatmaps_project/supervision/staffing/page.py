"""How many agents a day takes: the page, and the files of calls that it may be made from."""

import json
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

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

from complaints.admin_theme import Select, TextInput
from complaints.brand_files import BrandForm, file_page
from complaints.customers.models import Brand
from complaints.customers.reader import walls_of
from complaints.table_files import asked_form, table_file
from complaints.typed_days import DayField
from complaints.uploads import at_most
from complaints.xlsx import Cell
from heatmaps_project.supervision.boards.views import may_count
from heatmaps_project.supervision.staffing.erlang import Target
from heatmaps_project.supervision.staffing.half_lines import MOST_HANDLE_S, halves_of
from heatmaps_project.supervision.staffing.reading import Asked, Table, table
from heatmaps_project.supervision.staffing.transitions import take_halves
from heatmaps_project.supervision.views import CHART_OPTIONS

IMPORT: Final = "heatmaps_project.add_halfhour"
USUAL: Final = {"share": "80", "seconds": "20"}
FURTHEST: Final = timedelta(days=56)  # ahead; further on the growth of a month says nothing
_FAULTS: Final[dict[str, Promise]] = {
    "start": gettext_lazy("no beginning of a half-hour such as 2026-03-09 10:30"),
    "calls": gettext_lazy("no number of calls"),
    "handle_s": gettext_lazy("no seconds that a call took"),
    "twice": gettext_lazy("this half-hour stands in the file before"),
}


def _number(label: Any, least: int, most: int) -> forms.IntegerField:
    widget = TextInput(attrs={"type": "number", "min": least, "max": most})
    return forms.IntegerField(
        label=label, min_value=least, max_value=most, required=False, widget=widget
    )


class StaffingForm(BrandForm):
    """What the address asks for."""

    day = DayField(label=gettext_lazy("day"), widget=TextInput(attrs={"type": "date"}))
    brand = forms.ModelChoiceField(
        Brand.objects.none(),
        required=False,
        label=gettext_lazy("brand"),
        empty_label=gettext_lazy("all brands"),
        widget=Select,
    )
    share = _number(gettext_lazy("answered, %"), 50, 99)
    seconds = _number(gettext_lazy("within, s"), 1, 600)
    handle = _number(gettext_lazy("a call takes, s"), 10, MOST_HANDLE_S)

    def __init__(self, *args: Any, request: HttpRequest, today: date) -> None:
        super().__init__(*args, request=request)
        self.today = today
        self.order_fields(["day"])

    def clean_day(self) -> date:
        """:raises ValidationError: it is too far off"""
        day: date = self.cleaned_data["day"]
        if not self.today <= day <= self.today + FURTHEST:
            raise forms.ValidationError("out of range")
        return day


class HalvesForm(BrandForm):
    """A file of a brand's half-hours."""

    file = forms.FileField(
        label=gettext_lazy("CSV file with the columns start, calls, handle_s"),
        validators=[at_most(megabytes=5)],
    )


@require_safe
@may_count
def staffing_page(request: HttpRequest) -> HttpResponseBase:
    """:raises Http404: the address asks for a day, brand or target that cannot be"""
    now, zone = timezone.now(), _zone()
    today = now.astimezone(zone).date()
    told = {"day": today + timedelta(days=1), **USUAL, **request.GET.dict()}
    form = StaffingForm(told, request=request, today=today)
    if not form.is_valid():
        raise Http404
    given = form.cleaned_data
    target = Target(
        (given["share"] or int(USUAL["share"])) / 100, given["seconds"] or int(USUAL["seconds"])
    )
    brand = given["brand"].pk if given["brand"] else None
    found = table(Asked(walls_of(request), brand, given["day"], target, given["handle"], now, zone))
    if file := asked_form(request):
        name = f"staffing-{given['day']:%Y-%m-%d}"
        return table_file(list(_lines(found)), name=name, form=file)
    context = {
        **admin.site.each_context(request),
        "title": _("Load and agents"),
        "form": form,
        "day": given["day"],
        "table": found,
        "chart": _chart(found),
        "chart_options": CHART_OPTIONS,
        "may_import": request.user.has_perm(IMPORT),
        "zone": zone,
        "now": now,
    }
    return render(request, "supervision/staffing/page.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(IMPORT, raise_exception=True)
def import_page(request: HttpRequest) -> HttpResponse:
    told = {"template": "supervision/staffing/import.html", "title": _("Calls by the half-hour")}
    return file_page(request, HalvesForm, _take, _FAULTS, back="staffing", zone=_zone(), **told)


def _take(brand: Brand, file: Any) -> str:
    n = take_halves(brand=brand, lines=halves_of(file.read(), zone=_zone()))
    said = ngettext("%(n)d half-hour was taken.", "%(n)d half-hours were taken.", n)
    return said % {"n": n}


def _zone() -> ZoneInfo:
    return ZoneInfo(timezone.get_current_timezone_name())


def _chart(found: Table) -> str:
    """Return the calls as bars, those of the week before and the agents as lines."""
    lines = (
        (_("the week before"), [row.week_before for row in found.rows], "var(--color-base-400)"),
        (_("agents"), [row.staffed.agents for row in found.rows], "var(--color-green-500)"),
    )
    calls = {
        "label": _("calls"),
        "data": [round(row.calls, 1) for row in found.rows],
        "backgroundColor": "var(--color-primary-500)",
    }
    drawn = [
        {"type": "line", "label": label, "data": data, "borderColor": colour}
        for label, data, colour in lines
    ]
    return json.dumps(
        {"labels": [f"{row.at:%H:%M}" for row in found.rows], "datasets": [*drawn, calls]}
    )


def _lines(found: Table) -> Iterator[Sequence[Cell]]:
    yield [
        *(_("from"), _("calls expected"), _("the week before"), _("agents")),
        *(_("answered in time, %"), _("agents busy, %"), _("error of late, %")),
        _("half-hours it is of"),
    ]
    for row in found.rows:
        of = row.staffed
        wrong = None if row.error.percent is None else round(row.error.percent, 1)
        shares = (round(100 * of.answered, 1), round(100 * of.busy, 1))
        yield [
            *(f"{row.at:%H:%M}", round(row.calls, 2), row.week_before, of.agents),
            *(*shares, wrong, row.error.n),
        ]
