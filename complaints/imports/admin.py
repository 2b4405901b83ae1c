"""Imports of complaints in the admin: handed in, mapped, run, stopped, undone."""

from typing import Any, Final, cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
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
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from complaints.admin_theme import ReadOnlyAdmin
from complaints.customers.reader import walls_of
from complaints.imports import page, transitions
from complaints.imports.forms import ColumnsForm, UploadForm
from complaints.imports.models import (
    TO_DO,
    ComplaintImport,
    ComplaintImportQuerySet,
    RememberedLayout,
    State,
)
from complaints.imports.transitions import MOVES, ImportRefusedError

NAME: Final = "complaints_complaintimport"
CHANGE: Final = f"admin:{NAME}_change"
PIECE: Final = 1024 * 1024  # bytes


class ComplaintImportAdmin(ReadOnlyAdmin):
    """A file of complaints is handed in here, and worked off by a sweep."""

    list_display = (
        *("made_at", "brand", "source", "file_name", "state"),
        *("rows", "created", "exists", "conflict", "refused", "by"),
    )
    list_display_links = ("made_at", "file_name")
    list_filter = ("state", "brand")
    list_select_related = ("brand", "by")
    search_fields = ("file_name", "source")
    ordering = ("-made_at", "-pk")
    show_full_result_count = False

    class Media:
        css = {"all": ("complaints/imports.css",)}

    def get_queryset(self, request: HttpRequest) -> ComplaintImportQuerySet:
        rows = cast(ComplaintImportQuerySet, super().get_queryset(request))
        return rows.within(walls_of(request))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(page.MAKES)

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        own = [
            path("<int:object_id>/change/", view(self.import_view), name=f"{NAME}_change"),
            path("<int:object_id>/progress/", view(self.progress_view), name=f"{NAME}_progress"),
            path("<int:object_id>/refused/", view(self.refused_view), name=f"{NAME}_refused"),
            path(
                "<int:object_id>/columns/",
                view(require_POST(self.columns_view)),
                name=f"{NAME}_columns",
            ),
            path(
                "<int:object_id>/<slug:move>/now/",
                view(require_POST(self.move_view)),
                name=f"{NAME}_move",
            ),
        ]
        return [*own, *super().get_urls()]

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Hand a file in; it is read in the background."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        walls = walls_of(request)
        form = UploadForm(request.POST or None, request.FILES or None, walls=walls)
        if form.is_valid() and (row := self._uploaded(request, form)):
            return HttpResponseRedirect(reverse(CHANGE, args=[row.pk]))
        known = RememberedLayout.objects.order_by("source").values_list("source", flat=True)
        if walls.brands is not None:
            known = known.filter(brand__in=walls.brands)
        more = {"form": form, "sources": known.distinct()[:100], "original": None}
        context = self._context(request, title=_("Import complaints"), **more)
        return TemplateResponse(request, "admin/complaints/import/upload.html", context)

    def _uploaded(self, request: HttpRequest, form: UploadForm) -> ComplaintImport | None:
        said = form.cleaned_data
        file: UploadedFile[Any] = said["file"]
        try:
            return transitions.upload(
                file.chunks(PIECE),
                name=file.name or "",
                brand=said["brand"],
                source=said["source"],
                language=translation.get_language() or "en",
                by=request.user,
                now=timezone.now(),
            )
        except ImportRefusedError as refusal:
            form.add_error(None, str(refusal))
            return None

    def import_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        row = self._found(request, object_id)
        form = ColumnsForm(row=row) if row.state == State.READ else None
        return self._page(request, row, form)

    def columns_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Say what the columns mean; the page shows what that makes of the first rows."""
        row = self._made_by(request, object_id)
        form = ColumnsForm(request.POST, row=row)
        if not form.is_valid():
            return self._page(request, row, form)
        try:
            transitions.tell_columns(row.pk, form.told)
        except ImportRefusedError as refusal:
            messages.error(request, str(refusal))
        return HttpResponseRedirect(reverse(CHANGE, args=[row.pk]))

    def progress_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """How far it is, as the page's script asks every two seconds."""
        row = self._found(request, object_id)
        return JsonResponse(
            {
                "percent": page.percent(row),
                "done": row.done,
                "running": row.state in TO_DO,
                "state": row.get_state_display(),
            }
        )

    def refused_view(self, request: HttpRequest, object_id: int) -> HttpResponseBase:
        """The refused rows, to be corrected and handed in again."""
        row = self._made_by(request, object_id)
        lines = page.refused_csv(row)
        name = f'attachment; filename="refused-{row.pk}.csv"'
        headers = {"Content-Disposition": name}
        return StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8", headers=headers)

    def move_view(self, request: HttpRequest, object_id: int, move: str) -> HttpResponse:
        """Begin, stop, go on, cancel or undo; a refusal is a message."""
        if move not in MOVES:
            raise Http404
        row = self._made_by(request, object_id)
        try:
            transitions.move(row.pk, move, by=request.user, now=timezone.now())
        except ImportRefusedError as refusal:
            messages.error(request, str(refusal))
        return HttpResponseRedirect(reverse(CHANGE, args=[row.pk]))

    def _found(self, request: HttpRequest, object_id: int) -> ComplaintImport:
        """:raises Http404: there is no such import, or it is behind a wall"""
        if not self.has_view_permission(request):
            raise PermissionDenied
        rows = self.get_queryset(request).select_related("brand", "by")
        return get_object_or_404(rows, pk=object_id)

    def _made_by(self, request: HttpRequest, object_id: int) -> ComplaintImport:
        """:raises PermissionDenied: the reader may look and not touch"""
        row = self._found(request, object_id)
        if not request.user.has_perm(page.MAKES):
            raise PermissionDenied
        return row

    def _page(
        self, request: HttpRequest, row: ComplaintImport, form: ColumnsForm | None
    ) -> HttpResponse:
        more = page.context_of(request, row)
        context = self._context(request, title=str(row), original=row, form=form, **more)
        return TemplateResponse(request, "admin/complaints/import/page.html", context)

    def _context(self, request: HttpRequest, **more: Any) -> dict[str, Any]:
        request.current_app = self.admin_site.name
        every = self.admin_site.each_context(request)
        return {**every, "opts": self.opts, "media": self.media, **more}
