"""Forms of the map: where a complaint is, and how a region is drawn."""

import zoneinfo
from typing import Any

from django import forms
from django.contrib.gis.forms import GeometryField
from django.contrib.gis.gdal.error import GDALException
from django.contrib.gis.geos import GEOSGeometry, MultiPolygon, Point, Polygon
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from complaints.admin_theme import Textarea
from complaints.geocoding.models import Region
from complaints.intake.models import Precision


class PlaceForm(forms.Form):
    """Where a person says that a complaint is."""

    lat = forms.FloatField(label=_("latitude"), min_value=-90, max_value=90)  # WGS 84
    lon = forms.FloatField(label=_("longitude"), min_value=-180, max_value=180)
    precision = forms.ChoiceField(
        label=_("precision"), choices=Precision.choices, initial=Precision.HOUSE
    )

    @property
    def point(self) -> Point:
        """The point of a valid form."""
        return Point(self.cleaned_data["lon"], self.cleaned_data["lat"], srid=4326)


class OutlineField(GeometryField):
    """An outline as GeoJSON text; one polygon is an outline, too."""

    widget = Textarea
    geom_type = "GEOMETRY"

    def to_python(self, value: Any) -> Any:
        """:raises ValidationError: it is no shape; of JSON that is none Django says so otherwise"""
        try:
            return super().to_python(value)
        except GDALException:
            raise forms.ValidationError(self.error_messages["invalid_geom"]) from None

    def clean(self, value: Any) -> GEOSGeometry:
        shape = super().clean(value)
        if isinstance(shape, Polygon):
            shape = MultiPolygon(shape, srid=shape.srid)
        if not isinstance(shape, MultiPolygon) or not shape.valid:
            raise forms.ValidationError(_("This is not an outline that closes without crossing."))
        return shape

    def prepare_value(self, value: Any) -> Any:
        return value.geojson if isinstance(value, GEOSGeometry) else value


class RegionForm(forms.ModelForm[Region]):
    """A region, its outline as GeoJSON."""

    outline = OutlineField(
        label=capfirst(_("outline")), help_text=_("A Polygon or MultiPolygon as GeoJSON, WGS 84.")
    )

    def is_multipart(self) -> bool:
        """An outline has thousands of corners: more than a form of letters may hold."""
        return True

    def clean_time_zone(self) -> str:
        name: str = self.cleaned_data["time_zone"]
        if name not in zoneinfo.available_timezones():
            raise forms.ValidationError(_("There is no such time zone."))
        return name

    class Meta:
        model = Region
        fields = ("code", "name_ru", "name_en", "time_zone", "outline")
