"""Ways to look at the queue of follow-ups, with how many each shows, and what came of the last."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib.admin import ModelAdmin, SimpleListFilter
from django.db.models import Aggregate, Count, F, FloatField, Q, QuerySet
from django.db.models.functions import Extract
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy, pgettext_lazy

from complaints.customers.reader import reader_of
from feedback.followups.models import FollowUpQuerySet
from feedback.followups.states import WAITING, Outcome, State

NAME = "queue"
VIEWS: Mapping[str, Promise] = {
    "": pgettext_lazy("follow-ups", "In work"),
    "mine": pgettext_lazy("follow-ups", "Mine"),
    "free": pgettext_lazy("follow-ups", "Nobody's"),
    "late": pgettext_lazy("follow-ups", "Late"),
    "closed": pgettext_lazy("follow-ups", "Closed"),
}
LOOKS_BACK = timedelta(days=30)


def condition(view: str, *, reader: int, now: datetime) -> Q:
    """Return which follow-ups a view shows: what waits, unless it is asked for what is closed."""
    if view == "closed":
        return Q(state=State.CLOSED)
    more = {
        "mine": Q(owner=reader),
        "free": Q(state=State.OPEN),
        "late": Q(due_at__lte=now),
    }.get(view, Q())
    return Q(state__in=WAITING) & more


class QueueFilter(SimpleListFilter):
    """The view that the address names; what is waited for, where it names none."""

    title = gettext_lazy("queue")
    parameter_name = NAME
    template = "admin/feedback/followup/no_filter.html"  # the tabs are it

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin[Any]) -> list[tuple[str, Any]]:
        return [*VIEWS.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        reader = reader_of(request)
        view = self.value() or ""
        return queryset.filter(condition(view, reader=reader.pk, now=timezone.now()))


@dataclass(frozen=True)
class Tab:
    title: Promise
    query: str
    active: bool
    count: int | None  # None: not counted, there are too many


def tabs(rows: FollowUpQuerySet, request: HttpRequest, *, now: datetime) -> list[Tab]:
    """Return the tabs above the list, whose counts are one query of what waits."""
    reader, shown = reader_of(request).pk, request.GET.get(NAME, "")
    counts = rows.waiting().aggregate(
        **{
            f"view_{view}": Count("pk", filter=condition(view, reader=reader, now=now))
            for view in VIEWS
            if view != "closed"
        }
    )
    return [
        Tab(title, f"?{NAME}={view}" if view else "?", view == shown, counts.get(f"view_{view}"))
        for view, title in VIEWS.items()
    ]


@dataclass(frozen=True)
class Came:
    """What came of those closed lately."""

    closed: int
    in_time: int
    saved: int
    not_reached: int
    hours: float  # from opened to closed, of half of them at most
    days: int = LOOKS_BACK.days

    @property
    def in_time_percent(self) -> float:
        return 100 * self.in_time / self.closed


class _Middle(Aggregate):
    function = "percentile_cont"
    template = "percentile_cont(0.5) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = FloatField()


def came(rows: FollowUpQuerySet, *, now: datetime) -> Came | None:
    """Return what came of the follow-ups closed in the last days; None: none was; one query."""
    took = Extract(F("closed_at") - F("opened_at"), "epoch") / 3600.0
    counts = rows.filter(closed_at__gt=now - LOOKS_BACK, closed_at__lte=now).aggregate(
        closed=Count("pk"),
        in_time=Count("pk", filter=Q(late_at=None)),
        saved=Count("pk", filter=Q(outcome__in=[Outcome.SAVED, Outcome.OFFER])),
        not_reached=Count("pk", filter=Q(outcome=Outcome.NOT_REACHED)),
        hours=_Middle(took),
    )
    return Came(**counts) if counts["closed"] else None
