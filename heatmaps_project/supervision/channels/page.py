"""Channels and self-service: the page, and the file of it."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from complaints.table_files import asked_form, table_file
from complaints.xlsx import Cell
from feedback.surveys.board_table import estimate_cells, estimate_titles
from heatmaps_project.desk.in_turn import in_turn
from heatmaps_project.supervision.asking import FiltersForm, asked
from heatmaps_project.supervision.boards.tables import share_cells, share_titles
from heatmaps_project.supervision.boards.views import may_count
from heatmaps_project.supervision.channels.reading import HOW, Channels, channels


class ChannelsForm(FiltersForm):
    """A period and a region; teams have no channels."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["team"]


@require_safe
@may_count
@in_turn
def channels_page(request: HttpRequest) -> HttpResponseBase:
    """:raises Http404: the address asks for a period or region that is not there"""
    form, scope = asked(request, ChannelsForm)
    found = channels(scope)
    if file := asked_form(request):
        name = f"channels-{timezone.localtime():%Y-%m-%d-%H%M}"
        return table_file(list(_lines(found)), name=name, form=file)
    page = {
        **admin.site.each_context(request),
        "title": _("Channels and self-service"),
        "form": form,
        "scope": scope,
        "found": found,
        "how": HOW,
    }
    return render(request, "supervision/channels/page.html", page)


def _lines(found: Channels) -> Iterator[Sequence[Cell]]:
    yield [
        *(_("channel"), _("count"), _("before"), _("of each 1,000 subscribers")),
        *share_titles(_("calls saved")),
        *estimate_titles("NPS"),
    ]
    nothing = share_cells(None)
    for one in found.channels:
        rate = None if one.per_thousand is None else round(one.per_thousand, 3)
        told = (one.label, one.rate.events, one.before.events, rate)
        yield [*told, *nothing, *estimate_cells(one.nps.estimate)]
    for way in found.ways:
        of_way = (way.label, way.conversations, None, None)
        yield [*of_way, *share_cells(way.saved), *estimate_cells(way.nps.estimate)]
