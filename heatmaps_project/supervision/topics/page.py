"""What customers speak of more than before."""

from collections.abc import Iterator, Sequence
from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from complaints.admin_theme import Select
from complaints.short_days import short_day
from complaints.table_files import asked_form, table_file
from complaints.xlsx import Cell
from heatmaps_project.supervision.asking import PERIODS, FiltersForm, asked
from heatmaps_project.supervision.boards.views import may_count
from heatmaps_project.supervision.topics.reading import Topics, begins, topics
from heatmaps_project.supervision.topics.rising import FEWEST


class TopicsForm(FiltersForm):
    """A span of days; teams have no topics."""

    usual = {"days": 7}
    field_order = ("days", "region")
    days = forms.TypedChoiceField(
        choices=PERIODS,
        coerce=int,
        empty_value=None,
        required=False,
        label=gettext_lazy("span"),
        widget=Select,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["team"]


@require_safe
@may_count
def topics_page(request: HttpRequest) -> HttpResponseBase:
    """:raises Http404: the address asks for a span or region that is not there"""
    form, scope = asked(request, TopicsForm)
    found = topics(scope)
    spans = [short_day(timezone.localtime(at)) for at in begins(scope)]
    if file := asked_form(request):
        name = f"topics-{timezone.localtime():%Y-%m-%d-%H%M}"
        return table_file(list(_lines(found, spans)), name=name, form=file)
    page = {
        **admin.site.each_context(request),
        "title": _("What customers speak of"),
        "form": form,
        "scope": scope,
        "tables": (
            (_("complaints by topic"), found.complaints),
            (_("comments by what they are about"), found.comments),
        ),
        "spans": spans,
        "fewest": FEWEST,
    }
    return render(request, "supervision/topics/page.html", page)


def _lines(found: Topics, spans: Sequence[str]) -> Iterator[Sequence[Cell]]:
    yield [_("told by"), _("topic"), *spans, _("times as before"), _("at least"), _("at most")]
    for told_by, lines in ((_("complaint"), found.complaints), (_("comment"), found.comments)):
        for line in lines:
            of = line.change
            bounds = [None if one is None else round(one, 2) for one in (of.ratio, of.low, of.high)]
            yield [told_by, line.name, *line.spans, *bounds]
