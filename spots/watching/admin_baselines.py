"""Versions of what is usual, as each night learnt them: read, never written."""

from typing import Any, cast

from django.contrib.admin import ModelAdmin, SimpleListFilter
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from complaints.admin_theme import ReadOnlyAdmin, display
from complaints.customers.reader import walls_of
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
        chosen = self.value() or ""
        if not (chosen.isascii() and chosen.isdigit() and len(chosen) < 19):
            return queryset
        return queryset.filter(watch=int(chosen))


class LearntBaselineAdmin(ReadOnlyAdmin):
    """The newest first; the one in force is marked."""

    change_form_before_template = "admin/spots/learntbaseline/week.html"
    list_display = (
        "learnt",
        "watch",
        "in_force_shown",
        "days",
        "complaints",
        "attractors",
        "learning",
        "score",
        "near_misses",
    )
    list_filter = (WatchFilter, "learning")
    list_select_related = ("watch__brand", "watch__region", "watch__rule")
    list_per_page = 50
    show_full_result_count = False
    ordering = ("-learnt_at", "-pk")
    fields = (
        *("learnt", "watch", "in_force_shown", "days", "complaints", "attractors", "learning"),
        *("score", "near_misses"),
    )
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

    @display(description=gettext_lazy("in force"), boolean=True)
    def in_force_shown(self, row: Any) -> bool:
        return bool(row.in_force)

    @display(description=gettext_lazy("days of history"), ordering="history_days")
    def days(self, row: LearntBaseline) -> str:
        return number(row.history_days)

    @display(description=gettext_lazy("score that opens a spot"), ordering="open_at")
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
            "mean": number(usual_week.mean(week)),
            "busiest": usual_week.busiest(week) if any(week) else "",
            "before": before,
            "before_at": moment(before.learnt_at, zone) if before else "",
            "compared": _beside(row, before) if before else [],
        }


def _beside(row: LearntBaseline, before: LearntBaseline) -> list[tuple[str, str, str]]:
    """What can be compared of two versions: its name, now, and before."""
    figures = (
        (
            _("complaints an hour, on average"),
            usual_week.mean(row.weekly),
            usual_week.mean(before.weekly),
        ),
        (_("days of history"), row.history_days, before.history_days),
        (_("complaints in it"), row.complaints, before.complaints),
        (_("attractors"), row.attractors, before.attractors),
        (_("score that opens a spot"), row.open_at, before.open_at),
        (_("near misses"), row.near_misses, before.near_misses),
    )
    return [(name, number(now), number(then)) for name, now, then in figures]
