"""Complaints as they came in, without what says whose they are; and their topics."""

from typing import cast

from django.contrib.gis.geos import Point
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from complaints.admin_theme import SettingAdmin, display
from complaints.customers.admin import RecordAdmin
from complaints.customers.personal import masked_address, scrubbed
from complaints.customers.reader import walls_of
from complaints.intake.models import Complaint, ComplaintQuerySet


class ComplaintAdmin(RecordAdmin):
    """Every complaint within the reader's walls."""

    list_display = ("__str__", "topic", "brand", "channel", "placing", "region", "received_at")
    list_filter = ("placing", "precision", "channel", "topic", "brand", "region")
    list_select_related = ("topic", "brand", "region")
    search_fields = ("external_id",)
    search_help_text = _("External id")
    date_hierarchy = None  # counting a day's rows takes long at millions
    ordering = ("-received_at", "-pk")
    fields = (
        ("source", "external_id"),
        ("brand", "customer"),
        ("topic", "channel"),
        "text_shown",
        ("occurred_at", "received_at"),
        "address_shown",
        ("placing", "precision", "match_score"),
        ("point_shown", "region", "placed_at"),
        ("resolved_at", "withdrawn_at"),
    )

    def get_queryset(self, request: HttpRequest) -> ComplaintQuerySet:
        return cast(ComplaintQuerySet, super().get_queryset(request)).within(walls_of(request))

    @display(description=_("text"))
    def text_shown(self, complaint: Complaint) -> str:
        return scrubbed(complaint.text)

    @display(description=_("address"))
    def address_shown(self, complaint: Complaint) -> str:
        return masked_address(complaint.address)

    @display(description=_("point"))
    def point_shown(self, complaint: Complaint) -> str:
        # to about a hundred metres: the exact one is a customer's home
        point: Point | None = complaint.point
        return f"{point.y:.3f}, {point.x:.3f}" if point else ""


class TopicAdmin(SettingAdmin):
    """What complaints are about."""

    list_display = ("__str__", "code", "severity")
    ordering = ("code",)
