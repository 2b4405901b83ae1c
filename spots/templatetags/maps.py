"""What templates with a map ask for."""

from django import template
from django.conf import settings

register = template.Library()


@register.simple_tag
def basemap_attribution() -> str:
    """Whom the base map's data is owed to, as its licence asks."""
    return str(settings.BASEMAP_ATTRIBUTION)
