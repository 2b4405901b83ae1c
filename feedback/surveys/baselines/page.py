"""The board against a frozen baseline: the trend since, and freezing another one."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from django.views.decorators.http import require_http_methods

from complaints.admin_theme import Select, TextInput
from complaints.customers.reader import name_of, reader_of
from complaints.table_files import asked_form, table_file
from complaints.typed_days import DayField
from complaints.xlsx import Cell
from feedback.surveys.baselines.against import (
    Against,
    by_week,
    comparable,
    recounted,
    since_then,
)
from feedback.surveys.baselines.drawing import HEIGHT, WIDTH, Trend, drawn
from feedback.surveys.baselines.models import ScoreBaseline
from feedback.surveys.baselines.transitions import BaselineRefusedError, freeze
from feedback.surveys.board import Slice
from feedback.surveys.board_page import CutForm, asked_cut
from feedback.surveys.board_table import estimate_cells, estimate_titles
from feedback.surveys.comparing import A_RISE, OF_CSAT
from feedback.surveys.scores import Estimate, answers_to_prove

SEE, FREEZE = "feedback.view_whole_board", "feedback.add_scorebaseline"
MOST = 50  # baselines to choose from; the newest


class FreezeForm(forms.Form):
    """A span of days, and why its scores are what others are to be compared with."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    first_day = DayField(label=gettext_lazy("first day"), widget=TextInput(attrs={"type": "date"}))
    last_day = DayField(label=gettext_lazy("last day"), widget=TextInput(attrs={"type": "date"}))
    reason = forms.CharField(max_length=300, label=gettext_lazy("why"), widget=TextInput)


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required(SEE, raise_exception=True)
def baseline_page(request: HttpRequest) -> HttpResponseBase:
    """
    Show scores against a frozen baseline of the same cut; a POST freezes another one.

    :raises Http404: the address asks for a survey, period or baseline that is not there
    """
    form, part = asked_cut(request, CutForm)
    freezing = _freezing(request)
    if request.method == "POST" and freezing.is_valid():
        made = _freeze(request, part, freezing.cleaned_data)
        if made is not None:
            asked = urlencode({**request.GET.dict(), "baseline": str(made.pk)})
            return HttpResponseRedirect(f"{reverse('board-baseline')}?{asked}")
    known = _known(part)
    asked_for = request.GET.get("baseline", "")
    chosen = next((one for one in known if str(one.pk) == asked_for), None)
    if asked_for and chosen is None:
        raise Http404
    chosen = chosen or (known[0] if known else None)
    weeks = by_week(part, chosen) if chosen else []
    if file := asked_form(request):
        name = f"baseline-{timezone.localtime():%Y-%m-%d-%H%M}"
        return table_file(list(_lines(weeks)), name=name, form=file)
    _offer(form, known, chosen)
    page = {
        **admin.site.each_context(request),
        "title": _("Against a frozen baseline"),
        "form": form,
        "part": part,
        "about": part.about.label,
        "freezing": freezing if request.user.has_perm(FREEZE) else None,
        **_told(part, chosen, weeks),
    }
    return render(request, "admin/feedback/baseline/page.html", page)


def _known(part: Slice) -> list[ScoreBaseline]:
    rows = ScoreBaseline.objects.of_cut(part.walls, about=part.about, survey=part.survey)
    return list(rows.select_related("by").order_by("-at", "-pk")[:MOST])


def _offer(form: CutForm, known: Sequence[ScoreBaseline], chosen: ScoreBaseline | None) -> None:
    if chosen is not None:
        choices = [(one.pk, _named(one)) for one in known]
        field = forms.ChoiceField(
            choices=choices, label=pgettext("scores", "baseline"), initial=chosen.pk, widget=Select
        )
        form.fields["baseline"] = field
        form.data = {**form.data, "baseline": chosen.pk}


def _named(one: ScoreBaseline) -> str:
    return _("№ %(number)s: %(since)s – %(until)s") % {"number": one.pk, **_days(one)}


def _days(one: ScoreBaseline) -> dict[str, str]:
    last = timezone.localtime(one.until) - timedelta(seconds=1)
    first = timezone.localtime(one.since)
    return {"since": date_format(first, "j E Y"), "until": date_format(last, "j E Y")}


def _freezing(request: HttpRequest) -> FreezeForm:
    """:raises PermissionDenied: whoever only looks freezes nothing"""
    if request.method != "POST":
        return FreezeForm(initial={"key": uuid4()})
    if not request.user.has_perm(FREEZE):
        raise PermissionDenied
    return FreezeForm(request.POST)


def _freeze(request: HttpRequest, part: Slice, said: dict[str, Any]) -> ScoreBaseline | None:
    """Freeze what the form asks for; None: it was refused, in words."""
    try:
        made = freeze(
            part,
            since=_midnight(said["first_day"], part.zone),
            until=_midnight(said["last_day"] + timedelta(days=1), part.zone),
            reason=said["reason"],
            key=said["key"],
            by=reader_of(request),
        )
    except (BaselineRefusedError, OverflowError) as refusal:
        words = str(refusal) if isinstance(refusal, BaselineRefusedError) else _("No such day.")
        messages.error(request, words)
        return None
    messages.success(request, _("Baseline № %(number)s is frozen.") % {"number": made.pk})
    return made


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone)


def _told(part: Slice, chosen: ScoreBaseline | None, weeks: list[Against]) -> dict[str, Any]:
    if chosen is None:
        return {"baseline": None}
    today = recounted(part, chosen)
    return {
        "baseline": chosen,
        "days": _days(chosen),
        "by": name_of(chosen.by),
        "comparable": comparable(chosen),
        "moved": today if today != chosen.scores else None,
        "now": since_then(part, chosen),
        "needed": {
            "nps": answers_to_prove(A_RISE),
            "csat": answers_to_prove(A_RISE, spread=OF_CSAT),
        },
        "weeks": weeks,
        "trends": [
            ("NPS", _drawn(chosen.nps_told, [(w, w.nps.estimate, w.nps_change) for w in weeks])),
            (
                "CSAT, %",
                _drawn(chosen.csat_told, [(w, w.csat.estimate, w.csat_change) for w in weeks]),
            ),
        ],
        "size": (WIDTH, HEIGHT),
    }


def _drawn(
    baseline: Estimate | None,
    weeks: Sequence[tuple[Against, Estimate | None, Estimate | None]],
) -> Trend | None:
    """Return the trend of a score; None: too few answers then, or in each week since."""
    if baseline is None or not any(one for _week, one, _change in weeks):
        return None
    points = []
    for week, one, change in weeks:
        label = date_format(timezone.localtime(week.since), "j E")
        title = f"{label}: {one.value:.0f} ({one.low:.0f} … {one.high:.0f})" if one else ""
        points.append((label, title, one, bool(change and change.proven)))
    return drawn(baseline, points)


def _lines(weeks: Sequence[Against]) -> Iterator[Sequence[Cell]]:
    yield [
        *(_("from"), *estimate_titles("NPS"), _("answers, NPS")),
        *estimate_titles(_("NPS above the baseline by")),
        *(*estimate_titles("CSAT, %"), _("answers, CSAT")),
        *estimate_titles(_("CSAT above the baseline by")),
    ]
    for week in weeks:
        yield [
            f"{timezone.localtime(week.since):%Y-%m-%d}",
            *(*estimate_cells(week.nps.estimate), week.nps.answered),
            *estimate_cells(week.nps_change),
            *(*estimate_cells(week.csat.estimate), week.csat.answered),
            *estimate_cells(week.csat_change),
        ]
