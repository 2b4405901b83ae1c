"""Service problems found: one with everything that belongs to it, or those that filters leave."""

from collections.abc import Callable, Collection, Mapping
from itertools import chain
from typing import Any, Final

from django.db.models import Q, QuerySet
from django.http import Http404

from complaints.customers.walls import Walls
from complaints.row_number import row_number
from heatmaps_project.tmf.models import ServiceProblem
from heatmaps_project.tmf.problems import (
    NO_TOPIC,
    PRIORITY_OF,
    STATUS_OF,
    others,
    spots,
    told_other,
    told_spot,
)
from heatmaps_project.tmf.tickets_found import AT_ONCE, compared
from heatmaps_project.tmf.wire import fitting, matches, window, without_nothing, written
from spots.cases.models import Case, Event
from spots.escalation.firings import Firing
from spots.network.imports.kinds.events import MOST_SITES
from spots.network.models import NetworkEvent, Site

_MOST = 200  # newest of what belongs to a problem


def the_spot(number: str, *, walls: Walls) -> Any:
    """:raises Http404: there is no such spot, or it is deleted or behind a wall"""
    case = spots(walls).filter(pk=row_number(number) or 0).first()
    if case is None:
        raise Http404
    return case


def the_other(number: str, *, walls: Walls) -> ServiceProblem:
    """:raises Http404: there is no such problem, or it is deleted or behind a wall"""
    problem = others(walls).filter(pk=row_number(number.removeprefix("p")) or 0).first()
    if problem is None:
        raise Http404
    return problem


def is_spot(number: str) -> bool:
    return not number.startswith("p")


def one(number: str, *, walls: Walls) -> dict[str, Any]:
    """
    Return everything of one problem.

    :raises Http404: there is none, or it is deleted or behind a wall
    """
    if not is_spot(number):
        return told_other(the_other(number, walls=walls))
    case = the_spot(number, walls=walls)
    return told_spot(case) | without_nothing(
        {
            "trackingRecord": [_record(event) for event in _events(case)],
            "underlyingAlarm": [_alarm(event) for event in _known_there(case, kinds=("outage",))],
            "rootCauseResource": _resources(case),
            "problemEscalation": str(_stages(case) or ""),
        }
    )


def found(
    walls: Walls, filters: Mapping[str, str], *, offset: int, limit: int
) -> tuple[list[dict[str, Any]], int]:
    """
    Return a window of the problems that filters leave, and how many there are.

    Problems that are no spots come first, each kind newest first. What the database cannot decide
    is compared among the newest of each kind that the other filters leave, see `compared`.
    """
    if "id" in filters:
        return _by_id(walls, filters)
    told_of, cases = others(walls).order_by("-pk"), spots(walls).order_by("-pk")
    for name, value in filters.items():
        if decides := _DECIDES.get(name):
            of_others, of_spots = decides(value)
            told_of, cases = told_of.filter(of_others), cases.filter(of_spots)
    if undecided := {name: value for name, value in filters.items() if name not in _DECIDES}:
        bodies = chain(
            map(told_other, compared(told_of, _words)),
            map(told_spot, compared(cases, lambda case: _words(getattr(case, "problem", None)))),
        )
        return window(bodies, undecided, offset=offset, limit=limit)
    first = told_of.count()
    asked = told_of[offset : offset + limit]
    begin, left = max(offset - first, 0), limit - min(limit, max(first - offset, 0))
    more = cases[begin : begin + left]
    bodies = chain(map(told_other, asked.iterator(AT_ONCE)), map(told_spot, more.iterator(AT_ONCE)))
    return fitting(bodies), first + cases.count()


def _words(problem: ServiceProblem | None) -> str:
    return problem.rest if problem else ""


def _of_status(value: str) -> tuple[Q, Q]:
    states = [state for state, name in STATUS_OF.items() if name == value]
    untold = Q(status="") if value == "submitted" else Q(pk=None)
    return Q(status=value) | untold, Q(state__in=states)


def _of_category(value: str) -> tuple[Q, Q]:
    untold = Q(problem=None) | Q(problem__category="")
    ours = Q(topic__code=value) | (Q(topic=None) if value == NO_TOPIC else Q(pk=None))
    return Q(category=value), Q(problem__category=value) | untold & ours


def _of_priority(value: str) -> tuple[Q, Q]:
    number = row_number(value) or 0
    bands = [band for band, priority in PRIORITY_OF.items() if priority == number]
    untold = Q(problem=None) | Q(problem__priority=None)
    return Q(priority=number), Q(problem__priority=number) | untold & Q(band__in=bands)


# Conditions on problems that are no spots, and on spots.
_DECIDES: Final[Mapping[str, Callable[[str], tuple[Q, Q]]]] = {
    "status": _of_status,
    "category": _of_category,
    "priority": _of_priority,
}


def _by_id(walls: Walls, filters: Mapping[str, str]) -> tuple[list[dict[str, Any]], int]:
    try:
        body = one(filters["id"], walls=walls)
    except Http404:
        return [], 0
    left = [body] if matches(body, filters) else []
    return left, len(left)


def _events(case: Case) -> list[Event]:
    return list(Event.objects.filter(case=case.pk).order_by("-pk")[:_MOST])


def _record(event: Event) -> dict[str, Any]:
    return {
        "id": str(event.pk),
        "time": written(event.at),
        "description": event.kind,
        "@type": "TrackingRecord",
    }


def _known_there(case: Case, *, kinds: Collection[str]) -> QuerySet[NetworkEvent]:
    rows = NetworkEvent.objects.filter(
        Q(ends_at=None) | Q(ends_at__gte=case.started_at),
        brand=case.brand_id,
        area__intersects=case.outline,
        starts_at__lte=case.ended_at or case.changed_at,
    )
    return rows.filter(kind__in=kinds).only("external_id", "title").order_by("-pk")[:_MOST]


def _alarm(event: NetworkEvent) -> dict[str, Any]:
    return {"id": event.external_id or str(event.pk), "name": event.title, "@type": "Alarm"}


def _resources(case: Case) -> list[dict[str, Any]]:
    """Return each site once, however many outages and works name it."""
    # Their numbers first: asked for in one, the links of all events are read.
    there = [event.pk for event in _known_there(case, kinds=("outage", "works"))]
    concerned = NetworkEvent.sites.through.objects.filter(networkevent__in=there)
    sites = Site.objects.filter(pk__in=concerned.values("site")).order_by("code")
    return [
        {"id": code, "name": name, "@referredType": "Resource"}
        for code, name in sites.values_list("code", "name")[:MOST_SITES]
    ]


def _stages(case: Case) -> int:
    """Return how many stages of its ladders it has climbed."""
    return Firing.objects.filter(clock__case=case.pk).count()
