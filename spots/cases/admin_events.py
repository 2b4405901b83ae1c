"""The record of what was done to cases."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from complaints.admin_theme import ReadOnlyAdmin, display
from complaints.customers.reader import walls_of
from spots.cases.models import Case, Event


class EventAdmin(ReadOnlyAdmin):
    """What was done to cases, by whom and when: read, never written."""

    list_display = ("at", "case_shown", "kind", "by", "note")
    fields = ("at", "case_shown", "kind", "by", "was", "became", "note", "facts")
    list_filter = ("kind",)
    list_select_related = ("case", "by")
    show_full_result_count = False
    ordering = ("-id",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        seen = Case.objects.within(walls_of(request)).values("pk")
        rows: QuerySet[Any] = super().get_queryset(request)
        return rows.filter(case__in=seen)

    @display(description=_("case"))
    def case_shown(self, event: Event) -> str:
        return str(event.case)
