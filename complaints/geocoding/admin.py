"""Regions, the registry of addresses, and the queue of complaints that a person places."""

from typing import Any, cast

from django.contrib import messages
from django.contrib.gis.geos import Point
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from complaints.admin_theme import SettingAdmin, action, display
from complaints.customers.admin import RecordAdmin
from complaints.customers.personal import masked_address, masked_point
from complaints.customers.reader import walls_of
from complaints.geocoding import placing_page, transitions
from complaints.geocoding.forms import RegionForm
from complaints.geocoding.models import (
    Address,
    PlacedAddress,
    PlacedAddressQuerySet,
    RegionQuerySet,
    UnplacedComplaint,
    UnplacedQuerySet,
)

PLACE = "complaints.place_complaint"


class RegionAdmin(SettingAdmin):
    """The parts of the country that are watched."""

    form = RegionForm
    list_display = ("__str__", "code", "time_zone")
    ordering = ("code",)

    def get_queryset(self, request: HttpRequest) -> RegionQuerySet:
        rows = cast(RegionQuerySet, super().get_queryset(request))
        return rows.within(walls_of(request)).defer("outline")


class AddressAdmin(RecordAdmin):
    """The registry of houses, as imported."""

    list_display = ("__str__", "postcode", "subscribers")
    list_select_related = ("street__locality",)
    search_fields = ("street__name__istartswith",)
    search_help_text = _("Beginning of the street's name")
    ordering = ("pk",)
    fields = ("street", "house", "postcode", "subscribers", "point_shown")

    @display(description=_("point"))
    def point_shown(self, address: Address) -> str:
        return _degrees(address.point)


class PlacedAddressAdmin(RecordAdmin):
    """Where people placed what the geocoder could not, and who did."""

    list_display = ("at", "by", "precision", "point_shown", "complaint", "brand")
    list_filter = ("precision",)
    list_select_related = ("by", "complaint", "brand")
    ordering = ("-at", "-pk")
    actions: Any = ("forget",)
    fields = ("at", "by", "precision", "point_shown", "complaint", "brand")

    def get_queryset(self, request: HttpRequest) -> PlacedAddressQuerySet:
        rows = cast(PlacedAddressQuerySet, super().get_queryset(request))
        return rows.within(walls_of(request))

    @display(description=_("point"))
    def point_shown(self, placed: PlacedAddress) -> str:
        return masked_point(placed.point.x, placed.point.y)

    @action(description=_("Forget these places"), permissions=["view"])
    def forget(self, request: HttpRequest, chosen: PlacedAddressQuerySet) -> None:
        assert request.user.is_authenticated
        count = transitions.forget_places(chosen, by=request.user, now=timezone.now())
        said = ngettext(
            "%(n)s place is forgotten: later complaints of its address wait for a person again.",
            "%(n)s places are forgotten: later complaints of their addresses wait for a person"
            " again.",
            count,
        )
        messages.success(request, said % {"n": count})

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm(PLACE)


class UnplacedComplaintAdmin(RecordAdmin):
    """The review queue: an address a row, the longest waiting first."""

    list_display = ("address_shown", "topic", "brand", "received_at", "same_address")
    list_filter = ("proven", "topic", "brand")  # a flood of strangers hides nobody
    list_select_related = ("topic", "brand")
    list_per_page = 50
    ordering = ("received_at", "pk")

    class Media:
        css = {"all": ("complaints/place.css",)}

    def get_queryset(self, request: HttpRequest) -> UnplacedQuerySet:
        rows = cast(UnplacedQuerySet, super().get_queryset(request))
        walls = walls_of(request)
        return rows.first_of_each_address(walls).with_same_address(walls)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm(PLACE)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    @display(description=_("address"))
    def address_shown(self, complaint: UnplacedComplaint) -> str:
        # In full on the page that places it, which is a look at whoever lives there.
        return masked_address(complaint.address) or str(_("no address"))

    @display(description=_("complaints with this address"))
    def same_address(self, complaint: UnplacedComplaint) -> int:
        return complaint.same_address

    def get_urls(self) -> list[URLPattern]:
        suggest = path(
            "suggest/",
            self.admin_site.admin_view(require_POST(self.suggest_view)),
            name="complaints_unplacedcomplaint_suggest",
        )
        return [suggest, *super().get_urls()]

    def suggest_view(self, request: HttpRequest) -> HttpResponse:
        """Answer the places that an address being typed may mean."""
        if not self.has_view_permission(request):
            return JsonResponse({"detail": "forbidden"}, status=403)
        return JsonResponse({"places": placing_page.suggested(request.POST.get("text", ""))})

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Show one complaint with a map to place it on, or place it."""
        return placing_page.respond(self, request, object_id)


def _degrees(point: Point) -> str:
    return f"{point.y:.5f}, {point.x:.5f}"
