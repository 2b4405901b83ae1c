"""Settings in the admin that are tried on the last days before they are saved."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse

from complaints.admin_theme import HistoryAdmin
from complaints.row_number import row_number


class TryingAdmin(HistoryAdmin):
    """The form has a button that posts it, as it is typed, to a page of its own."""

    try_days = 0  # how far back it is tried
    tried_as = ""  # the name under which the form sends the row's number

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        more = {"try_days": self.try_days, **(extra_context or {})}
        shown: HttpResponse = super().changeform_view(request, object_id, form_url, more)
        return shown

    def typed(self, request: HttpRequest) -> Any:
        """
        Return the form as it is typed, of a row or of a new one.

        :raises PermissionDenied: the reader may not change that row, or add one
        """
        given = request.POST.get(self.tried_as, "")
        row = self.get_object(request, given) if row_number(given) else None
        if not (
            self.has_change_permission(request, row) if row else self.has_add_permission(request)
        ):
            raise PermissionDenied
        return self.get_form(request, row, change=row is not None)(request.POST, instance=row)
