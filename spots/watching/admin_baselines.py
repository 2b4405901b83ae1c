"""Versions of what is usual, as each night learnt them: read, never written."""

from collections.abc import Iterator
from typing import Any, cast

from django.contrib.admin import ModelAdmin, SimpleListFilter
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from complaints.admin_theme import ReadOnlyAdmin, display
from complaints.customers.reader import walls_of
from complaints.row_number import row_number
from spots.cases.wording import moment, number
from spots.watching import usual_week
from spots.watching.models import LearntBaseline, LearntBaselineQuerySet, Watch

HEAVY = ("watch__state", "watch__region__outline")


class WatchFilter(SimpleListFilter):
    title = gettext_lazy("watch")
    parameter_name = "watch"

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin[Any]) -> list[tuple[str, str]]:
        seen = Watch.objects.within(walls_of(request)).select_related("brand", "region", "rule")
        rows = seen.defer("state", "region__outline").order_by("brand", "region", "rule__order")
        return [(str(row.pk), str(row)) for row in rows]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        chosen = row_number(self.value() or "")
        return queryset if chosen is None else queryset.filter(watch=chosen)


class LearntBaselineAdmin(ReadOnlyAdmin):
    """The newest first; the one in force is marked."""

    change_form_after_template = "admin/spots/learntbaseline/week.html"
    list_display = (
        "learnt",
        "watch_shown",
        "state",
        "days",
        "complaints_shown",
        "attractors",
        "score",
        "near_misses",
    )
    list_filter = (WatchFilter, "learning")
    list_fullwidth = True
    list_select_related = ("watch__brand", "watch__region", "watch__rule")
    list_per_page = 50
    show_full_result_count = False
    ordering = ("-learnt_at", "-pk")
    fields = ("learnt", "watch_shown", "state")  # its figures stand under them
    readonly_fields = fields
    actions = None

    class Media:
        css = {"all": ("spots/watching/learnt.css",)}

    def get_queryset(self, request: HttpRequest) -> LearntBaselineQuerySet:
        rows = cast(LearntBaselineQuerySet, super().get_queryset(request))
        force = Exists(Watch.objects.filter(baseline=OuterRef("pk")))
        seen = rows.within(walls_of(request)).annotate(in_force=force)
        whole = seen.select_related("watch__brand", "watch__region", "watch__rule")
        return whole.defer("arrays", *HEAVY)

    @display(description=gettext_lazy("learnt at"), ordering="learnt_at")
    def learnt(self, row: LearntBaseline) -> str:
        return moment(row.learnt_at, row.watch.region.time_zone)

    @display(description=gettext_lazy("watch"), ordering="watch")
    def watch_shown(self, row: LearntBaseline) -> SafeString:
        place = f"{row.watch.brand}, {row.watch.region}"
        return format_html('{} <span class="learnt-second">{}</span>', place, row.watch.rule)

    @display(description=gettext_lazy("state"))
    def state(self, row: Any) -> SafeString:
        said = [("real", _("in force"))] if row.in_force else []
        if row.learning:
            said.append(("added", _("still learning")))
        badges = '<span class="learnt-verdict learnt-{}">{}</span>'
        return format_html_join(" ", badges, said) or SafeString("—")

    @display(description=gettext_lazy("complaints"), ordering="complaints")
    def complaints_shown(self, row: LearntBaseline) -> str:
        return number(row.complaints)

    @display(description=gettext_lazy("days of history"), ordering="history_days")
    def days(self, row: LearntBaseline) -> str:
        return number(row.history_days)

    @display(description=gettext_lazy("opens a spot at"), ordering="open_at")
    def score(self, row: LearntBaseline) -> str:
        return number(row.open_at)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        row = self.get_object(request, object_id)
        more = self._compared(request, row) if isinstance(row, LearntBaseline) else {}
        page: HttpResponse = super().change_view(
            request, object_id, form_url, {**more, **(extra_context or {})}
        )
        return page

    def _compared(self, request: HttpRequest, row: LearntBaseline) -> dict[str, Any]:
        """The week of a version, and what the version before it of the same watch had."""
        older = self.get_queryset(request).filter(watch=row.watch, learnt_at__lt=row.learnt_at)
        before = older.order_by("-learnt_at").first()
        zone = row.watch.region.time_zone
        week = usual_week.local(row.weekly, zone=zone, at=row.learnt_at)
        last = usual_week.local(before.weekly, zone=zone, at=row.learnt_at) if before else []
        return {
            "chart": usual_week.chart(week, last),
            "zone": zone,
            "mean": usual_week.rate(usual_week.mean(week)),
            "busiest": usual_week.busiest(week) if any(week) else "",
            "before": before,
            "before_at": moment(before.learnt_at, zone) if before else "",
            "figures": list(_beside(row, before)),
        }


def _beside(row: LearntBaseline, before: LearntBaseline | None) -> Iterator[tuple[str, str, str]]:
    """The figures of a version and of the one before: name, now, then."""
    now, then = _figures(row), _figures(before) if before else {}
    for name, value in now.items():
        yield name, value, then.get(name, "")


def _figures(row: LearntBaseline) -> dict[str, str]:
    return {
        _("complaints an hour, on average"): usual_week.rate(usual_week.mean(row.weekly)),
        _("days of history"): number(row.history_days),
        _("complaints in it"): number(row.complaints),
        _("attractors"): number(row.attractors),
        _("score that opens a spot"): number(row.open_at),
        _("weeks per false spot"): number(row.weeks_per_false_spot or 0),
        _("near misses"): number(row.near_misses),
    }
