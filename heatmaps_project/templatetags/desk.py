"""Callers on the contact centre's page, unrecognisable to who does not know them."""

from django import template
from django.conf import settings
from django.utils.safestring import SafeString, mark_safe

from complaints.customers.personal import masked_phone
from heatmaps_project.desk.knowledge.rendering import as_html

register = template.Library()


@register.filter
def phone_masked(phone: str) -> str:
    return masked_phone(phone)


@register.filter
def markdown(text: str) -> SafeString:
    """Return the HTML of Markdown; it holds no HTML of the text's own, and films of our hosts."""
    return mark_safe(as_html(text, hosts=settings.VIDEO_HOSTS))
