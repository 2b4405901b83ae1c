"""Customers as they are known, masked; and the brands they belong to."""

from typing import Any, cast

from django.contrib.admin import ModelAdmin, SimpleListFilter
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from complaints.admin_theme import ReadOnlyAdmin, SettingAdmin, display
from complaints.customers.models import Customer, CustomerQuerySet, known_segments
from complaints.customers.personal import masked_email, masked_phone
from complaints.customers.reader import may_see_money, walls_of


class RecordAdmin(ReadOnlyAdmin):
    """Rows that the product writes itself, too many to count."""

    actions = None
    show_full_result_count = False


class SegmentFilter(SimpleListFilter):
    title = _("segment")
    parameter_name = "segment"

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin[Any]) -> list[tuple[str, Any]]:
        return [(segment, segment) for segment in known_segments() if segment]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(segment=self.value()) if self.value() else queryset


class CustomerAdmin(RecordAdmin):
    """Customers as the CRM last described them; those first told of last come first."""

    list_display = ("crm_id", "brand", "segment", "phone_shown", "email_shown", "described_at")
    list_filter = ("brand", SegmentFilter)
    list_select_related = ("brand",)
    search_fields = ("crm_id",)
    search_help_text = _("Customer id")
    ordering = ("-pk",)
    fields: tuple[Any, ...] = (
        *("crm_id", "brand", "phone_shown", "email_shown", "segment", "ltv", "churn_risk"),
        *("language", "app", "preferred_channel", "person", "gone", "described_at"),
    )

    def get_queryset(self, request: HttpRequest) -> CustomerQuerySet:
        return cast(CustomerQuerySet, super().get_queryset(request)).within(walls_of(request))

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        money = ("balance", "debt") if may_see_money(request) else ()
        return [*self.fields, *money]

    @display(description=_("phone"))
    def phone_shown(self, customer: Customer) -> str:
        return masked_phone(customer.phone)

    @display(description=_("e-mail"))
    def email_shown(self, customer: Customer) -> str:
        return masked_email(customer.email)


class BrandAdmin(SettingAdmin):
    """The operator's brands."""

    list_display = ("name", "code")
    ordering = ("name",)
