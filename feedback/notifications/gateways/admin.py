"""Gateways, senders, and the switch that stops messages, in the admin."""

from typing import Any, cast
from urllib.parse import urlsplit

from django import forms
from django.conf import settings
from django.contrib import messages
from django.db.models import ForeignKey, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from complaints.admin_theme import ReadOnlyAdmin, Textarea, TextInput, action, display
from complaints.customers.models import Brand
from complaints.customers.own_brands import OwnBrandsAdmin
from complaints.customers.reader import reader_of, walls_of
from complaints.outgoing.addresses import is_elsewhere
from complaints.signing import new_secret
from feedback.notifications import transitions
from feedback.notifications.channels.smpp import window_of
from feedback.notifications.gateways.breaker import WINDOW
from feedback.notifications.gateways.models import (
    REPORTING,
    SCHEMES,
    Gateway,
    GatewayHealth,
    GatewayQuerySet,
    SenderQuerySet,
)
from feedback.notifications.holding.rules import Stop, StopQuerySet
from spots.cases.wording import moment


class GatewayForm(forms.ModelForm[Gateway]):
    """An address with its password is typed in, and never shown again."""

    url = forms.CharField(
        label=capfirst(gettext_lazy("address")),
        required=False,
        widget=TextInput(attrs={"autocomplete": "off"}),
        help_text=gettext_lazy(
            "smpp://user:password@host:port?window=10, https://host/path, console:."
            " The window is how many parts may wait for the centre's answer; 40 if none is named."
            " It is never shown again; left empty, it stays as it is."
        ),
    )
    lines = forms.CharField(
        label=capfirst(gettext_lazy("headers")),
        required=False,
        widget=Textarea(attrs={"rows": 3, "autocomplete": "off"}),
        help_text=gettext_lazy("HTTP only, a line each. Left empty, they stay as they are."),
    )

    class Meta:
        model = Gateway
        fields = ("name", "kind", "brand", "rank", "per_second", "active", "body", "id_at")
        help_texts = {
            "body": gettext_lazy("HTTP only. Stands for itself: {to}, {from}, {text}, {key}."),
            "id_at": gettext_lazy("HTTP only: messages.0.id; empty: our own key is the id."),
        }

    def clean(self) -> dict[str, Any]:
        """:raises ValidationError: the address is none of its kind, or there is none"""
        said = super().clean() or {}
        url, kind = said.get("url", ""), said.get("kind", "")
        if not url and not self.instance.address:
            self.add_error("url", _("An address is needed."))
        elif not (url or self.instance.address).startswith(SCHEMES.get(kind, ())):
            self.add_error("url", _("This is no address of such a gateway."))
        elif url and kind != Gateway.Kind.CONSOLE and not _names_host(url):
            self.add_error("url", _("The address names no host."))
        elif url and kind == Gateway.Kind.SMPP and not _names_window(url):
            self.add_error(
                "url",
                _("After the address only a window can be named: ?window=10, from 1 to 1000."),
            )
        before = self.instance.address
        stays = bool(self.instance.headers) and not said.get("lines")
        if url and stays and is_elsewhere(url, before=before):
            self.add_error("lines", _("It is another host: give it a key of its own."))
        if kind == Gateway.Kind.HTTP and "{text}" not in said.get("body", ""):
            self.add_error("body", _("{text} is missing: nothing would be said."))
        self.instance.address = url or self.instance.address
        self.instance.headers = said.get("lines") or self.instance.headers
        return said


