"""Filters of the queue."""

from typing import Any

from django.contrib.admin import ModelAdmin, SimpleListFilter
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from complaints.customers.reader import walls_of
from complaints.geocoding.models import Region
from complaints.intake.models import Topic
from spots.cases.comments.models import called
from spots.cases.models import Case
from spots.cases.states import ENDED, WATCHED, WORKING, State
from spots.routing.models import Team

Rows = QuerySet[Case]
Choices = list[tuple[str, Any]]


class StateFilter(SimpleListFilter):
    """What is worked on, unless the reader asks for something else."""

    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin[Any]) -> Choices:
        return [
            ("all", _("all")),
            ("watched", _("fixed or being verified")),
            ("ended", _("ended")),
            *State.choices,
        ]

    def queryset(self, request: HttpRequest, queryset: Rows) -> Rows:
        chosen = self.value()
        if chosen == "all":
            return queryset
        named = {"watched": WATCHED, "ended": ENDED}.get(chosen or "", WORKING)
        return queryset.filter(state__in=[chosen] if chosen in State.values else named)

    def choices(self, changelist: Any) -> Any:
        every = list(super().choices(changelist))
        return [{**every[0], "display": _("in work")}, *every[1:]]


class MineFilter(SimpleListFilter):
    title = _("whose")
    parameter_name = "mine"

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin[Any]) -> Choices:
        return [
            ("me", _("mine")),
            ("team", _("my teams'")),
            ("nobody", _("nobody's")),
            ("called", _("where I am called")),
        ]

    def queryset(self, request: HttpRequest, queryset: Rows) -> Rows:
        wanted = {
            "me": Q(engineer=request.user.pk),
            "team": Q(team__in=Team.objects.filter(members=request.user.pk)),
            "nobody": Q(team=None),
            "called": Q(pk__in=called(request.user.pk)),
        }.get(self.value() or "", Q())
        return queryset.filter(wanted)


class BandFilter(SimpleListFilter):
    title = _("priority")
    parameter_name = "band"

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin[Any]) -> Choices:
        return [(str(band), f"P{band}") for band in range(1, 5)]

    def queryset(self, request: HttpRequest, queryset: Rows) -> Rows:
        chosen = self.value() or ""
        return queryset.filter(band=int(chosen)) if chosen in {*"1234"} else queryset


class _RowFilter(SimpleListFilter):
    """One row of another table, by its number."""

    def rows(self, request: HttpRequest) -> QuerySet[Any]:
        raise NotImplementedError

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin[Any]) -> Choices:
        return [(str(row.pk), str(row)) for row in self.rows(request)]

    def queryset(self, request: HttpRequest, queryset: Rows) -> Rows:
        chosen = self.value() or ""
        if not (chosen.isdigit() and len(chosen) < 19):
            return queryset
        return queryset.filter(**{str(self.parameter_name): int(chosen)})


class TeamFilter(_RowFilter):
    title = _("team")
    parameter_name = "team"

    def rows(self, request: HttpRequest) -> QuerySet[Any]:
        return Team.objects.order_by("name")


class TopicFilter(_RowFilter):
    title = _("topic")
    parameter_name = "topic"

    def rows(self, request: HttpRequest) -> QuerySet[Any]:
        return Topic.objects.order_by("pk")


class RegionFilter(_RowFilter):
    title = _("region")
    parameter_name = "region"

    def rows(self, request: HttpRequest) -> QuerySet[Any]:
        return Region.objects.within(walls_of(request)).defer("outline").order_by("pk")
