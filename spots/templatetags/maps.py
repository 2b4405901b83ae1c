"""What templates with a map ask for."""

from typing import Any

from django import template
from django.conf import settings
from django.contrib.gis.geos import Point
from django.template.context import RequestContext

from spots.maps.attribution import attribution
from spots.maps.wording import settings_of

register = template.Library()


@register.simple_tag
def basemap_attribution() -> str:
    """Whom the base map's data is owed to, as its licence asks."""
    return attribution()


@register.simple_tag
def basemap_raster() -> str:
    """The address of a provider's tiles, in place of our own street map; "": ours."""
    return str(settings.BASEMAP_TILES_URL)


@register.simple_tag(takes_context=True)
def map_settings(context: RequestContext) -> dict[str, Any]:
    """What the one map's scripts are told: addresses, words, and the layers its reader may see."""
    return settings_of(context["request"].user)


@register.inclusion_tag("includes/one_map.html")
def one_map(
    *,
    point: Point,
    zoom: int = 14,
    layers: str = "spots,events",
    mark: str = "",
    reach_m: int = 0,
) -> dict[str, Any]:
    """
    The one map, round a place; its page includes includes/one_map_head.html.

    point   WGS 84
    layers  shown at first, of "spots", "singles", "events", "heat", "surplus", "complaints",
            "sites", "2G" … "5G"; the reader switches them
    mark    what stands at the place, in words; "": no mark there
    reach_m how far away something begins that is to be seen, too, metres: the map is drawn from
            farther than `zoom` where the screen is too small for it
    """
    number = "{:.6f}".format
    return {
        "lon": number(point.x),
        "lat": number(point.y),
        "zoom": zoom,
        "layers": layers,
        "mark": mark,
        "reach": reach_m,
    }
