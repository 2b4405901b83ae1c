"""The admin of promises: policies are edited; clocks and their ledger are read."""

from typing import Any, cast

from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from complaints.admin_theme import ReadOnlyAdmin, TabularInline, display
from spots.sla.explain import explain, reason_in_words
from spots.sla.models import (
    Clock,
    ClockQuerySet,
    LedgerEntry,
    LedgerQuerySet,
)
from spots.sla.recomputations import Recomputation

OPEN_PROMISES_FOLLOW = _(
    "Open promises of cases in work are counted anew in the background after a change; what has"
    " ended stays as it was promised."
)


class LedgerInline(TabularInline):
    model = LedgerEntry
    hide_title = True
    fields = readonly_fields = (
        *("at", "recorded_at", "kind", "due_before", "due_at", "by", "reason_shown"),
    )
    ordering = ("number",)
    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm("spots.view_clock")

    @display(description=_("reason"))
    def reason_shown(self, entry: LedgerEntry) -> str:
        return reason_in_words(entry)


class ClockAdmin(ReadOnlyAdmin):
    """Every promise, and why its deadline is when it is."""

    list_display = (
        *("case", "target", "due_at", "paused_since", "satisfied_at", "breached_at"),
        "stopped_at",
    )
    list_filter = ("target",)
    list_select_related = ("case",)
    search_fields = ("=case__pk",)
    search_help_text = _("Number of the case")
    ordering = ("due_at", "pk")
    show_full_result_count = False
    fields = (
        "spot",
        "target",
        "due_at",
        "why",
        "paused_since",
        "satisfied_at",
        "breached_at",
        "stopped_at",
        "policy",
    )
    inlines = (LedgerInline,)

    def get_queryset(self, request: HttpRequest) -> ClockQuerySet:
        assert request.user.is_authenticated  # admin pages ask for a sign-in first
        return cast(ClockQuerySet, super().get_queryset(request)).within(request.user.walls)

    @display(description=_("spot"))
    def spot(self, clock: Clock) -> SafeString:
        address = reverse("admin:spots_spot_change", args=[clock.case_id])
        link = '<a href="{}" class="text-primary-600 underline">{}</a>'
        return format_html(link, address, clock.case)

    @display(description=_("why this deadline"))
    def why(self, clock: Clock) -> SafeString:
        return format_html_join("", "<p>{}</p>", ((line,) for line in explain(clock)))


class LedgerAdmin(ReadOnlyAdmin):
    list_display = (
        *("at", "recorded_at", "clock", "kind", "due_before", "due_at", "by", "reason_shown"),
    )
    list_filter = ("kind",)
    list_select_related = ("clock", "by")
    ordering = ("-pk",)
    show_full_result_count = False
    fields = (
        *("clock", "at", "recorded_at", "kind", "due_before", "due_at", "by", "reason_shown"),
        *("policy", "minutes", "since", "mode"),
    )
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> LedgerQuerySet:
        assert request.user.is_authenticated  # admin pages ask for a sign-in first
        return cast(LedgerQuerySet, super().get_queryset(request)).within(request.user.walls)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm("spots.view_clock")

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    @display(description=_("reason"))
    def reason_shown(self, entry: LedgerEntry) -> str:
        return reason_in_words(entry)


class RecomputationAdmin(ReadOnlyAdmin):
    """How far promises are counted anew after policies or calendars were edited."""

    list_display = ("asked_at", "because", "by", "progress_shown", "changed", "finished_at")
    list_select_related = ("by",)
    ordering = ("-pk",)
    show_full_result_count = False
    fields = (
        *("because", "by", "asked_at", "progress_shown", "cases", "done", "changed"),
        "finished_at",
    )

    @display(description=_("progress"))
    def progress_shown(self, row: Recomputation) -> SafeString:
        done = int(100 * row.progress)
        return format_html('<progress max="100" value="{}"></progress>&nbsp;{}&nbsp;%', done, done)
