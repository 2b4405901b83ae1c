"""Important places in the admin: put on a map, with the ring that belongs to each."""

from spots.network.admin import PlacedAdmin


class ImportantPlaceAdmin(PlacedAdmin):
    """Hospitals, key clients' offices …: cases that reach them are more urgent."""

    shape = "point"
    list_display = ("name", "brand", "weight", "radius_m", "active")
    list_filter = ("brand", "active")
    search_fields = ("name",)
    ordering = ("name", "pk")
    fields = ("brand", "name", "weight", "radius_m", "active", "point", "shape_shown")
