"""The ways in, for administrators: what they bring, what went wrong, and trying now."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from complaints.admin_theme import SettingAdmin, action, display
from heatmaps_project.channels import transitions
from heatmaps_project.channels.forms import InletForm
from heatmaps_project.channels.models import Inlet, InletQuerySet, Kind


class InletAdmin(SettingAdmin):
    form = InletForm
    list_display = (
        *("name", "kind", "brand", "active", "health", "last_run_at", "last_good_at"),
        *("taken", "refused", "last_error"),
    )
    list_filter = ("kind", "active", "brand")
    list_select_related = ("brand",)
    ordering = ("name", "pk")
    actions = ("try_now",)
    readonly_fields = (
        *("cursor", "due_at", "last_run_at", "last_good_at", "failures", "last_error"),
        *("taken", "refused", "last_refusal", "greeting"),
    )
    fieldsets = (
        (None, {"fields": ("kind", "name", "source", "brand", "active")}),
        (_("What it means"), {"fields": ("topic", "channel", "time_zone", "mapping")}),
        (
            _("Where it is"),
            {
                "fields": (
                    *("url", "login", "new_secret", "every", "items_path"),
                    *("cursor_parameter", "cursor_path", "greeting"),
                )
            },
        ),
        (_("How it goes"), {"fields": readonly_fields[:-1]}),
    )

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return (*self.readonly_fields, *(("kind", "source") if obj else ()))

    def save_model(self, request: HttpRequest, obj: Inlet, form: Any, change: Any) -> None:
        if form.cleaned_data["new_secret"]:
            obj.secret = form.cleaned_data["new_secret"]
        obj.due_at = timezone.now()
        super().save_model(request, obj, form, change)

    @display(description=_("verify token of a social network"))
    def greeting(self, inlet: Inlet) -> str:
        return inlet.verify_token if inlet.kind == Kind.SOCIAL else ""

    @display(description=_("how it goes"))
    def health(self, inlet: Inlet) -> str:
        if inlet.is_resting:
            return gettext("rests: it failed too often")
        return gettext("failed last") if inlet.failures else ""

    @action(description=_("Try now"), permissions=["change"])
    def try_now(self, request: HttpRequest, chosen: InletQuerySet) -> None:
        count = transitions.try_now(chosen, now=timezone.now())
        said = ngettext("%(n)d way in is asked now.", "%(n)d ways in are asked now.", count)
        messages.success(request, said % {"n": count})
