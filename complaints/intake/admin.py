"""Complaints as they came in, without what says whose they are; and their topics."""

from decimal import Decimal
from typing import Any, cast

from django.contrib.admin import ModelAdmin, SimpleListFilter
from django.contrib.gis.geos import Point
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext_lazy as _

from complaints.admin_theme import SettingAdmin, display
from complaints.customers.admin import RecordAdmin
from complaints.customers.personal import masked_address, masked_point, scrubbed
from complaints.customers.reader import may_see_money, walls_of
from complaints.intake.flooding import MOST, flooders
from complaints.intake.models import Complaint, ComplaintQuerySet


def _amount(money: Decimal | None) -> str:
    return "—" if money is None else number_format(money, 2)


class OftenFilter(SimpleListFilter):
    """Complaints of whoever complains so often that it is hardly about the network."""

    title = _("how often the customer complains")
    parameter_name = "often"

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin[Any]) -> list[tuple[str, Any]]:
        return [("yes", _("more than %(n)d times within a day") % {"n": MOST})]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() != "yes":
            return queryset
        return queryset.filter(customer__in=list(flooders(now=timezone.now())))


class ComplaintAdmin(RecordAdmin):
    """Every complaint within the reader's walls."""

    list_display = ("__str__", "topic", "brand", "channel", "placing", "region", "received_at")
    list_filter = (
        *("placing", "precision", "channel", "proven", "topic", "brand", "region", OftenFilter),
    )
    list_select_related = ("topic", "brand", "region")
    search_fields = ("external_id",)
    search_help_text = _("External id")
    date_hierarchy = None  # counting a day's rows takes long at millions
    ordering = ("-received_at", "-pk")
    fields: tuple[Any, ...] = (
        ("source", "external_id"),
        ("brand", "customer"),
        ("topic", "channel", "proven"),
        "text_shown",
        ("occurred_at", "received_at"),
        "address_shown",
        ("placing", "precision", "match_score", "kept"),
        ("point_shown", "region", "placed_at"),
        ("resolved_at", "withdrawn_at"),
    )

    def get_queryset(self, request: HttpRequest) -> ComplaintQuerySet:
        return cast(ComplaintQuerySet, super().get_queryset(request)).within(walls_of(request))

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        money = (("balance_shown", "debt_shown"),) if may_see_money(request) else ()
        return [*self.fields, *money]

    @display(description=_("balance"))
    def balance_shown(self, complaint: Complaint) -> str:
        return _amount(complaint.customer.balance if complaint.customer else None)

    @display(description=_("debt"))
    def debt_shown(self, complaint: Complaint) -> str:
        return _amount(complaint.customer.debt if complaint.customer else None)

    @display(description=_("text"))
    def text_shown(self, complaint: Complaint) -> str:
        return scrubbed(complaint.text)

    @display(description=_("address"))
    def address_shown(self, complaint: Complaint) -> str:
        return masked_address(complaint.address)

    @display(description=_("point"))
    def point_shown(self, complaint: Complaint) -> str:
        point: Point | None = complaint.point
        return masked_point(point.x, point.y) if point else ""


class TopicAdmin(SettingAdmin):
    """What complaints are about."""

    list_display = ("__str__", "code", "severity")
    ordering = ("code",)
