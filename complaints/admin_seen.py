"""Of two people at one page of the admin the second does not undo, unseen, what the first saved."""

from typing import Any, Final

from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.contrib.admin.models import LogEntry
from django.contrib.admin.options import get_content_type_for_model
from django.http import HttpRequest, HttpResponseRedirect
from django.utils.translation import gettext as _

from complaints.row_number import row_number

SEEN: Final = "seen_as"  # what the page sends back with what is typed

_Page: Any = ModelAdmin  # whose types would bind every admin of ours


class SavedAsSeen(_Page):
    """
    An admin whose page says which change of its row is the newest that its reader has seen.

    A form holds all fields of a row: a role that was taken from somebody, or a term that was put
    right, would be back with the next save of a page that was open before. What tells nothing of
    it, as a script, is not asked.
    """

    change_form_before_template = "admin/seen.html"

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        if object_id is None or not self.has_change_permission(request):
            return super().changeform_view(request, object_id, form_url, extra_context)
        newest = _newest_change(self.model, object_id)
        if row_number(request.POST.get(SEEN, str(newest))) != newest:
            words = _(
                "Somebody has changed this since you opened it. Nothing of yours was saved:"
                " this is how it is now."
            )
            messages.error(request, words)
            return HttpResponseRedirect(request.get_full_path())
        more = {**(extra_context or {}), SEEN: newest}
        return super().changeform_view(request, object_id, form_url, more)


def _newest_change(model: Any, object_id: str) -> int:
    """Return the number of the newest change that the admin has logged of a row; 0: of none."""
    of_it = LogEntry.objects.filter(
        content_type=get_content_type_for_model(model), object_id=object_id
    )
    return of_it.order_by("-pk").values_list("pk", flat=True).first() or 0
