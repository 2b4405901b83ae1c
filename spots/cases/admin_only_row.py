"""The admin of settings that are one row (only_row.py)."""

from typing import Any

from django.http import HttpRequest

from complaints.admin_theme import HistoryAdmin


class OnlyRowAdmin(HistoryAdmin):
    """There is one row; it is changed, never added or deleted."""

    ordering = ("pk",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """
        Only where the row is missing, after all tables were emptied.

        Every page of the admin asks this for its list of tables; only this table's look it up.
        """
        page = request.resolver_match.url_name if request.resolver_match else None
        if not (page or "").startswith(f"{self.opts.app_label}_{self.opts.model_name}_"):
            return False
        return bool(super().has_add_permission(request)) and not self.model.objects.exists()

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
