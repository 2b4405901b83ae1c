"""What the engine needs, read from the database as columns."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

import numpy as np
from django.db.models import Exists, F, FloatField, Func, OuterRef, Q, QuerySet

from complaints.geocoding.models import Address, Region
from complaints.intake.models import Complaint, Placing, Topic
from spots.cases.models import Membership
from spots.detection.arrivals import (
    LOCALITY,
    PRECISIONS,
    Arrivals,
    Floats,
    Ints,
    arrivals,
    in_hours,
)
from spots.detection.baseline import Baseline, learn
from spots.detection.projection import Projection
from spots.detection.rules import Learning
from spots.watching.models import Arrival, Attractor, Verdict, Watch
from spots.watching.rules import DetectionRule

X = Func(F("point"), function="ST_X", output_field=FloatField())
Y = Func(F("point"), function="ST_Y", output_field=FloatField())
_COLUMNS = ("pk", "customer_id", "topic_id", "precision", "occurred", "x", "y", "at", "proven")


@dataclass(frozen=True)
class Place:
    """What is watched as one: complaints of a brand in a region, of the topics of a rule."""

    brand_id: int
    region: Region
    topics: tuple[int, ...]  # primary keys; the engine numbers them by their place here

    @cached_property
    def projection(self) -> Projection:
        point = self.region.metres_from or self.region.outline.centroid
        return Projection(point.x, point.y)

    def complaints(self) -> QuerySet[Complaint]:
        """Complaints in effect that are on the map there."""
        return Complaint.objects.in_effect().filter(
            region=self.region.pk,
            brand=self.brand_id,
            topic__in=self.topics,
            placing=Placing.PLACED,
        )


def place_of(watch: Watch) -> Place:
    return Place(
        watch.brand_id,
        watch.region,
        topics_of(watch.rule, brand_id=watch.brand_id, region_id=watch.region_id),
    )


def topics_of(rule: DetectionRule, *, brand_id: int, region_id: int) -> tuple[int, ...]:
    """
    Return the topics that a rule judges there: those it names, or all, less earlier rules'.

    None, where the rule is for another brand or region.
    """
    if rule.brand_id not in {None, brand_id} or rule.region_id not in {None, region_id}:
        return ()
    named = set(rule.topics.values_list("pk", flat=True))
    return topics_left(
        rule.pk, order=rule.order, named=named, brand_id=brand_id, region_id=region_id
    )


def topics_left(
    rule_id: int, *, order: int, named: set[int], brand_id: int, region_id: int
) -> tuple[int, ...]:
    """The same of a rule that would be asked at `order` and name these topics (none: all)."""
    earlier = DetectionRule.objects.filter(
        Q(brand=None) | Q(brand=brand_id),
        Q(region=None) | Q(region=region_id),
        active=True,
        order__lt=order,
    )
    taken: set[int] = set()
    every = tuple(Topic.objects.order_by("pk").values_list("pk", flat=True))
    for one in earlier.exclude(pk=rule_id).prefetch_related("topics"):
        taken |= {topic.pk for topic in one.topics.all()} or set(every)
    wanted = named or set(every)
    return tuple(pk for pk in every if pk in wanted - taken)


def unseen(
    place: Place, *, until: datetime, memory: timedelta, limit: int
) -> tuple[dict[int, int], datetime]:
    """
    Return complaints received by `until` that no engine has taken, and until when these are all.

    They come as numbers of corrections by id: at most `limit`, the first received. What
    occurred longer ago than `memory` can count for no spot any more and is left out.
    """
    taken = Arrival.objects.filter(complaint=OuterRef("pk"))
    waiting = place.complaints().filter(
        ~Exists(taken),
        received_at__gte=until - memory,
        received_at__lte=until,
        occurred_at__gte=until - memory,
    )
    rows = waiting.order_by("received_at", "pk").values_list("pk", "corrections", "received_at")
    found = list(rows[: limit + 1])
    reached = found[limit - 1][2] if len(found) > limit else until
    return {pk: corrections for pk, corrections, _ in found[:limit]}, reached


def taken(watch: Watch, place: Place) -> QuerySet[Complaint]:
    """Complaints of a place that the watch's engine has taken."""
    return place.complaints().filter(arrival__watch=watch)


