"""The rows behind each number of the wall, and which of them count."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import OuterRef, Subquery
from django.urls import reverse

from feedback.models import Answer
from heatmaps_project.supervision.boards.wall import ratings, solved
from heatmaps_project.supervision.flow import HELD_FOR, IN_A_DAY
from heatmaps_project.supervision.scope import Scope
from spots.cases.events import EventKind
from spots.cases.models import Event

MOST: Final = 1000  # rows of a page; the number itself is of all


@dataclass(frozen=True)
class Row:
    """A row behind a number: what it is, where it is, when, and whether it counts as good."""

    label: str
    link: str
    at: datetime
    until: datetime | None
    counts: bool


def rows(code: str, scope: Scope) -> list[Row]:
    """
    Return the newest rows behind a number, at most MOST.

    :raises KeyError: there is no such number, or its rows are on a page of their own
    """
    return MAKERS[code](scope)


def _in_a_day(scope: Scope) -> list[Row]:
    fixed = Event.objects.filter(case=OuterRef("pk"), kind=EventKind.FIXED, at__lte=scope.now)
    cohort = scope.spots.filter(
        opened_at__gte=scope.since(), opened_at__lte=scope.now - IN_A_DAY
    ).annotate(first=Subquery(fixed.order_by("at").values("at")[:1]))
    found = list(cohort.order_by("-opened_at", "-pk").defer("outline", "evidence")[:MOST])
    back = _came_back([case.pk for case in found], scope.now)
    return [
        Row(
            str(case),
            reverse("admin:spots_spot_change", args=[case.pk]),
            case.opened_at,
            first,
            first is not None
            and first <= case.opened_at + IN_A_DAY
            and not any(first <= at <= first + HELD_FOR for at in back.get(case.pk, ())),
        )
        for case, first in ((case, getattr(case, "first", None)) for case in found)
    ]


def _came_back(cases: list[int], now: datetime) -> dict[int, list[datetime]]:
    told: dict[int, list[datetime]] = {}
    kinds = [EventKind.REOPENED, EventKind.FAILED]
    events = Event.objects.filter(case__in=cases, kind__in=kinds, at__lte=now)
    for case, at in events.values_list("case", "at"):
        told.setdefault(case, []).append(at)
    return told


def _missed(scope: Scope) -> list[Row]:
    late = scope.missed.select_related("case")
    late = late.defer("case__outline", "case__evidence").order_by("due_at", "pk")
    return [
        Row(
            f"{clock.case}: {clock.get_target_display()}",
            reverse("admin:spots_spot_change", args=[clock.case_id]),
            clock.started_at,
            clock.due_at,
            counts=False,
        )
        for clock in late[:MOST]
    ]


def _through_spots(scope: Scope) -> list[Row]:
    found = solved(scope).order_by("-resolved_at", "-pk").only("pk", "occurred_at", "resolved_at")
    return [
        Row(
            f"№ {one.pk}",
            reverse("admin:complaints_complaint_change", args=[one.pk]),
            one.occurred_at,
            one.resolved_at,
            bool(getattr(one, "in_spot", False)),
        )
        for one in found[:MOST]
    ]


def _satisfied(scope: Scope) -> list[Row]:
    found = ratings(scope).order_by("-at", "-pk").select_related("invitation__version")
    found = found.only("pk", "score", "at", "invitation__version__good_from")
    return [
        Row(
            f"{one.score}",
            reverse("admin:feedback_answer_change", args=[one.pk]),
            one.at,
            None,
            _is_good(one),
        )
        for one in found[:MOST]
    ]


def _is_good(rating: Answer) -> bool:
    version = rating.invitation.version
    return version is not None and (rating.score or 0) >= version.good_from


MAKERS: Final[dict[str, Callable[[Scope], list[Row]]]] = {
    "in-a-day": _in_a_day,
    "missed": _missed,
    "through-spots": _through_spots,
    "satisfied": _satisfied,
}
