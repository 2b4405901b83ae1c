"""The outbox."""

from typing import Any, cast

from django.contrib import messages
from django.contrib.admin import SimpleListFilter
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from complaints.admin_theme import ReadOnlyAdmin, action, display
from complaints.customers.reader import walls_of
from feedback.notifications import transitions
from feedback.notifications.outbox import shown
from feedback.notifications.outbox.models import Message, MessageQuerySet
from feedback.surveys.wording import spot_link
from spots.cases.wording import moment

MOST_AT_ONCE = 500


class BatchFilter(SimpleListFilter):
    """The messages of one batch, which its page leads to: there are too many to offer each."""

    title = pgettext_lazy("messages", "batch")
    parameter_name = "batch"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return []

    def has_output(self) -> bool:
        return False

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        number = self.value() or ""
        return queryset.filter(batch=int(number)) if number.isdecimal() else queryset


class OwnFilter(SimpleListFilter):
    """Messages to our own people and telephones, or to everybody else."""

    title = gettext_lazy("employees and test numbers")
    parameter_name = "own"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("1", gettext_lazy("only these")), ("0", gettext_lazy("without these"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        asked = self.value()
        return queryset.filter(is_own=asked == "1") if asked in ("0", "1") else queryset


class MessageAdmin(ReadOnlyAdmin):
    """What was sent, is being sent and could not be sent. Only "send again" writes."""

    list_display = (
        "planned",
        "reason",
        "recipient",
        "state_shown",
        "parts",
        "spot",
        "delivered",
    )
    list_filter = ("state", "reason", "channel", "why", OwnFilter, BatchFilter)
    list_select_related = ("customer", "case")
    list_per_page = 50
    list_fullwidth = True
    show_full_result_count = False
    ordering = ("-id",)
    search_fields = ("=case__id",)
    search_help_text = gettext_lazy("Number of the spot")
    actions = ("send_again",)
    fields: tuple[str, ...] = (
        "text_shown",
        "subject_shown",
        "recipient",
        "state_shown",
        "spot",
        "reason",
        "channel",
        "parts",
        "template",
        "planned_at",
        "due_at",
        "expires_at",
        "attempts",
        "handed_over_at",
        "delivered_at",
        "resent_by",
        "resent_at",
        "gateway_ids",
        "tries_shown",
    )
    readonly_fields = fields

    class Media:
        css = {"all": ("feedback/staff.css",)}

    def get_queryset(self, request: HttpRequest) -> MessageQuerySet:
        rows = cast(MessageQuerySet, super().get_queryset(request))
        seen = rows.with_own().within(walls_of(request))
        return seen.select_related("customer", "case").prefetch_related("tries")

    def has_resend_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("feedback.resend_message")

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """Leave out what there is nothing to say about."""
        told = {"subject_shown": "subject"}
        return [
            name
            for name in self.fields
            if getattr(obj, told.get(name, name), True) not in (None, "")
        ]

    @display(description=gettext_lazy("planned at"), ordering="planned_at")
    def planned(self, message: Message) -> str:
        return moment(message.planned_at)

    @display(description=gettext_lazy("delivered at"), ordering="delivered_at")
    def delivered(self, message: Message) -> str:
        return moment(message.delivered_at) if message.delivered_at else "—"

    @display(description=gettext_lazy("recipient"))
    def recipient(self, message: Message) -> SafeString:
        mark = _("an employee or a test number") if getattr(message, "is_own", False) else ""
        lines = format_html('<br><span class="told-why">{}</span>', mark) if mark else ""
        return format_html('<span class="told-to">{}</span>{}', shown.recipient(message), lines)

    @display(description=gettext_lazy("state"), ordering="state")
    def state_shown(self, message: Message) -> SafeString:
        return shown.state(message)

    @display(description=gettext_lazy("spot"), ordering="case")
    def spot(self, message: Message) -> SafeString:
        return spot_link(message.case)

    @display(description=gettext_lazy("text"))
    def text_shown(self, message: Message) -> SafeString:
        return format_html('<div class="told-text">{}</div>', shown.text(message))

    @display(description=gettext_lazy("subject"))
    def subject_shown(self, message: Message) -> str:
        return shown.subject(message)

    @display(description=gettext_lazy("gateway's ids"))
    def gateway_ids(self, message: Message) -> str:
        parts = message.sent_parts.order_by("copy", "number")
        rows = [f"{part.gateway_id}: {part.get_state_display()}" for part in parts]
        return ", ".join(rows) or "—"

    @display(description=gettext_lazy("earlier tries"))
    def tries_shown(self, message: Message) -> SafeString | str:
        return shown.tries(message) or "—"

    @action(description=gettext_lazy("Send again"), permissions=["resend"])
    def send_again(self, request: HttpRequest, chosen: QuerySet[Any]) -> None:
        assert request.user.is_authenticated  # admin pages ask for a sign-in first
        done = 0
        for message_id in chosen.order_by("pk").values_list("pk", flat=True)[:MOST_AT_ONCE]:
            try:
                transitions.send_again(message_id=message_id, by=request.user, now=timezone.now())
                done += 1
            except transitions.NotSentAgainError as refusal:
                messages.error(request, str(refusal))
        if done:
            text = ngettext("%(n)d message goes again.", "%(n)d messages go again.", done)
            messages.success(request, text % {"n": done})
