"""Callers on the contact centre's page, unrecognisable to who does not know them."""

from django import template

from complaints.customers.personal import masked_phone

register = template.Library()


@register.filter
def phone_masked(phone: str) -> str:
    return masked_phone(phone)


@register.filter
def crm_shown(crm_id: str) -> str:
    """Return the CRM's own id of a customer; "" where we made one of their phone or e-mail."""
    return "" if crm_id.startswith(("tel:", "mail:")) else crm_id