def corrected(watch: Watch, *, since: datetime) -> QuerySet[Complaint]:
    """Complaints, corrected from `since` on, that are no longer as the watch's engine took them."""
    changed = Complaint.objects.filter(corrected_at__gte=since, arrival__watch=watch)
    return changed.exclude(arrival__corrections=F("corrections"))


def read(
    complaints: QuerySet[Complaint],
    *,
    received: str = "received_at",
    not_before: datetime | None = None,
    place: Place,
) -> Arrivals:
    """
    Read complaints of a place as columns.

    received    the field to take as the time of reception
    not_before  what was received earlier is taken as received then
    """
    columns = complaints.annotate(x=X, y=Y, occurred=epoch("occurred_at"), at=epoch(received))
    rows = list(columns.values_list(*_COLUMNS))
    columns_of = zip(*rows, strict=True) if rows else _NONE
    pk, customer, topic, precision, occurred, x, y, at, proven = columns_of
    number = {name: i for i, name in enumerate(place.topics)}
    level = {name: i for i, name in enumerate(PRECISIONS)}
    earliest_h = -np.inf if not_before is None else in_hours(not_before)
    return arrivals(
        ids=pk,
        customers=customer,
        occurred_h=hours(occurred),
        received_h=np.maximum(hours(at), earliest_h),
        point=place.projection.metres(np.array(x, dtype=np.float64), np.array(y, dtype=np.float64)),
        topic=np.array([number[name] for name in topic], dtype=np.int64),
        precision=np.array([level.get(name, LOCALITY) for name in precision], dtype=np.int64),
        proven=np.array(proven, dtype=np.bool_),
    )


def history(place: Place, *, at: datetime) -> Arrivals:
    """Read what a baseline is learnt from at a moment: without members of confirmed spots."""
    learning = Learning()
    confirmed = Membership.objects.filter(complaint=OuterRef("pk"), case__accepted_at__lte=at)
    since = at - timedelta(hours=learning.most_h + learning.guard_h)
    rows = place.complaints().filter(
        ~Exists(confirmed), received_at__gte=since, received_at__lt=at, occurred_at__gte=since
    )
    return read(rows, place=place)


def baseline(place: Place, history: Arrivals, *, at: datetime) -> Baseline:
    """Learn what is usual from the history up to a moment."""
    buildings, subscribers = _buildings(place)
    return learn(
        history,
        topics=len(place.topics),
        now_h=in_hours(at),
        buildings=buildings,
        subscribers=subscribers,
    )


def verdicts(place: Place) -> dict[int, str]:
    """What people have said of coordinates: whether each is a real place."""
    rows = Attractor.objects.filter(brand=place.brand_id, region=place.region.pk)
    return dict(rows.exclude(verdict=Verdict.LEARNT).values_list("coordinate", "verdict"))


_NONE: tuple[tuple[Any, ...], ...] = ((),) * len(_COLUMNS)


def _buildings(place: Place) -> tuple[Floats, Ints]:
    lived_in = Address.objects.filter(subscribers__gt=0, point__coveredby=place.region.outline)
    rows = np.array(lived_in.annotate(x=X, y=Y).values_list("x", "y", "subscribers"))
    rows = rows.reshape(-1, 3)
    return place.projection.metres(rows[:, 0], rows[:, 1]), rows[:, 2].astype(np.int64)


def epoch(moment: str) -> Func:
    """Seconds since the epoch of a column, as a float: far quicker to read than moments."""
    template = "extract(epoch from %(expressions)s)::float8"
    return Func(F(moment), template=template, output_field=FloatField())


def hours(seconds: Iterable[float]) -> Floats:
    """Hours since the epoch, to the millisecond, as `arrivals.in_hours`."""
    return np.rint(np.fromiter(seconds, np.float64) * 1000) / 3_600_000
