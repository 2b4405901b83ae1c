"""Imports in the admin: a file handed in, looked at, applied, undone."""

from typing import Any, cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseRedirect,
    JsonResponse,
    StreamingHttpResponse,
)
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone, translation
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_POST

from complaints.admin_theme import ReadOnlyAdmin, display
from complaints.customers.reader import walls_of
from spots.network.imports import page, transitions
from spots.network.imports.files import UnusableFileError
from spots.network.imports.forms import UploadForm
from spots.network.imports.models import TO_DO, Change, Import, ImportQuerySet
from spots.network.imports.transitions import MOVES, ImportRefusedError

CHANGE = "admin:spots_import_change"
CALLS = {
    "apply": transitions.ask_to_apply,
    "undo": transitions.ask_to_undo,
    "stop": transitions.stop,
}


class ImportAdmin(ReadOnlyAdmin):
    """A file is handed in here, and worked off by a sweep."""

    list_display = (
        *("made_at", "kind", "brand", "file_name", "mode", "state_shown"),
        *("new", "changed", "removed", "refused", "by"),
    )
    list_display_links = ("made_at", "file_name")
    list_filter = ("kind", "state", "brand")
    list_select_related = ("brand", "by")
    search_fields = ("file_name", "sha256")
    ordering = ("-made_at", "-pk")
    show_full_result_count = False

    class Media:
        css = {
            "all": (
                "spots/case/case.css",
                "spots/watching/watching.css",
                "spots/network/import.css",
            )
        }

    def get_queryset(self, request: HttpRequest) -> ImportQuerySet:
        return cast(ImportQuerySet, super().get_queryset(request)).within(walls_of(request))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(page.MAKES)

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

    # Pages: the list, handing in, the import, its progress for a script, and what is done with it

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        own = [
            path("<int:object_id>/change/", view(self.import_view), name="spots_import_change"),
            path(
                "<int:object_id>/progress/", view(self.progress_view), name="spots_import_progress"
            ),
            path("<int:object_id>/refused/", view(self.refused_view), name="spots_import_refused"),
            path(
                "<int:object_id>/<slug:move>/now/",
                view(require_POST(self.move_view)),
                name="spots_import_move",
            ),
        ]
        return [*own, *super().get_urls()]

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Hand a file in; it is checked in the background, and its page shows how far that is."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = UploadForm(
            request.POST or None,
            request.FILES or None,
            walls=walls_of(request),
            initial={"kind": request.GET.get("kind", "")},
        )
        if form.is_valid() and (row := self._uploaded(request, form)):
            return HttpResponseRedirect(reverse(CHANGE, args=[row.pk]))
        context = self._context(request, title=_("Import a file"), form=form, original=None)
        return TemplateResponse(request, "admin/spots/import/upload.html", context)

    def _uploaded(self, request: HttpRequest, form: UploadForm) -> Import | None:
        said = form.cleaned_data
        try:
            return transitions.upload(
                said["file"],
                kind=said["kind"],
                brand=said["brand"],
                mode=said["mode"],
                language=translation.get_language() or "en",
                by=request.user,
                now=timezone.now(),
            )
        except (UnusableFileError, ImportRefusedError) as refusal:
            form.add_error(None, str(refusal))
            return None

    def import_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        row = self._found(request, object_id)
        more = page.context_of(request, row)
        context = self._context(request, title=str(row), original=row, **more)
        return TemplateResponse(request, "admin/spots/import/page.html", context)

    def progress_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """How far it is, as the page's script asks every two seconds."""
        row = self._found(request, object_id)
        return JsonResponse(
            {
                "percent": page.percent(row),
                "found": row.rows,
                "running": row.state in TO_DO,
                "state": row.get_state_display(),
            }
        )

    def refused_view(self, request: HttpRequest, object_id: int) -> HttpResponseBase:
        """The refused rows, to be corrected and handed in again."""
        row = self._found(request, object_id)
        lines = page.refused_csv(row)
        name = f'attachment; filename="refused-{row.pk}.csv"'
        headers = {"Content-Disposition": name}
        return StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8", headers=headers)

    def move_view(self, request: HttpRequest, object_id: int, move: str) -> HttpResponse:
        """Apply, undo or stop; a refusal is a message."""
        row = self._found(request, object_id)
        if move not in MOVES:
            raise Http404
        if not request.user.has_perm(page.MAKES):
            raise PermissionDenied
        try:
            CALLS[move](row.pk, by=request.user, now=timezone.now())
        except ImportRefusedError as refusal:
            messages.error(request, str(refusal))
        return HttpResponseRedirect(reverse(CHANGE, args=[row.pk]))

    def _found(self, request: HttpRequest, object_id: int) -> Import:
        """:raises Http404: there is no such import, or it is behind a wall"""
        if not self.has_view_permission(request):
            raise PermissionDenied
        rows = self.get_queryset(request).select_related("brand", "by", "applied_by")
        return get_object_or_404(rows, pk=object_id)

    def _context(self, request: HttpRequest, **more: Any) -> dict[str, Any]:
        request.current_app = self.admin_site.name
        return {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "media": self.media,
            **more,
        }
