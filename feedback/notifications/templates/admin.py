"""The texts in the admin, with what a customer of a real spot would read as they are written."""

from typing import cast

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from complaints.admin_theme import display
from complaints.customers.own_brands import OwnBrandsAdmin
from complaints.customers.reader import walls_of
from feedback.notifications.templates.catalogue import Channel, Template, TemplateQuerySet
from feedback.notifications.templates.previews import previewed
from feedback.notifications.templates.segments import segments


class TemplateAdmin(OwnBrandsAdmin):
    change_form_template = "admin/feedback/template/change_form.html"
    list_display = (
        *("reason", "channel", "language"),
        *("brand", "segment", "cause", "topic", "parts_shown"),
    )
    list_display_links = ("reason",)
    list_filter = ("reason", "channel", "language")
    list_select_related = ("brand", "cause", "topic")
    ordering = ("reason", "channel", "language", "id")
    search_fields = ("body",)
    fields = (
        ("reason", "channel", "language"),
        ("brand", "segment"),
        "cause",
        "topic",
        "subject",
        "body",
        "when_unsure",
    )

    class Media:
        css = {"all": ("feedback/staff.css",)}

    def get_queryset(self, request: HttpRequest) -> TemplateQuerySet:
        return cast(TemplateQuerySet, super().get_queryset(request)).within(walls_of(request))

    def get_urls(self) -> list[URLPattern]:
        preview = self.admin_site.admin_view(require_POST(self.preview_view))
        return [path("preview/", preview, name="feedback_template_preview"), *super().get_urls()]

    def preview_view(self, request: HttpRequest) -> HttpResponse:
        """Show a text as it is being written; nothing is kept."""
        if not (self.has_add_permission(request) or self.has_change_permission(request)):
            raise PermissionDenied
        shown = previewed(request.POST, walls=walls_of(request))
        return render(request, "admin/feedback/template/preview.html", {"shown": shown})

    @display(description=gettext_lazy("SMS parts, at least"))
    def parts_shown(self, template: Template) -> str:
        if template.channel != Channel.SMS:
            return "—"
        return str(len(segments(template.body).parts))
