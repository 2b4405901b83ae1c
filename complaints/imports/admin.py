"""Imports of complaints in the admin: handed in, mapped, run, stopped, undone."""

from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from complaints.customers.reader import walls_of
from complaints.handed_in.admin import HandedInAdmin
from complaints.handed_in.transitions import PIECE, ImportRefusedError
from complaints.imports import page, transitions
from complaints.imports.forms import ColumnsForm, UploadForm
from complaints.imports.models import ComplaintImport, RememberedLayout, State


class ComplaintImportAdmin(HandedInAdmin[ComplaintImport]):
    templates = "admin/complaints/import"
    upload_title = _("Import complaints")
    of_customers = True

    list_display = (
        *("made_at", "brand", "source", "file_name", "state"),
        *("rows", "created", "exists", "conflict", "refused", "by"),
    )
    search_fields = ("file_name", "source")

    class Media:
        css = {"all": ("complaints/imports.css",)}

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(require_POST(self.columns_view))
        name = "complaints_complaintimport_columns"
        return [path("<int:object_id>/columns/", view, name=name), *super().get_urls()]

    def upload_form(self, request: HttpRequest) -> UploadForm:
        return UploadForm(request.POST or None, request.FILES or None, walls=walls_of(request))

    def upload_context(self, request: HttpRequest) -> dict[str, Any]:
        known = RememberedLayout.objects.order_by("source").values_list("source", flat=True)
        brands = walls_of(request).brands
        if brands is not None:
            known = known.filter(brand__in=brands)
        return {"sources": known.distinct()[:100]}

    def taken(self, request: HttpRequest, form: BaseForm) -> ComplaintImport:
        said = form.cleaned_data
        file: UploadedFile[Any] = said["file"]
        return transitions.upload(
            file.chunks(PIECE),
            name=file.name or "",
            brand=said["brand"],
            source=said["source"],
            language=translation.get_language() or "en",
            by=request.user,
            now=timezone.now(),
        )

    def page_context(self, request: HttpRequest, row: ComplaintImport) -> dict[str, Any]:
        form = ColumnsForm(row=row) if row.state == State.READ else None
        return {"form": form, **page.context_of(request, row)}

    def progress(self, row: ComplaintImport) -> tuple[int, int]:
        return page.percent(row), row.done

    def refused_rows(self, row: ComplaintImport) -> Iterator[str]:
        return page.refused_csv(row)

    def move(self, request: HttpRequest, row: ComplaintImport, name: str) -> None:
        transitions.move(row.pk, name, by=request.user, now=timezone.now())

    def columns_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Say what the columns mean; the page shows what that makes of the first rows."""
        row = self.found(request, object_id, touched=True)
        form = ColumnsForm(request.POST, row=row)
        if not form.is_valid():
            return self.page(request, row, form=form)
        try:
            transitions.tell_columns(row.pk, form.told)
        except ImportRefusedError as refusal:
            messages.error(request, str(refusal))
        return self.back_to(row)