def _names_host(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return bool(parts.hostname) and parts.port != 0
    except ValueError:  # [half of an address of IPv6, or a port that there is none of
        return False


def _names_window(url: str) -> bool:
    try:
        window_of(urlsplit(url))
    except ValueError:
        return False
    return True


class GatewayAdmin(OwnBrandsAdmin):
    form = GatewayForm
    list_display = ("name", "kind", "host", "brand", "rank", "per_second", "active", "health")
    list_filter = ("kind", "active")
    list_fullwidth = True
    list_select_related = ("brand",)
    ordering = ("rank", "name")
    actions = ("new_receipts_address", "new_secret")
    fields = (
        ("name", "kind"),
        ("brand", "rank"),
        "url",
        ("per_second", "active"),
        "lines",
        ("body", "id_at"),
    )

    class Media:
        css = {"all": ("feedback/staff.css",)}

    def get_queryset(self, request: HttpRequest) -> GatewayQuerySet:
        rows = cast(GatewayQuerySet, super().get_queryset(request))
        self.doing = {row.name: row for row in GatewayHealth.objects.all()[:100]}
        return rows.within(walls_of(request))

    def save_model(self, request: HttpRequest, obj: Gateway, form: Any, change: Any) -> None:
        needs_one = obj.kind == Gateway.Kind.PUSH and not obj.secret
        if needs_one:
            obj.secret = new_secret()
        super().save_model(request, obj, form, change)
        if needs_one:
            self._show_secret(request, obj)

    def _show_secret(self, request: HttpRequest, row: Gateway) -> None:
        said = _("Note this now, the secret is not shown again. %(gateway)s: %(secret)s")
        messages.warning(request, said % {"gateway": row.name, "secret": row.secret})

    @action(description=gettext_lazy("Give a new secret: the old one ends"), permissions=["change"])
    def new_secret(self, request: HttpRequest, chosen: QuerySet[Any]) -> None:
        """Of gateways for push messages, which are signed."""
        for row in chosen.filter(kind=Gateway.Kind.PUSH).order_by("pk")[:20]:
            transitions.renew_secret(row)
            self._show_secret(request, row)
            self.log_change(request, row, _("New secret"))

    @action(
        description=gettext_lazy("Give a new address for receipts: the old one ends"),
        permissions=["change"],
    )
    def new_receipts_address(self, request: HttpRequest, chosen: QuerySet[Any]) -> None:
        """Of gateways that are asked over HTTP: an SMS centre reports by its own connection."""
        for row in chosen.filter(kind__in=REPORTING).order_by("pk")[:20]:
            token = transitions.new_receipts_token(gateway_id=row.pk)
            address = settings.PUBLIC_URL.rstrip("/") + reverse("api-receipts", args=[token])
            said = _("Note this now, it is not shown again. %(gateway)s reports to: %(address)s")
            messages.warning(request, said % {"gateway": row.name, "address": address})
            self.log_change(request, row, _("New address for receipts"))

    @display(description=gettext_lazy("host"))
    def host(self, row: Gateway) -> str:
        return urlsplit(row.address).hostname or "—"

    @display(description=gettext_lazy("health"))
    def health(self, row: Gateway) -> SafeString | str:
        """Whether it takes messages just now, and what share of the last minute's it did not."""
        found, now = self.doing.get(row.name), timezone.now()
        if found is None:
            return "—"
        if found.shut_until and found.shut_until > now:
            words = _("shut until %(at)s") % {"at": moment(found.shut_until)}
            return format_html('<span class="told-state told-failed">{}</span>', words)
        tried = found.taken + found.failed
        if not tried or found.since < now - WINDOW:
            return format_html('<span class="told-state told-delivered">{}</span>', _("open"))
        words = _("open, failed: %(n)d of %(tried)d") % {"n": found.failed, "tried": tried}
        return format_html('<span class="told-state told-delivered">{}</span>', words)


class SenderAdmin(OwnBrandsAdmin):
    list_display = ("sender", "purpose", "brand")
    list_select_related = ("brand",)
    ordering = ("purpose", "sender")

    def get_queryset(self, request: HttpRequest) -> SenderQuerySet:
        rows = cast(SenderQuerySet, super().get_queryset(request))
        return rows.within(walls_of(request))


class StopAdmin(ReadOnlyAdmin):
    """A switch is pulled by adding a row, and lifted by an action; neither is forgotten."""

    list_display = ("what", "why", "in_force", "pulled_by", "pulled_at", "lifted_by", "lifted_at")
    list_display_links = ("what",)
    list_select_related = ("brand", "pulled_by", "lifted_by")
    ordering = ("-pulled_at", "-pk")
    fields = ("purpose", "brand", "gateway", "why")
    actions = ("lift",)

    class Media:
        css = {"all": ("feedback/staff.css",)}

    def get_queryset(self, request: HttpRequest) -> StopQuerySet:
        rows = cast(StopQuerySet, super().get_queryset(request))
        return rows.within(walls_of(request))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("feedback.add_stop")

    def has_lift_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("feedback.add_stop")

    def formfield_for_foreignkey(
        self, db_field: ForeignKey[Any, Any], request: HttpRequest, **kwargs: Any
    ) -> Any:
        if db_field.name == "brand":
            kwargs["queryset"] = Brand.objects.within(walls_of(request)).order_by("name")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def save_model(self, request: HttpRequest, obj: Stop, form: Any, change: Any) -> None:
        made = transitions.pull(
            purpose=obj.purpose,
            brand=obj.brand,
            gateway=obj.gateway,
            why=obj.why,
            by=reader_of(request),
            now=timezone.now(),
        )
        obj.pk = made.pk

    @display(description=gettext_lazy("stopped"))
    def what(self, row: Stop) -> str:
        return str(row)

    @display(description=gettext_lazy("state"))
    def in_force(self, row: Stop) -> SafeString:
        words, colour = (_("in force"), "failed") if row.lifted_at is None else (_("lifted"), "")
        return format_html('<span class="told-state told-{}">{}</span>', colour, words)

    @action(description=pgettext_lazy("stop", "Lift"), permissions=["lift"])
    def lift(self, request: HttpRequest, chosen: QuerySet[Any]) -> None:
        done = 0
        for number in chosen.order_by("pk").values_list("pk", flat=True)[:100]:
            try:
                transitions.lift(stop_id=number, by=reader_of(request), now=timezone.now())
                done += 1
            except transitions.StopRefusedError as refusal:
                messages.error(request, str(refusal))
        if done:
            words = ngettext("%(n)d stop is lifted.", "%(n)d stops are lifted.", done)
            messages.success(request, words % {"n": done})
