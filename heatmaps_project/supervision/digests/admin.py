"""Who is sent which reports, and one's own reports to read again."""

from typing import Any, Final

from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from complaints.admin_theme import ReadOnlyAdmin, SettingAdmin, display
from complaints.customers.reader import reader_of, walls_of
from heatmaps_project.supervision.digests.models import Digest
from heatmaps_project.supervision.digests.paper import on_paper

# The page brings its style with it, and may do nothing else.
ALONE: Final = "default-src 'none'; style-src 'unsafe-inline'; sandbox allow-modals allow-popups"
OPEN: Final = "heatmaps_project_digest_open"


class DigestRuleAdmin(SettingAdmin):
    list_display = ("role", "cadence", "about", "active")
    ordering = ("role", "cadence", "pk")


class DigestAdmin(ReadOnlyAdmin):
    """
    The reader's own reports: those of others are not there, whoever reads, nor those of regions
    that are theirs no longer.
    """

    list_display = ("shown", "day", "cadence", "state", "sent_at", "paper")
    list_display_links = None
    list_filter = ("cadence",)
    list_per_page = 50
    ordering = ("-day", "-pk")
    show_full_result_count = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows: QuerySet[Any] = super().get_queryset(request)
        own = rows.filter(user=reader_of(request).pk).defer("page")
        regions = walls_of(request).regions
        if regions is None:
            return own
        return own.filter(Q(region=None) | Q(region__in=regions))

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(require_safe(self.open_view))
        own = path("<int:object_id>/open.<slug:form>", view, name=OPEN)
        return [own, *super().get_urls()]

    def open_view(self, request: HttpRequest, object_id: int, form: str) -> HttpResponse:
        """:raises Http404: there is no such report of the reader's, or no such form"""
        row = get_object_or_404(self.get_queryset(request).defer(None), pk=object_id)
        if form == "html":
            return HttpResponse(row.page, headers={"Content-Security-Policy": ALONE})
        if form != "pdf":
            raise Http404
        name = f'attachment; filename="heatmaps-{row.day}.pdf"'
        headers = {"Content-Disposition": name}
        return HttpResponse(on_paper(row.page), content_type="application/pdf", headers=headers)

    @display(description=gettext_lazy("report"), ordering="subject")
    def shown(self, row: Digest) -> SafeString:
        address = reverse(f"admin:{OPEN}", args=[row.pk, "html"])
        return format_html('<a href="{}" class="underline">{}</a>', address, row.subject)

    @display(description=gettext_lazy("on paper"))
    def paper(self, row: Digest) -> SafeString:
        address = reverse(f"admin:{OPEN}", args=[row.pk, "pdf"])
        return format_html('<a href="{}" class="underline">{}</a>', address, _("PDF"))
