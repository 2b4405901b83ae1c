"""Customers as they are known, masked; and the brands they belong to."""

from typing import Any, cast

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from complaints.admin_theme import ModelAdmin, display
from complaints.customers.models import Customer, CustomerQuerySet
from complaints.customers.personal import masked_email, masked_phone
from complaints.customers.walls import Walls


def walls_of(request: HttpRequest) -> Walls:
    """Return what the reader of an admin page is let into."""
    user = request.user
    assert not isinstance(user, AnonymousUser)  # the admin site asks for a sign-in first
    return user.walls


class ReadOnlyAdmin(ModelAdmin):
    """Rows that the product writes itself, and people only read."""

    actions = None
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class CustomerAdmin(ReadOnlyAdmin):
    """Customers as the CRM last described them."""

    list_display = ("crm_id", "brand", "segment", "phone_shown", "email_shown", "described_at")
    list_filter = ("brand", "segment")
    list_select_related = ("brand",)
    search_fields = ("crm_id",)
    search_help_text = _("Customer id")
    ordering = ("-described_at", "-pk")
    fields = (
        *("crm_id", "brand", "phone_shown", "email_shown", "segment", "ltv", "language"),
        "described_at",
    )

    def get_queryset(self, request: HttpRequest) -> CustomerQuerySet:
        return cast(CustomerQuerySet, super().get_queryset(request)).within(walls_of(request))

    @display(description=_("phone"))
    def phone_shown(self, customer: Customer) -> str:
        return masked_phone(customer.phone)

    @display(description=_("e-mail"))
    def email_shown(self, customer: Customer) -> str:
        return masked_email(customer.email)


class BrandAdmin(ModelAdmin):
    """The operator's brands."""

    list_display = ("name", "code")
    ordering = ("name",)
