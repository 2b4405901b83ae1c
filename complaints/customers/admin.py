"""Customers as they are known, masked; and the brands they belong to."""

from datetime import datetime
from typing import Any, cast

from django.contrib.admin import ModelAdmin, SimpleListFilter
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.formats import date_format
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.timezone import localtime
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from complaints.admin_theme import ReadOnlyAdmin, SettingAdmin, display
from complaints.customers.models import Customer, CustomerQuerySet, known_segments
from complaints.customers.personal import masked_email, masked_phone
from complaints.customers.reader import may_see_money, walls_of

_HOW = {  # an opt-out was told of
    "sms": pgettext_lazy("refusal", "by text"),
    "web": pgettext_lazy("refusal", "on a page of ours"),
    "api": pgettext_lazy("refusal", "by the CRM"),
    "erasure": pgettext_lazy("refusal", "as they were erased"),
}


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
        *("language", "app", "preferred_channel", "person", "gone", "described_at", "refusals"),
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

    @display(description=_("messages refused"))
    def refusals(self, customer: Customer) -> SafeString:
        """Say what a customer wants no more, since when; and what was taken back, by whom."""
        current = [
            f"{row.get_purpose_display()}: {_moment(at)} ({_HOW.get(told_by, told_by)})"
            for row in customer.opt_outs.order_by("at", "pk")
            for at, told_by in row.said
        ]
        before = [
            gettext("%(what)s: %(at)s (%(told_by)s), taken back %(back_at)s by %(by)s")
            % {
                "what": row.get_purpose_display(),
                "at": _moment(row.refused_at),
                "told_by": _HOW.get(row.told_by, row.told_by),
                "back_at": _moment(row.at),
                "by": row.by,
            }
            for row in customer.taken_back_refusals.order_by("at", "pk")
        ]
        return format_html_join("", "<p>{}</p>", ((line,) for line in (*current, *before)))


def _moment(at: datetime) -> str:
    return date_format(localtime(at), "SHORT_DATETIME_FORMAT")


class BrandAdmin(SettingAdmin):
    """The operator's brands."""

    list_display = ("name", "code")
    ordering = ("name",)
