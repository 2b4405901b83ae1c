"""The admin of files handed in: the list, handing in, a file's page, and what is done with it."""

from collections.abc import Iterator
from typing import Any, ClassVar, Generic, TypeVar

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.forms import BaseForm
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
from django.utils.functional import Promise
from django.views.decorators.http import require_POST

from complaints.admin_theme import ReadOnlyAdmin
from complaints.customers.handed_out import of_customers
from complaints.customers.reader import walls_of
from complaints.handed_in.files import UnusableFileError
from complaints.handed_in.models import HandedIn
from complaints.handed_in.transitions import ImportRefusedError

_Row = TypeVar("_Row", bound=HandedIn)


class HandedInAdmin(ReadOnlyAdmin, Generic[_Row]):
    """A file is handed in here, and worked off by a sweep."""

    templates: ClassVar[str]  # folder of upload.html and page.html
    upload_title: ClassVar[Promise]
    of_customers = False  # its rows say who customers are

    list_filter: tuple[str, ...] = ("state", "brand")
    list_select_related = ("brand", "by")
    list_display_links = ("made_at", "file_name")
    ordering = ("-made_at", "-pk")
    show_full_result_count = False

    # What a kind says for itself

    def upload_form(self, request: HttpRequest) -> BaseForm:
        raise NotImplementedError

    def upload_context(self, request: HttpRequest) -> dict[str, Any]:
        """What the page of handing in shows besides its form."""
        return {}

    def taken(self, request: HttpRequest, form: BaseForm) -> _Row:
        """
        Store what a valid form hands in.

        :raises UnusableFileError: the file cannot be taken
        :raises ImportRefusedError: the person may hand in no more
        """
        raise NotImplementedError

    def page_context(self, request: HttpRequest, row: _Row) -> dict[str, Any]:
        raise NotImplementedError

    def progress(self, row: _Row) -> tuple[int, int]:
        """Return how much of the work is done, 0 … 100, and how many rows that are."""
        raise NotImplementedError

    def refused_rows(self, row: _Row) -> Iterator[str]:
        """Yield the refused rows as CSV, to be corrected and handed in again."""
        raise NotImplementedError

    def move(self, request: HttpRequest, row: _Row, name: str) -> None:
        """:raises ImportRefusedError: it cannot be moved so as it stands"""
        raise NotImplementedError

    # The same for each

    def get_queryset(self, request: HttpRequest) -> QuerySet[_Row]:
        rows: Any = super().get_queryset(request)
        within: QuerySet[_Row] = rows.within(walls_of(request))
        return within

    def has_add_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(f"{self.opts.app_label}.add_{self.opts.model_name}")

    def get_urls(self) -> list[URLPattern]:
        name, view = f"{self.opts.app_label}_{self.opts.model_name}", self.admin_site.admin_view
        own = [
            path("<int:object_id>/change/", view(self.import_view), name=f"{name}_change"),
            path("<int:object_id>/progress/", view(self.progress_view), name=f"{name}_progress"),
            path("<int:object_id>/refused/", view(self.refused_view), name=f"{name}_refused"),
            path(
                "<int:object_id>/<slug:move>/now/",
                view(require_POST(self.move_view)),
                name=f"{name}_move",
            ),
        ]
        return [*own, *super().get_urls()]

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Hand a file in; it is read in the background, and its page shows how far that is."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = self.upload_form(request)
        if form.is_valid():
            try:
                return self.back_to(self.taken(request, form))
            except (UnusableFileError, ImportRefusedError) as refusal:
                form.add_error(None, str(refusal))
        more = {"form": form, "original": None, **self.upload_context(request)}
        context = self._context(request, title=self.upload_title, **more)
        return TemplateResponse(request, f"{self.templates}/upload.html", context)

    def import_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        return self.page(request, self.found(request, object_id))

    def progress_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """How far it is, as the page's script asks every two seconds."""
        row = self.found(request, object_id)
        percent, done = self.progress(row)
        told = {"percent": percent, "done": done, "state": row.state_in_words}
        return JsonResponse({**told, "running": row.state in row.TO_DO})

    def refused_view(self, request: HttpRequest, object_id: int) -> HttpResponseBase:
        row = self.found(request, object_id, touched=True)
        lines = self.refused_rows(row)
        name = f'attachment; filename="refused-{row.pk}.csv"'
        headers = {"Content-Disposition": name}
        answer = StreamingHttpResponse(
            lines, content_type="text/csv; charset=utf-8", headers=headers
        )
        if self.of_customers:
            of_customers(answer, whose=f"import {row.pk}", what="refused rows")
        return answer

    def move_view(self, request: HttpRequest, object_id: int, move: str) -> HttpResponse:
        """Do with it what a person may; a refusal is a message."""
        row = self.found(request, object_id, touched=True)
        if move not in row.MOVES:
            raise Http404
        try:
            self.move(request, row, move)
        except ImportRefusedError as refusal:
            messages.error(request, str(refusal))
        return self.back_to(row)

    def found(self, request: HttpRequest, object_id: int, *, touched: bool = False) -> _Row:
        """
        :raises Http404: there is no such import, or it is behind a wall
        :raises PermissionDenied: the reader may not look, or may look and not touch
        """
        if not self.has_view_permission(request):
            raise PermissionDenied
        rows = self.get_queryset(request).select_related("brand", "by")
        row = get_object_or_404(rows, pk=object_id)
        if touched and not self.has_add_permission(request):
            raise PermissionDenied
        return row

    def page(self, request: HttpRequest, row: _Row, **more: Any) -> HttpResponse:
        shown = {
            "import": row,
            "running": row.state in row.TO_DO,
            **dict(zip(("percent", "done"), self.progress(row), strict=True)),
            **self.page_context(request, row),
            **more,
        }
        context = self._context(request, title=str(row), original=row, **shown)
        return TemplateResponse(request, f"{self.templates}/page.html", context)

    def back_to(self, row: _Row) -> HttpResponse:
        name = f"admin:{self.opts.app_label}_{self.opts.model_name}_change"
        return HttpResponseRedirect(reverse(name, args=[row.pk]))

    def _context(self, request: HttpRequest, **more: Any) -> dict[str, Any]:
        request.current_app = self.admin_site.name
        every = self.admin_site.each_context(request)
        return {**every, "opts": self.opts, "media": self.media, **more}
