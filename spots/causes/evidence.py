"""What is known around a case: six queries, whatever its size."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import shapely
from django.contrib.gis.db.models import GeometryField
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, Func, OuterRef, Q, Value
from numpy.typing import NDArray

from complaints.customers.walls import Walls
from spots.cases.catalogue import Cause
from spots.cases.models import Case
from spots.cases.page.drawing import box_round
from spots.cases.states import State
from spots.cases.transitions.membership import complaints_of
from spots.causes.scoring import SeenCause, SeenEvent, Situation, Suggestion, suggest
from spots.network.grounds import DRAWN_M, fans_of
from spots.network.models import Coverage, NetworkEvent
from spots.network.sectors import Fan, reaches, within

MOST_POINTS = 2000  # newest complaints that are looked at
MOST_EVENTS = 20
BEFORE = timedelta(hours=12)  # an event that ended so long before explains nothing
PAST = timedelta(days=180)  # in which earlier spots count
LATEST = "5G"  # few expect it everywhere: to be outside of it is no fault

Points = NDArray[np.float64]  # (n, 2) longitude and latitude, degrees


def tree_of_causes() -> list[Cause]:
    """Return the causes that may be suggested, in the order in which equal ones are."""
    return list(Cause.objects.in_use().in_tree())


def suggestions_for(
    case: Case, *, walls: Walls, now: datetime, causes: Sequence[Cause] | None = None
) -> list[tuple[Cause, Suggestion]]:
    """
    Return the likeliest causes of a case, the first one first, as things stood at `now`.

    causes  `tree_of_causes`, where it was read already: for many cases it is read once
    """
    causes = tree_of_causes() if causes is None else causes
    seen = [SeenCause(cause.pk, cause.code, frozenset(cause.signs)) for cause in causes]
    found = suggest(situation_of(case, walls=walls, now=now), seen)
    named = {cause.pk: cause for cause in causes}
    return [(named[one.cause_id], one) for one in found]


def situation_of(case: Case, *, walls: Walls, now: datetime) -> Situation:
    points = _points(case)
    return Situation(
        started_at=case.started_at,
        events=tuple(_events(case, points, walls=walls, now=now)),
        outside=_outside(case, points, walls=walls, now=now),
        past=_past(case, now=now),
    )


def _points(case: Case) -> Points:
    """Return where the newest complaints of the case are; its centre where none is placed."""
    rows = complaints_of(case).filter(point__isnull=False).order_by("-occurred_at", "-pk")
    found = [point.coords for point in rows.values_list("point", flat=True)[:MOST_POINTS] if point]
    return np.array(found or [case.centre.coords], dtype=np.float64)


def _events(case: Case, points: Points, *, walls: Walls, now: datetime) -> Iterable[SeenEvent]:
    rows = NetworkEvent.objects.within(walls).filter(
        Q(ends_at=None) | Q(ends_at__gte=case.started_at - BEFORE),
        brand=case.brand_id,
        starts_at__lte=now,
        area__intersects=box_round(case),
    )
    # Asked for of the newest alone: to group by event would read the sites of all that there are.
    named = NetworkEvent.sites.through.objects.filter(networkevent=OuterRef("pk"))
    coded = ArraySubquery(named.values("site__code"))
    newest = list(rows.annotate(codes=coded).order_by("-starts_at", "-pk")[:MOST_EVENTS])
    codes = {event.pk: tuple(sorted(vars(event)["codes"])) for event in newest}
    fans = fans_of(case.brand_id, {code for found in codes.values() for code in found})
    served = {code: _served(found, points) for code, found in fans.items()}
    for event in newest:
        known = [served[code] for code in codes[event.pk] if code in served]
        share = _share_of_any(known) if known else _share_in([event.area], points)
        if share > 0:
            yield SeenEvent(
                kind=event.kind,
                title=event.title,
                starts_at=event.starts_at,
                ends_at=event.ends_at,
                share=share,
                sites=codes[event.pk],
                cause=event.cause_code,
            )


def _served(fans: Iterable[Fan], points: Points) -> NDArray[np.bool_] | None:
    """Return which of the points any of the fans serves; None: none of them."""
    low, high = points.min(axis=0), points.max(axis=0)
    served = np.zeros(len(points), dtype=np.bool_)
    for fan in fans:
        if reaches(fan, low, high):
            served |= within(fan, points[:, 0], points[:, 1])
    return served if served.any() else None


def _share_of_any(served: Iterable[NDArray[np.bool_] | None]) -> float:
    """Return which share of the points one of these serves."""
    some = [one for one in served if one is not None]
    return float(np.logical_or.reduce(some).mean()) if some else 0.0


def _share_in(areas: Iterable[Any], points: Points) -> float:
    """Return which share of the points lies in any of these areas."""
    inside = np.zeros(len(points), dtype=np.bool_)
    for area in areas:
        inside |= shapely.contains_xy(shapely.from_wkb(bytes(area.wkb)), points)
    return float(inside.mean())


def _outside(case: Case, points: Points, *, walls: Walls, now: datetime) -> dict[str, float]:
    """Return the share of complaints outside the outdoor coverage, by technology drawn here."""
    near = Value(box_round(case), GeometryField(srid=4326))
    cut = Func("area", near, function="ST_ClipByBox2D", output_field=GeometryField(srid=4326))
    rows = Coverage.objects.within(walls).filter(
        brand=case.brand_id,
        level=Coverage.Level.OUTDOOR,
        valid_from__lte=now.date(),
        area__bboverlaps=box_round(case, metres=DRAWN_M),
    )
    expected = set(case.technologies)
    areas: dict[str, list[Any]] = {}
    for technology, area in rows.annotate(here=cut).values_list("technology", "here"):
        if technology in expected or (not expected and technology != LATEST):
            areas.setdefault(technology, []).extend([area] if area else [])
    return {technology: 1 - _share_in(found, points) for technology, found in areas.items()}


def _past(case: Case, *, now: datetime) -> dict[int, int]:
    """Return how many earlier cases of the topic and region had which cause."""
    if case.topic_id is None:
        return {}
    earlier = Case.objects.filter(
        brand=case.brand_id,
        region=case.region_id,
        topic=case.topic_id,
        state__in=(State.FIXED, State.CLOSED),
        fixed_at__gte=now - PAST,
        fixed_at__lte=now,
        cause__isnull=False,
    ).exclude(pk=case.pk)
    return dict(earlier.values_list("cause").annotate(count=Count("pk")).order_by("cause"))
