"""Filters of the queue; what each asks for is in spots.cases.queue.asking."""

from typing import Any

from django.contrib.admin import ModelAdmin, SimpleListFilter
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from complaints.customers.reader import walls_of
from complaints.geocoding.models import Region
from complaints.intake.models import Topic
from spots.cases.models import Case
from spots.cases.queue.asking import BANDS, CONDITIONS
from spots.cases.states import State
from spots.routing.models import Team

Rows = QuerySet[Case]
Choices = list[tuple[str, Any]]


class _Filter(SimpleListFilter):
    def queryset(self, request: HttpRequest, queryset: Rows) -> Rows:
        wanted = CONDITIONS[str(self.parameter_name)](self.value() or "", request.user.pk)
        return queryset.filter(wanted)


class StateFilter(_Filter):
    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin[Any]) -> Choices:
        return [
            ("all", _("all")),
            ("watched", _("fixed or being verified")),
            ("ended", _("ended")),
            *State.choices,
        ]

    def choices(self, changelist: Any) -> Any:
        every = list(super().choices(changelist))
        return [{**every[0], "display": _("in work")}, *every[1:]]


class MineFilter(_Filter):
    title = _("whose")
    parameter_name = "mine"

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin[Any]) -> Choices:
        return [
            ("me", _("mine")),
            ("team", _("my teams'")),
            ("nobody", _("nobody's")),
            ("called", _("where I am called")),
        ]


class BandFilter(_Filter):
    title = _("priority")
    parameter_name = "band"

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin[Any]) -> Choices:
        return [(band, f"P{band}") for band in sorted(BANDS)]


class _RowFilter(_Filter):
    def rows(self, request: HttpRequest) -> QuerySet[Any]:
        raise NotImplementedError

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin[Any]) -> Choices:
        return [(str(row.pk), str(row)) for row in self.rows(request)]


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
