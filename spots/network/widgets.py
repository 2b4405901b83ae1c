"""A shape on a map in a form: a point is put by a click, an area is drawn corner by corner."""

from typing import Any

from django.contrib.gis.forms.widgets import BaseGeometryWidget
from django.contrib.gis.gdal.error import GDALException
from django.contrib.gis.geos import GEOSGeometry
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

TEMPLATE = "spots/shape.html"  # its page includes includes/leaflet.html and spots/shape.js


class ShapeWidget(BaseGeometryWidget):
    """
    GeoJSON (WGS 84) in a text field, and a map that draws it and changes it.

    The attribute `extent` (west, south, east, north) is what the map shows while there is none.
    """

    map_srid = 4326

    def deserialize(self, value: str) -> GEOSGeometry | None:
        """None: it is no shape; JSON that is none is an error of another kind to Django."""
        try:
            shape: GEOSGeometry | None = super().deserialize(value)
        except GDALException:
            return None
        return shape

    def serialize(self, value: GEOSGeometry | None) -> str:
        return value.json if value else ""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        # The renderer of forms does not look into the project's own templates.
        return render_to_string(
            TEMPLATE, {**self.get_context(name, value, attrs), "editable": True}
        )


def shown(shape: GEOSGeometry | None, *, around: dict[str, Any] | None = None) -> SafeString:
    """
    The same map, only to look at.

    around  what to draw round a point, too: {"radius_m": a ring round it, "layers": [{"kind":
            "house", "complaint" or "here", "name", "dots": [[longitude, latitude, words, how
            many]]}]}
    """
    return render_to_string(TEMPLATE, {"serialized": shape.json if shape else "", "around": around})
