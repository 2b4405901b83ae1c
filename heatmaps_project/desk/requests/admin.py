"""Kinds of requests, as an administrator sets them up; and all requests, read alone."""

from typing import cast

from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from complaints.admin_theme import ReadOnlyAdmin, display
from complaints.customers.own_brands import OwnBrandsAdmin
from complaints.customers.personal import scrubbed
from complaints.customers.reader import name_of, walls_of
from heatmaps_project.desk.admin import who_asked
from heatmaps_project.desk.requests.models import (
    RequestKindQuerySet,
    ServiceRequest,
    ServiceRequestQuerySet,
)


class RequestKindAdmin(OwnBrandsAdmin):
    list_display = ("name_ru", "code", "brand", "active")
    list_filter = ("active", "brand")
    list_select_related = ("brand",)
    ordering = ("brand__name", "name_ru")
    fields = ("brand", "code", "name_ru", "name_en", "active")

    def get_queryset(self, request: HttpRequest) -> RequestKindQuerySet:
        return cast(RequestKindQuerySet, super().get_queryset(request)).within(walls_of(request))


class ServiceRequestAdmin(ReadOnlyAdmin):
    """What was asked for, the newest first."""

    list_display = ("__str__", "kind", "brand", "state", "who", "at", "changed_at")
    list_filter = ("state", "kind", "brand")
    list_select_related = ("kind", "brand", "by", "lookup__by", "lookup__client")
    show_full_result_count = False
    actions = None
    ordering = ("-at", "-pk")
    fields = ("kind", "brand", "words_shown", "state", "answer_shown", "who", "at", "changed_at")

    def get_queryset(self, request: HttpRequest) -> ServiceRequestQuerySet:
        rows = cast(ServiceRequestQuerySet, super().get_queryset(request))
        return rows.within(walls_of(request))

    @display(description=gettext_lazy("who"))
    def who(self, row: ServiceRequest) -> str:
        return who_asked(row.lookup) if row.lookup else name_of(row.by)

    @display(description=gettext_lazy("what the caller says"))
    def words_shown(self, row: ServiceRequest) -> str:
        return scrubbed(row.words) or "—"

    @display(description=gettext_lazy("answer"))
    def answer_shown(self, row: ServiceRequest) -> str:
        return scrubbed(row.answer) or "—"
