"""Scorecards: promises kept beside what came of it; and the points of whoever takes part."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any, Final

from django import forms
from django.contrib import admin
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from complaints.admin_theme import Select, TextInput
from complaints.table_files import asked_form, table_file
from complaints.xlsx import Cell
from heatmaps_project.accounts.models import User
from heatmaps_project.desk.in_turn import in_turn
from heatmaps_project.desk.may import may_look_up
from heatmaps_project.supervision.asking import FiltersForm, asked
from heatmaps_project.supervision.boards.tables import share_cells, share_titles
from heatmaps_project.supervision.boards.views import may_count
from heatmaps_project.supervision.scorecards.models import Player
from heatmaps_project.supervision.scorecards.points import FEWEST
from heatmaps_project.supervision.scorecards.reading import LOOKED_AT, Card, Cards, board, cards
from heatmaps_project.supervision.scorecards.transitions import take_part

USUAL_SECONDS: Final = 300


class CardsForm(FiltersForm):
    """How soon a conversation should end; and a week, or a month, of them."""

    usual = {"days": 7, "seconds": USUAL_SECONDS}
    field_order = ("days", "seconds", "team", "region")
    days = forms.TypedChoiceField(
        choices=((7, gettext_lazy("7 days")), (30, gettext_lazy("30 days"))),
        coerce=int,
        empty_value=None,
        required=False,
        label=gettext_lazy("period"),
        widget=Select,
    )
    seconds = forms.IntegerField(
        min_value=10,
        max_value=3600,
        required=False,
        label=gettext_lazy("to end within, s"),
        widget=TextInput(attrs={"type": "number", "min": 10, "max": 3600}),
    )


@require_safe
@may_count
@in_turn
def scorecards_page(request: HttpRequest) -> HttpResponseBase:
    """:raises Http404: the address asks for a period, team or region that is not there"""
    form, scope = asked(request, CardsForm)
    seconds = form.cleaned_data["seconds"] or USUAL_SECONDS
    found = cards(scope, within=timedelta(seconds=seconds), all_name=_("All together"))
    if file := asked_form(request):
        name = f"scorecards-{timezone.localtime():%Y-%m-%d-%H%M}"
        return table_file(list(_lines(found)), name=name, form=file)
    page = {
        **admin.site.each_context(request),
        "title": _("Scorecards"),
        "form": form,
        "scope": scope,
        "seconds": seconds,
        "cards": found,
        "board": board(now=scope.now),
    }
    return render(request, "supervision/scorecards/page.html", page)


@require_http_methods(["GET", "HEAD", "POST"])
@admin.site.admin_view
@may_look_up
def points_page(request: HttpRequest) -> HttpResponse:
    """Show one's own points and the teams'; a POST takes part, or ceases to."""
    user, now = request.user, timezone.now()
    assert isinstance(user, User)  # the site asks for a sign-in first
    if request.method == "POST":
        take_part(user=user, wanted=request.POST.get("wanted") == "yes", now=now)
        return HttpResponseRedirect(reverse("points"))
    found = board(now=now)
    theirs = user.teams.filter(pk__in=found.members).order_by("name")
    page = {
        **admin.site.each_context(request),
        "title": _("Points"),
        "takes_part": Player.objects.filter(user=user).exists(),
        "own": found.people.get(user.pk),
        "board": found,
        "own_teams": [(found.names[team.pk], found.members[team.pk]) for team in theirs],
        "days": LOOKED_AT.days,
        "fewest": FEWEST,
    }
    return render(request, "supervision/scorecards/points.html", page)


def _lines(found: Cards) -> Iterator[Sequence[Cell]]:
    shares: tuple[str, ...] = (
        *(_("ended in time"), _("promises kept"), _("called again"), _("rated 4 or 5")),
        _("leaving"),
    )
    titles = [title for name in shares for title in share_titles(name)]
    yield [_("agent"), _("conversations"), *titles, _("mean rating"), _("reviews"), _("their mean")]
    for card in (found.whole, *found.agents):
        yield _line(card)


def _line(card: Card) -> list[Any]:
    of = (card.in_time, card.kept, card.again, card.well, card.leaving)
    cells = [cell for share in of for cell in share_cells(share)]
    means = [None if one is None else round(one, 2) for one in (card.tally.mean, card.review_mean)]
    return [card.name, card.tally.calls, *cells, means[0], card.reviews, means[1]]
