"""Webhooks for administrators: who is told, what was given up, and sending it again."""

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from complaints.admin_theme import LastRows, ReadOnlyAdmin, action, display
from heatmaps_project.webhooks import transitions
from heatmaps_project.webhooks.events import EventType
from heatmaps_project.webhooks.forms import SubscriptionForm
from heatmaps_project.webhooks.models import Delivery, Face, Subscription, SubscriptionQuerySet


class LastDeliveries(LastRows):
    model = Delivery
    fk_name = "subscription"
    ordering = ("-pk",)
    verbose_name_plural = _("last deliveries")
    fields = ("event", "subject", "state", "planned_at", "attempts", "status", "error", "sent_at")
    readonly_fields = fields
    show_change_link = True


class SubscriptionAdmin(ReadOnlyAdmin):
    """
    Where clients are told of events: registered by the clients themselves, or here.

    A webhook's secret is shown once, when it is made.
    """

    form = SubscriptionForm

    list_display = (
        *("url", "face", "client", "brand", "how_many", "active", "failures", "rests_until"),
    )
    list_filter = ("active", "face")
    search_fields = ("url", "client__name")
    list_select_related = ("client", "brand")
    ordering = ("client__name", "pk")
    fields = (
        *("client", "face", "brand", "url", "query", "events_shown", "active", "created_at"),
        *("failures", "rests_until", "old_secret_until"),
    )
    inlines = (LastDeliveries,)
    actions = ("pause", "go_on", "ping", "rotate")

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.fields if obj else SubscriptionForm.Meta.fields

    def get_inlines(self, request: HttpRequest, obj: Any) -> Any:
        return self.inlines if obj else ()

    def has_add_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("heatmaps_project.add_subscription")

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: Any) -> None:
        """The form has registered it already."""

    def response_add(
        self, request: HttpRequest, obj: Any, post_url_continue: str | None = None
    ) -> HttpResponse:
        self._show(request, obj)
        response: HttpResponse = super().response_add(request, obj, post_url_continue)
        return response

    def _show(self, request: HttpRequest, row: Subscription) -> None:
        text = gettext("Note this now, the secret is not shown again: %(url)s : %(secret)s")
        messages.warning(request, text % {"url": row.url, "secret": row.secret})

    @display(description=_("events"))
    def events_shown(self, row: Subscription) -> str:
        return ", ".join(str(EventType(name).label) for name in row.events)

    @display(description=_("events"))
    def how_many(self, row: Subscription) -> int:
        return len(row.events)

    @action(description=_("Pause"), permissions=["change"])
    def pause(self, request: HttpRequest, chosen: QuerySet[Subscription]) -> None:
        count = self._switched(request, chosen, active=False)
        said = ngettext("%(n)d webhook was paused.", "%(n)d webhooks were paused.", count)
        messages.success(request, said % {"n": count})

    @action(description=_("Go on"), permissions=["change"])
    def go_on(self, request: HttpRequest, chosen: QuerySet[Subscription]) -> None:
        count = self._switched(request, chosen, active=True)
        said = ngettext("%(n)d webhook goes on.", "%(n)d webhooks go on.", count)
        messages.success(request, said % {"n": count})

    def _switched(
        self, request: HttpRequest, chosen: QuerySet[Subscription], *, active: bool
    ) -> int:
        rows = list(chosen.exclude(active=active))
        count = transitions.pause(subscription_ids=[row.pk for row in rows], active=active)
        for row in rows:  # whoever misses what is not told finds who stopped it
            self.log_change(request, row, gettext("Goes on") if active else gettext("Paused"))
        return count

    @action(description=_("Send a trial message"), permissions=["change"])
    def ping(self, request: HttpRequest, chosen: QuerySet[Subscription]) -> None:
        rows = list(chosen)
        for row in rows:
            transitions.ping(subscription=row, now=timezone.now())
        count = len(rows)
        said = ngettext("%(n)d message was planned.", "%(n)d messages were planned.", count)
        messages.success(request, said % {"n": count})

    @action(
        description=_("Give a new secret: messages are signed with the old one too for a day"),
        permissions=["change"],
    )
    def rotate(self, request: HttpRequest, chosen: SubscriptionQuerySet) -> None:
        for row in chosen.of(Face.WEBHOOKS):  # a hub's listeners have none
            self._show(request, transitions.rotate(subscription=row, now=timezone.now()))
            self.log_change(request, row, gettext("New secret"))

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        # of the row no field is edited: the actions ask for this
        return obj is None and request.user.has_perm("heatmaps_project.change_subscription")


class DeliveryAdmin(ReadOnlyAdmin):
    """What was sent, what waits, and what was given up: that can be sent again."""

    list_display = (
        *("event", "subject", "subscription", "state", "planned_at", "due_at"),
        *("attempts", "status", "error", "sent_at"),
    )
    list_filter = ("state", "event")
    list_select_related = ("subscription",)
    search_fields = ("=subject",)
    search_help_text = _("Subject, such as case:7")
    ordering = ("-pk",)
    show_full_result_count = False
    fields = (
        *("subscription", "event", "subject", "id_shown", "payload", "state", "planned_at"),
        *("due_at", "give_up_at", "attempts", "status", "error", "sent_at"),
    )
    actions = ("send_again",)

    @display(description=_("message's id"))
    def id_shown(self, delivery: Delivery) -> str:
        return str(delivery.message_id)

    @action(description=_("Send again what was given up"), permissions=["change"])
    def send_again(self, request: HttpRequest, chosen: QuerySet[Delivery]) -> None:
        ids = list(chosen.values_list("pk", flat=True))
        count = transitions.send_again(delivery_ids=ids, now=timezone.now())
        said = ngettext("%(n)d delivery is sent again.", "%(n)d deliveries are sent again.", count)
        messages.success(request, said % {"n": count})

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return obj is None and request.user.has_perm("heatmaps_project.change_delivery")
