"""Important places in the admin: put on a map, with the ring that belongs to each."""

from typing import Any

from django import forms
from django.db.models import Field
from django.http import HttpRequest

from complaints.customers.reader import walls_of
from complaints.geocoding.models import Region
from spots.network.admin import PlacedAdmin
from spots.network.widgets import ShapeWidget


class ImportantPlaceAdmin(PlacedAdmin):
    """Hospitals, key clients' offices …: cases that reach them are more urgent."""

    shape = "point"
    list_display = ("name", "brand", "weight", "radius_m", "active")
    list_filter = ("brand", "active")
    search_fields = ("name",)
    ordering = ("name", "pk")
    fields = ("brand", "name", "weight", "radius_m", "active", "point", "shape_shown")

    def formfield_for_dbfield(
        self, db_field: Field[Any, Any], request: HttpRequest, **kwargs: Any
    ) -> forms.Field | None:
        """Show a new place's map where the reader's regions are."""
        if db_field.name == self.shape:
            extent = Region.objects.within(walls_of(request)).extent()
            return db_field.formfield(widget=ShapeWidget(attrs={"extent": extent}))
        field: forms.Field | None = super().formfield_for_dbfield(db_field, request, **kwargs)
        return field
