"""What forms of rules ask for: an area on the map, and a share."""

from typing import Any

from django import forms
from django.contrib.gis.forms import MultiPolygonField
from django.contrib.gis.geos import GEOSGeometry, MultiPolygon, Polygon
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

HALF = 0.5


class AreaField(MultiPolygonField):
    """A polygon is drawn, or several are pasted as GeoJSON or WKT."""

    def to_python(self, value: Any) -> GEOSGeometry | None:
        area = super().to_python(value)
        return MultiPolygon(area, srid=4326) if isinstance(area, Polygon) else area

    def clean(self, value: Any) -> GEOSGeometry | None:
        area: GEOSGeometry | None = super().clean(value)
        if area is not None and not (area.valid and not area.empty):
            raise ValidationError(_("The lines of this polygon cross: draw it anew."))
        return area


class PercentField(forms.FloatField):
    """A share of 0 … 1, written as per cents; nothing written is a half."""

    def prepare_value(self, value: Any) -> Any:
        return round(value * 100) if isinstance(value, float) else value

    def to_python(self, value: Any) -> Any:
        number = super().to_python(value)
        if number is None:
            return HALF
        if not 0 <= number <= 100:
            raise ValidationError(_("Between 0 and 100."))
        return number / 100

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(self.prepare_value(initial), data)


def percent(label: Any, help_text: Any) -> PercentField:
    looks = {"min": 0, "max": 100, "class": "case-field routing-short"}
    widget = forms.NumberInput(attrs=looks)
    return PercentField(
        label=label, help_text=help_text, required=False, initial=HALF, widget=widget
    )
