"""The network in the admin: sites, coverage, outages and works, each with its place on a map."""

from typing import Any, ClassVar

from django import forms
from django.contrib.admin.options import BaseModelAdmin
from django.contrib.gis.db import models
from django.db.models import Field, Model, QuerySet
from django.http import Http404, HttpRequest
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from complaints.admin_theme import CheckboxSelectMultiple, ModelAdmin, TabularInline, display
from spots.network.models import Sector, Site, Technology
from spots.network.widgets import ShapeWidget, shown


class TickedAdmin(BaseModelAdmin[Any]):
    """Technologies are ticked, not typed."""

    def formfield_for_dbfield(
        self, db_field: Field[Any, Any], request: HttpRequest, **kwargs: Any
    ) -> forms.Field | None:
        if db_field.name != "technologies":
            return super().formfield_for_dbfield(db_field, request, **kwargs)
        return forms.MultipleChoiceField(
            label=capfirst(_("technologies")),
            choices=Technology.choices,
            required=not db_field.blank,
            widget=CheckboxSelectMultiple,
        )


class PlacedAdmin(TickedAdmin, ModelAdmin):
    """Admin of what has a `shape`, within the brands of whoever reads."""

    shape: ClassVar[str]  # the name of that field
    change_form_template = "admin/spots/shape_change_form.html"
    formfield_overrides: ClassVar = {
        kind: {"widget": ShapeWidget}
        for kind in (models.PointField, models.PolygonField, models.MultiPolygonField)
    }
    readonly_fields = ("shape_shown",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        assert request.user.is_authenticated  # admin pages ask for a sign-in first
        rows: Any = super().get_queryset(request)
        found: QuerySet[Any] = rows.within(request.user.walls)
        return found.select_related("brand")

    def get_object(
        self, request: HttpRequest, object_id: str, from_field: str | None = None
    ) -> Any:
        """:raises Http404: there is none, or not for this reader"""
        row = super().get_object(request, object_id, from_field)
        if row is None:
            raise Http404
        return row

    def get_fields(self, request: HttpRequest, obj: Model | None = None) -> list[Any]:
        """Whoever may not change the shape only looks at it."""
        may_draw = self.has_change_permission(request, obj) or obj is None
        unwanted = "shape_shown" if may_draw else self.shape
        return [name for name in super().get_fields(request, obj) if name != unwanted]

    @display(description=_("On the map"))
    def shape_shown(self, row: Model) -> SafeString:
        return shown(getattr(row, self.shape))


class SectorInline(TickedAdmin, TabularInline):
    model = Sector
    fields = ("azimuth", "beam_width", "range_m", "technologies")
    extra = 0
    ordering = ("azimuth", "pk")


class SiteAdmin(PlacedAdmin):
    shape = "point"
    inlines = (SectorInline,)
    list_display = ("code", "name", "brand", "technologies_shown")
    list_filter = ("brand",)
    search_fields = ("code", "name")
    ordering = ("code", "pk")
    fields = ("brand", "code", "name", "technologies", "point", "shape_shown")

    @display(description=_("technologies"))
    def technologies_shown(self, site: Site) -> str:
        return " ".join(site.technologies)


class CoverageAdmin(PlacedAdmin):
    shape = "area"
    list_display = ("technology", "level", "brand", "valid_from", "source")
    list_filter = ("brand", "technology", "level")
    fields = ("brand", "technology", "level", "valid_from", "source", "area", "shape_shown")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows = super().get_queryset(request)
        # A region's coverage is megabytes: a list does without it.
        return rows if _is_of_one(request) else rows.defer("area")


class NetworkEventAdmin(PlacedAdmin):
    shape = "area"
    list_display = ("title", "kind", "brand", "starts_at", "ends_at")
    list_filter = ("kind", "brand")
    search_fields = ("title",)
    autocomplete_fields = ("sites",)
    date_hierarchy = "starts_at"
    fields = (
        *("brand", "kind", "title", "starts_at", "ends_at", "cause_code", "sites"),
        *("area", "shape_shown"),
    )


def _is_of_one(request: HttpRequest) -> bool:
    return bool(request.resolver_match and "object_id" in request.resolver_match.kwargs)
