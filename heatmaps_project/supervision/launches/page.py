"""The watch over launches: what is left to check, and how complaints name them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from django.contrib import admin
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from complaints.customers.reader import walls_of
from heatmaps_project.supervision.boards.views import may_count
from heatmaps_project.supervision.launches.models import (
    MOST_WATCHED,
    Launch,
    LaunchDay,
    LaunchItem,
)
from heatmaps_project.supervision.launches.watching import BASELINE, before, judged, today, told
from heatmaps_project.supervision.topics.rising import FEWEST, Change

SHOWN: Final = 14  # days of each
ENDED: Final = timedelta(days=30)  # that long they stay


@dataclass(frozen=True)
class Watched:
    launch: Launch
    left: list[str]  # to be done before
    done: int
    before: float | None  # complaints of a day of the baseline; None: fewer than FEWEST in all
    # of the launch, the newest first; None: fewer than FEWEST
    days: list[tuple[date, int | None, Change]]

    @property
    def rises(self) -> bool:
        return bool(self.days) and self.days[0][2].rises


@require_safe
@may_count
def launches_page(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    walls = walls_of(request)
    rows = Launch.objects.within(walls).select_related("brand", "owner")
    rows = rows.filter(watched_until__gte=today(now) - ENDED).prefetch_related(
        Prefetch("items", LaunchItem.objects.order_by("pk")),
        Prefetch("days", LaunchDay.objects.order_by("day")),
    )
    launches = list(rows.order_by("-starts_on", "pk")[:MOST_WATCHED])
    found = told([one.pk for one in launches], walls)
    page = {
        **admin.site.each_context(request),
        "title": _("Watch over launches"),
        "watched": [_watched(one, found.get(one.pk, {})) for one in launches],
        "baseline": BASELINE,
        "fewest": FEWEST,
        "may_change": request.user.has_perm("heatmaps_project.change_launch"),
        "now": now,
    }
    return render(request, "supervision/launches/page.html", page)


def _watched(launch: Launch, found: Mapping[date, int]) -> Watched:
    counted = {one.day for one in launch.days.all() if one.day >= launch.starts_on}
    items, usual = list(launch.items.all()), before(launch, found)
    return Watched(
        launch,
        [one.what for one in items if not one.done],
        sum(one.done for one in items),
        sum(usual) / len(usual) if sum(usual) >= FEWEST else None,
        [
            (day, n if (n := found.get(day, 0)) >= FEWEST else None, judged(launch, day, found))
            for day in sorted(counted, reverse=True)[:SHOWN]
        ],
    )
