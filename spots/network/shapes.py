"""Areas in the database: one polygon or several, always kept as several."""

from typing import Any

from django.contrib.gis import forms
from django.contrib.gis.db import models
from django.contrib.gis.db.models.proxy import SpatialProxy
from django.contrib.gis.geos import GEOSGeometry, MultiPolygon, Polygon


def as_multi(shape: Any) -> Any:
    """Return a polygon as a multipolygon of one; anything else as it is."""
    return MultiPolygon(shape, srid=shape.srid) if isinstance(shape, Polygon) else shape


class AreaFormField(forms.MultiPolygonField):
    """What is drawn may be one polygon."""

    def to_python(self, value: Any) -> GEOSGeometry | None:
        # As any geometry first: the class's own check would refuse a single polygon.
        shape = forms.GeometryField(srid=self.srid, required=False).to_python(value)
        area: GEOSGeometry | None = super().to_python(as_multi(shape))
        return area


class _Several(SpatialProxy):
    def __set__(self, instance: Any, value: Any) -> Any:
        return super().__set__(instance, as_multi(value))


class AreaField(models.MultiPolygonField[Any, Any]):
    """A multipolygon that may be given as a polygon."""

    form_class = AreaFormField

    def contribute_to_class(self, cls: Any, name: str, *args: Any, **options: Any) -> None:
        super().contribute_to_class(cls, name, *args, **options)
        setattr(cls, self.attname, _Several(MultiPolygon, self, load_func=GEOSGeometry))
