"""Ladders in the admin: edited with a preview in words, and what became of them."""

from typing import Any, cast

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from complaints.admin_theme import HistoryAdmin, ReadOnlyAdmin, StackedInline, display
from complaints.customers.reader import name_of, walls_of
from spots.cases.addresses import page_of
from spots.cases.wording import moment
from spots.escalation import transitions
from spots.escalation.firings import Firing, FiringQuerySet
from spots.escalation.forms import LadderForm, RungForm
from spots.escalation.models import Ladder, Rung
from spots.escalation.wording import ladder_in_words, stage_in_words

SPECIALLY_NAMED = 3  # policies that a list names; more are counted by the reader


class RungInline(StackedInline):
    model = Rung
    form = RungForm
    extra = 0
    ordering = ("target", "percent", "after_minutes", "pk")
    fieldsets = (
        (
            None,
            {
                # by twos: when it is reached, and who is told then
                "fields": (
                    ("target", "receiver"),
                    ("percent", "person"),
                    ("after_minutes", "team"),
                    ("working", "channels"),
                    ("climb_minutes", "active"),
                )
            },
        ),
    )


class LadderAdmin(HistoryAdmin):
    form = LadderForm
    inlines = (RungInline,)
    list_display = ("name", "for_what", "in_words", "active")
    list_display_links = ("name",)
    ordering = ("-active", "name")
    readonly_fields = ("in_words",)
    fieldsets = (
        (
            None,
            {
                "fields": ("name", "active", "policies"),
                "description": _(
                    "Who is told when a promise is at risk. People are told in their duty hours;"
                    " who is away has their deputy told. What was solved meanwhile is told to"
                    " nobody. An edit counts from now on."
                ),
            },
        ),
        (_("In words"), {"fields": ("in_words",)}),
    )

    class Media:
        css = {"all": ("spots/escalation/escalation.css",)}

    def get_queryset(self, request: HttpRequest) -> QuerySet[Ladder]:
        rows: QuerySet[Ladder] = super().get_queryset(request)
        return rows.prefetch_related("policies", "rungs__person", "rungs__team")

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.fieldsets if obj else self.fieldsets[:1]

    @display(description=_("for which promises"))
    def for_what(self, ladder: Ladder) -> str:
        named = [policy.name for policy in ladder.policies.all()]
        if not named:
            return str(_("all that no other ladder names"))
        return ", ".join(named[:SPECIALLY_NAMED]) + (" …" if named[SPECIALLY_NAMED:] else "")

    @display(description=_("in words"))
    def in_words(self, ladder: Ladder) -> SafeString | str:
        lines = format_html_join(
            "", "<li>{}</li>", ((line,) for line in ladder_in_words(ladder.rungs.all()))
        )
        return (
            format_html_join("", '<ul class="ladder-words">{}</ul>', ((lines,),)) if lines else "—"
        )

    def saved(self) -> None:
        transitions.put_in_force(now=timezone.now())


class FiringAdmin(ReadOnlyAdmin):
    """Every stage that was reached, whom it reached, and who answered."""

    list_display = ("case_shown", "stage", "reached_at", "told_shown", "answered_shown")
    list_filter = ("clock__target",)
    search_fields = ("=clock__case__pk",)
    search_help_text = _("Number of the case")
    ordering = ("-reached_at", "-pk")
    date_hierarchy = "reached_at"
    show_full_result_count = False
    fields = (
        *("case_link", "stage", "due_at", "reached_at", "fired_at", "climbed_shown"),
        *("told_shown", "answered_shown"),
    )

    class Media:
        css = {"all": ("spots/escalation/escalation.css",)}

    def get_queryset(self, request: HttpRequest) -> FiringQuerySet:
        rows = cast(FiringQuerySet, super().get_queryset(request)).within(walls_of(request))
        rows = rows.select_related("rung", "clock__case__region", "acknowledged_by")
        return rows.defer("clock__case__region__outline").prefetch_related("notices__user")

    @display(description=_("case"), ordering="clock__case")
    def case_shown(self, firing: Firing) -> str:
        return str(firing.clock.case)

    @display(description=_("case"))
    def case_link(self, firing: Firing) -> SafeString:
        link = '<a href="{}" class="text-primary-600 underline">{}</a>'
        return format_html(link, page_of(firing.clock.case), firing.clock.case)

    @display(description=pgettext_lazy("escalation", "stage"))
    def stage(self, firing: Firing) -> str:
        return stage_in_words(firing.rung)

    @display(description=_("who was told"))
    def told_shown(self, firing: Firing) -> SafeString | str:
        told = (
            (name_of(notice.user), notice.get_state_display()) for notice in firing.notices.all()
        )
        return format_html_join("", "<div>{}: {}</div>", told) or str(_("nobody was there"))

    @display(description=_("answered"))
    def answered_shown(self, firing: Firing) -> str:
        if firing.acknowledged_at is None:
            return "—"
        zone = firing.clock.case.region.time_zone
        return f"{name_of(firing.acknowledged_by)}, {moment(firing.acknowledged_at, zone)}"

    @display(description=_("because nobody answered"), boolean=True)
    def climbed_shown(self, firing: Firing) -> bool:
        return firing.climbed_from_id is not None
