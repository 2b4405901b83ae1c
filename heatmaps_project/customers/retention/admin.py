"""The ages of personal data, and beside them what is due, what waits, and what has ended."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from complaints.admin_theme import HistoryAdmin
from heatmaps_project.customers.retention.forms import AGES, RetentionForm
from heatmaps_project.customers.retention.models import RetentionRule, RetentionRun
from heatmaps_project.customers.retention.overview import DAYS, MOST, lines
from spots.cases.only_row import ONLY


class RetentionRuleAdmin(HistoryAdmin):
    form = RetentionForm
    change_list_template = "admin/customers/retention.html"
    list_display = ("__str__", *AGES)
    list_select_related = ("brand",)
    ordering = ("brand__name",)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False  # what is in force instead may be shorter: it is changed, and told first

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        now = timezone.now()
        more = {
            "lines": list(lines(now=now)),
            "run": RetentionRun.objects.filter(pk=ONLY).first(),
            "usual": RetentionRule(),
            "is_unset": not RetentionRule.objects.filter(brand=None).exists(),
            "days": DAYS,
            "most": MOST,
        }
        page: HttpResponse = super().changelist_view(request, {**(extra_context or {}), **more})
        return page
