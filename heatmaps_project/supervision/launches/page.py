"""The watch over launches: what is left to check, and how complaints name them."""

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
from heatmaps_project.supervision.launches.models import Launch, LaunchDay, LaunchItem
from heatmaps_project.supervision.launches.watching import BASELINE, judged, today
from heatmaps_project.supervision.topics.rising import Change

MOST: Final = 20  # launches of the page
SHOWN: Final = 14  # days of each
ENDED: Final = timedelta(days=30)  # that long they stay


@dataclass(frozen=True)
class Watched:
    launch: Launch
    left: list[str]  # to be done before
    done: int
    days: list[tuple[date, int, Change]]  # of the launch, the newest first

    @property
    def rises(self) -> bool:
        return bool(self.days) and self.days[0][2].rises


@require_safe
@may_count
def launches_page(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    rows = Launch.objects.within(walls_of(request)).select_related("brand", "owner")
    rows = rows.filter(watched_until__gte=today(now) - ENDED).prefetch_related(
        Prefetch("items", LaunchItem.objects.order_by("pk")),
        Prefetch("days", LaunchDay.objects.order_by("day")),
    )
    page = {
        **admin.site.each_context(request),
        "title": _("Watch over launches"),
        "watched": [_watched(one) for one in rows.order_by("-starts_on", "pk")[:MOST]],
        "baseline": BASELINE,
        "may_change": request.user.has_perm("heatmaps_project.change_launch"),
        "now": now,
    }
    return render(request, "supervision/launches/page.html", page)


def _watched(launch: Launch) -> Watched:
    found = {one.day: one.mentions for one in launch.days.all()}
    days = sorted((day for day in found if day >= launch.starts_on), reverse=True)[:SHOWN]
    items = list(launch.items.all())
    return Watched(
        launch,
        [one.what for one in items if not one.done],
        sum(one.done for one in items),
        [(day, found[day], judged(launch, day, found)) for day in days],
    )
