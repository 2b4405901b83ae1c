"""What an administrator sets up for the work on cases, and the record of what was done."""

from typing import Any

from django import forms
from django.contrib.gis.forms import GeometryField
from django.contrib.gis.gdal.error import GDALException
from django.contrib.gis.geos import GEOSGeometry, MultiPolygon, Polygon
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from complaints.admin_theme import HistoryAdmin, ModelAdmin, ReadOnlyAdmin, display
from complaints.customers.reader import walls_of
from spots.cases.catalogue import RoutingRule
from spots.cases.models import Case, Event


class TeamAdmin(ModelAdmin):
    list_display = ("name", "code", "catch_all")
    search_fields = ("name", "code")
    ordering = ("name",)
    autocomplete_fields = ("members",)


class CauseAdmin(ModelAdmin):
    list_display = ("name_ru", "name_en", "code", "fix_kind")
    list_filter = ("fix_kind",)
    search_fields = ("name_ru", "name_en", "code")
    ordering = ("code",)


class AreaField(GeometryField):
    def to_python(self, value: Any) -> Any:
        try:
            return super().to_python(value)
        except GDALException:  # JSON, but no shape
            raise ValidationError(_("This is not a polygon.")) from None


class RoutingRuleForm(forms.ModelForm[RoutingRule]):
    area = AreaField(
        label=_("Area"),
        srid=4326,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4, "class": "case-field"}),
        help_text=_("GeoJSON or WKT of one or several polygons; empty: everywhere"),
    )

    class Meta:
        model = RoutingRule
        fields = ("order", "active", "brand", "region", "area", "topics", "team")

    def clean_area(self) -> MultiPolygon | None:
        area: GEOSGeometry | None = self.cleaned_data["area"]
        if isinstance(area, Polygon):
            area = MultiPolygon(area, srid=4326)
        if area is not None and not (isinstance(area, MultiPolygon) and area.valid):
            raise ValidationError(_("This is not a polygon."))
        return area


class RoutingRuleAdmin(HistoryAdmin):
    form = RoutingRuleForm
    list_display = ("order", "brand", "region", "about", "team", "active")
    list_display_links = ("order", "team")
    list_select_related = ("brand", "region", "team")
    ordering = ("order",)

    class Media:
        css = {"all": ("spots/case/case.css",)}

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows: QuerySet[Any] = super().get_queryset(request)
        return rows.prefetch_related("topics")

    @display(description=_("topics"))
    def about(self, rule: RoutingRule) -> str:
        return ", ".join(str(topic) for topic in rule.topics.all()) or "—"


class EventAdmin(ReadOnlyAdmin):
    """What was done to cases, by whom and when: read, never written."""

    list_display = ("at", "case_shown", "kind", "by", "note")
    fields = ("at", "case_shown", "kind", "by", "was", "became", "note", "facts")
    list_filter = ("kind",)
    list_select_related = ("case", "by")
    show_full_result_count = False
    ordering = ("-id",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        seen = Case.objects.within(walls_of(request)).values("pk")
        rows: QuerySet[Any] = super().get_queryset(request)
        return rows.filter(case__in=seen)

    @display(description=_("case"))
    def case_shown(self, event: Event) -> str:
        return str(event.case)
