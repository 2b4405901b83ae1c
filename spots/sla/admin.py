"""The admin of promises: policies are edited; clocks and their ledger are read."""

from typing import Any, cast

from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from complaints.admin_theme import HistoryAdmin, ReadOnlyAdmin, TabularInline, display
from spots.sla.explain import explain
from spots.sla.models import (
    Clock,
    ClockQuerySet,
    LedgerEntry,
    LedgerQuerySet,
    PolicyQuerySet,
)

RUNNING_CLOCKS_STAY = _(
    "Clocks that run already stay as they were promised: a change counts for cases that open"
    " after it."
)


class PolicyAdmin(HistoryAdmin):
    list_display: tuple[str, ...] = (
        "order",
        "name",
        "brand",
        "region",
        "topic",
        "band",
        "working_time",
        "reaction_minutes",
        "eta_minutes",
        "fix_minutes",
    )
    list_display_links = ("order", "name")
    list_select_related = ("brand", "region", "topic", "working_time")
    ordering = ("order",)
    fieldsets = (
        (None, {"fields": ("order", "name"), "description": RUNNING_CLOCKS_STAY}),
        (
            _("For which cases"),
            {
                "fields": ("kind", "brand", "region", "topic", "band"),
                "description": _(
                    "Policies are asked in order, and the first that matches decides. What is"
                    " left empty matches everything."
                ),
            },
        ),
        (
            _("What is promised"),
            {
                "fields": ("working_time", "reaction_minutes", "eta_minutes", "fix_minutes"),
                "description": _(
                    "Minutes of working time by the calendar. Empty or 0: nothing is promised."
                ),
            },
        ),
    )

    def get_queryset(self, request: HttpRequest) -> PolicyQuerySet:
        assert request.user.is_authenticated  # admin pages ask for a sign-in first
        return cast(PolicyQuerySet, super().get_queryset(request)).within(request.user.walls)


class LedgerInline(TabularInline):
    model = LedgerEntry
    hide_title = True
    fields = readonly_fields = ("at", "kind", "due_at", "by", "reason")
    ordering = ("pk",)
    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm("spots.view_clock")


class ClockAdmin(ReadOnlyAdmin):
    """Every promise, and why its deadline is when it is."""

    list_display = ("case", "target", "due_at", "satisfied_at", "breached_at", "stopped_at")
    list_filter = ("target",)
    list_select_related = ("case",)
    search_fields = ("=case__pk",)
    search_help_text = _("Number of the case")
    ordering = ("due_at", "pk")
    date_hierarchy = "due_at"
    show_full_result_count = False
    fields = (
        "spot",
        "target",
        "due_at",
        "why",
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
    list_display = ("at", "clock", "kind", "due_at", "by", "reason")
    list_filter = ("kind",)
    list_select_related = ("clock", "by")
    ordering = ("-pk",)
    date_hierarchy = "at"
    show_full_result_count = False

    def get_queryset(self, request: HttpRequest) -> LedgerQuerySet:
        assert request.user.is_authenticated  # admin pages ask for a sign-in first
        return cast(LedgerQuerySet, super().get_queryset(request)).within(request.user.walls)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm("spots.view_clock")

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)
