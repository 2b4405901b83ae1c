"""Imports in the admin: a file handed in, looked at, applied, undone."""

from collections.abc import Iterator
from typing import Any

from django.forms import BaseForm
from django.http import HttpRequest
from django.utils import timezone, translation
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy, pgettext_lazy

from complaints.admin_theme import display
from complaints.customers.reader import walls_of
from complaints.handed_in.admin import HandedInAdmin
from spots.network.imports import page, transitions
from spots.network.imports.forms import UploadForm
from spots.network.imports.models import Change, Import

CALLS = {
    "apply": transitions.ask_to_apply,
    "undo": transitions.ask_to_undo,
    "stop": transitions.stop,
}


class ImportAdmin(HandedInAdmin[Import]):
    templates = "admin/spots/import"
    upload_title = gettext_lazy("Import a file")

    list_display = (
        *("made_at", "kind", "brand", "file_name", "mode", "state_shown"),
        *("new", "changed", "removed", "refused", "by"),
    )
    list_filter = ("kind", "state", "brand")
    search_fields = ("file_name", "sha256")

    class Media:
        css = {
            "all": (
                "spots/case/case.css",
                "spots/watching/watching.css",
                "spots/network/import.css",
            )
        }

    @display(description=gettext_lazy("state"), ordering="state")
    def state_shown(self, row: Import) -> SafeString:
        words = row.get_state_display()
        return format_html('<span class="case-state import-{}">{}</span>', row.state, words)

    @display(description=pgettext_lazy("rows", "new"))
    def new(self, row: Import) -> int:
        return row.count(Change.NEW)

    @display(description=pgettext_lazy("rows", "changed"))
    def changed(self, row: Import) -> int:
        return row.count(Change.CHANGED)

    @display(description=pgettext_lazy("rows", "removed"))
    def removed(self, row: Import) -> int:
        return row.count(Change.REMOVED)

    @display(description=pgettext_lazy("rows", "refused"))
    def refused(self, row: Import) -> int:
        return row.count(Change.REFUSED)

    def upload_form(self, request: HttpRequest) -> UploadForm:
        return UploadForm(
            request.POST or None,
            request.FILES or None,
            walls=walls_of(request),
            initial={"kind": request.GET.get("kind", "")},
        )

    def taken(self, request: HttpRequest, form: BaseForm) -> Import:
        said = form.cleaned_data
        return transitions.upload(
            said["file"],
            kind=said["kind"],
            brand=said["brand"],
            mode=said["mode"],
            language=translation.get_language() or "en",
            by=request.user,
            now=timezone.now(),
        )

    def page_context(self, request: HttpRequest, row: Import) -> dict[str, Any]:
        return page.context_of(request, row)

    def progress(self, row: Import) -> tuple[int, int]:
        return page.percent(row), row.rows

    def refused_rows(self, row: Import) -> Iterator[str]:
        return page.refused_csv(row)

    def move(self, request: HttpRequest, row: Import, name: str) -> None:
        CALLS[name](row.pk, by=request.user, now=timezone.now())
