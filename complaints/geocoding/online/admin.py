"""Online geocoders, for administrators: their order, what they found, and what went wrong."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from complaints.admin_theme import SettingAdmin, action, display
from complaints.geocoding.online import transitions
from complaints.geocoding.online.forms import OnlineGeocoderForm
from complaints.geocoding.online.models import OnlineGeocoder, OnlineGeocoderQuerySet


class OnlineGeocoderAdmin(SettingAdmin):
    form = OnlineGeocoderForm
    list_display = (
        *("brand", "place", "kind", "active", "health", "found_of_asked", "asked_that_day"),
        "answered_at",
    )
    list_display_links = ("brand", "place", "kind")
    list_filter = ("brand", "kind", "active")
    list_select_related = ("brand",)
    ordering = ("brand", "place", "pk")
    actions = ("try_now",)
    readonly_fields = (
        *("health", "found", "not_found", "asked_on", "asked_that_day", "answered_at"),
        *("failures", "rests_until"),
    )
    fieldsets = (
        (
            None,
            {
                "fields": ("brand", "kind", "place", "active", "new_key"),
                "description": _(
                    "Addresses that neither the registry nor a person knows are sent there, "
                    "without flat, phone or name. Whoever runs it processes personal data for "
                    "you: see that your contract and the law allow it."
                ),
            },
        ),
        (
            _("Where it is, and how often it may be asked"),
            {"fields": ("url", "per_second", "per_day")},
        ),
        (_("How it goes"), {"fields": readonly_fields}),
    )

    def save_model(self, request: HttpRequest, obj: OnlineGeocoder, form: Any, change: Any) -> None:
        if form.cleaned_data["new_key"]:
            obj.key = form.cleaned_data["new_key"]
        if not change:
            super().save_model(request, obj, form, change)
            return
        transitions.change(obj, [*OnlineGeocoderForm.Meta.fields, "key"])

    @display(description=_("how it goes"))
    def health(self, geocoder: OnlineGeocoder) -> str:
        now = timezone.now()
        if geocoder.rests_until and geocoder.rests_until > now:
            return gettext("rests: %(why)s") % {"why": geocoder.get_trouble_display()}
        if geocoder.trouble or geocoder.answered_at:
            return geocoder.get_trouble_display() or gettext("well")
        return gettext("not asked yet")

    @display(description=_("found of asked"))
    def found_of_asked(self, geocoder: OnlineGeocoder) -> str:
        return f"{geocoder.found} / {geocoder.found + geocoder.not_found}"

    @action(description=_("Try now"), permissions=["change"])
    def try_now(self, request: HttpRequest, chosen: OnlineGeocoderQuerySet) -> None:
        count = transitions.try_now(chosen)
        said = ngettext("%(n)d geocoder is asked now.", "%(n)d geocoders are asked now.", count)
        messages.success(request, said % {"n": count})
