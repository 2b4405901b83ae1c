"""The live board: what customers say, each reader their own slice, within seconds."""

from datetime import date, datetime, time
from hashlib import sha256
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from django import forms
from django.contrib import admin
from django.contrib.auth.decorators import permission_required
from django.core.cache import cache
from django.db.models import OuterRef, Subquery
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from complaints.admin_theme import Select, TextInput
from complaints.customers.personal import scrubbed
from complaints.customers.reader import reader_of, walls_of
from complaints.customers.walls import Walls
from complaints.table_files import asked_form, table_file
from complaints.typed_days import DayField
from feedback.surveys import board, comparing
from feedback.surveys.board_table import of_board
from feedback.surveys.catalogue import Survey, Trigger
from feedback.surveys.models import Answer
from feedback.surveys.states import About
from feedback.surveys.wording import score_badge
from spots.cases.wording import moment

COMMENTS = 20
SHARED_FOR = 2  # seconds; with the page's own pause, an answer is seen within five
USUAL_DAYS = 30
PERIODS = (
    (1, gettext_lazy("1 day")),
    (7, gettext_lazy("7 days")),
    (30, gettext_lazy("30 days")),
    (90, gettext_lazy("90 days")),
)


class CutForm(forms.Form):
    """Which answers the address asks for. A survey behind the reader's walls is none."""

    days = forms.TypedChoiceField(
        choices=PERIODS,
        coerce=int,
        empty_value=None,
        required=False,
        label=gettext_lazy("period"),
        widget=Select,
    )
    about = forms.ChoiceField(
        choices=About.choices,
        required=False,
        label=gettext_lazy("asked about"),
        widget=Select,
    )
    survey = forms.ModelChoiceField(
        Survey.objects.none(),
        required=False,
        label=gettext_lazy("survey"),
        empty_label=gettext_lazy("all surveys"),
        widget=Select,
    )

    def __init__(self, *args: Any, walls: Walls) -> None:
        super().__init__(*args)
        surveys = self.fields["survey"]
        assert isinstance(surveys, forms.ModelChoiceField)
        surveys.queryset = Survey.objects.within(walls).order_by("name")


class BoardForm(CutForm):
    """And how the board counts them."""

    field_order = ("days", "by", "turned_on", "about", "survey")
    by = forms.ChoiceField(
        choices=tuple(board.NAMES.items()),
        required=False,
        label=gettext_lazy("by"),
        widget=Select,
    )
    turned_on = DayField(
        required=False,
        label=gettext_lazy("before and after"),
        widget=TextInput(attrs={"type": "date"}),
    )


@require_safe
@permission_required("feedback.view_board", raise_exception=True)
def board_page(request: HttpRequest) -> HttpResponseBase:
    """
    Show the board, or with "newest" its figures alone: 204 where nobody has answered since.

    :raises Http404: the address asks for a period, column or survey that is not there
    """
    user = reader_of(request)
    form, part = asked_cut(request, BoardForm)
    turned_at = _turned_at(form.cleaned_data["turned_on"], part)
    seen = request.GET.get("newest")
    newest = board.newest(part)
    if seen == newest:
        return HttpResponse(status=204)
    asked = (form.cleaned_data["by"] or "touch_point", turned_at)
    figures = _shared(part, *asked, newest, reader=user.pk if part.own else None)
    if file := asked_form(request):
        lines = of_board(str(figures["by"]), [figures["total"], *figures["rows"]])
        name = f"board-{timezone.localtime():%Y-%m-%d-%H%M}"
        return table_file(list(lines), name=name, form=file)
    if seen == figures["newest"]:
        return HttpResponse(status=204)
    if "newest" in request.GET:
        return render(request, "admin/feedback/board/figures.html", figures)
    page = {
        **admin.site.each_context(request),
        "title": _("Board"),
        "form": form,
        "may_compare": not part.own,
    }
    return render(request, "admin/feedback/board/page.html", {**page, **figures})


_Form = TypeVar("_Form", bound=CutForm)


def asked_cut(request: HttpRequest, kind: type[_Form]) -> tuple[_Form, board.Slice]:
    """
    Return the form of an address, and the answers that it asks for and its reader may count.

    :raises Http404: it asks for a survey or period that is not there
    """
    walls = walls_of(request)
    form = kind({"days": USUAL_DAYS, **request.GET.dict()}, walls=walls)
    if not form.is_valid():
        raise Http404
    survey = form.cleaned_data["survey"]
    part = board.Slice(
        walls=walls,
        now=timezone.now(),
        days=form.cleaned_data["days"] or USUAL_DAYS,
        zone=ZoneInfo(timezone.get_current_timezone_name()),
        own=board.own_of(reader_of(request)),
        survey=survey.pk if survey else None,
        about=_about(survey, form.cleaned_data["about"]),
    )
    return form, part


def _about(survey: Survey | None, chosen: str) -> About:
    """Return which kind of scores is shown: a survey has its own."""
    if survey is not None:
        return About.OVERALL if survey.trigger == Trigger.SAMPLE else About.TOUCH_POINTS
    return About(chosen or About.TOUCH_POINTS)


def _turned_at(day: date | None, part: board.Slice) -> datetime | None:
    """
    Return the moment a day begins that something changed on.

    :raises Http404: the period has no such day
    """
    if day is None:
        return None
    begins = datetime.combine(day, time(), part.zone)
    if not part.since < begins < part.now:
        raise Http404
    return begins


def _shared(
    part: board.Slice, by: str, turned_at: datetime | None, newest: str, *, reader: int | None
) -> dict[str, Any]:
    """
    Return the figures, counted once for all who see the same within SHARED_FOR.

    Where customers answer all the time, each look of each viewer would count anew otherwise. It
    is kept in this process alone: comments are among it.

    reader  who sees their own customers alone; None: all customers within the walls
    """
    of = (part.walls, part.days, part.zone, part.survey, part.about)
    seen = (*of, reader, by, turned_at, get_language())
    key = f"board:{sha256(repr(seen).encode()).hexdigest()}"
    found: dict[str, Any] | None = cache.get(key)
    if found is None:
        found = _figures(part, by, turned_at, newest)
        cache.set(key, found, SHARED_FOR)
    return found


def _figures(part: board.Slice, by: str, turned_at: datetime | None, newest: str) -> dict[str, Any]:
    total = board.total(part)
    return {
        "newest": newest,
        "since": part.since,
        "now": part.now,
        "own": bool(part.own),
        "about": part.about.label,
        "total": total,
        "change": comparing.change(part, turned_at=turned_at),
        "turned_at": turned_at,
        "weighted": comparing.weighted(part),
        "by": board.NAMES[by],
        "rows": board.rows_by(part, by),
        "not_asked": board.not_asked(part),
        "comments": _comments(part),
    }


def _comments(part: board.Slice) -> list[dict[str, Any]]:
    """Return the newest comments, each with the score that was given beside it; one query."""
    given = Answer.objects.first_scores().filter(invitation=OuterRef("invitation"))
    said = part.answers(since=part.since, until=part.now).comments()
    rows = said.annotate(
        given=Subquery(given.values("score")[:1]), of=Subquery(given.values("kind")[:1])
    ).values_list("at", "words", "given", "of", "invitation__survey__name")
    return [
        {
            "at": moment(at),
            "text": scrubbed(str(words)),
            "score": score_badge(kind, score) if score is not None else "",
            "survey": survey,
        }
        for at, words, score, kind, survey in rows.order_by("-at", "-pk")[:COMMENTS]
    ]
