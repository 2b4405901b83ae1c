"""What the engine needs, read from the database as columns."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from django.db.models import Exists, F, FloatField, Func, OuterRef, QuerySet

from complaints.geocoding.models import Address
from complaints.intake.models import Complaint, Placing, Topic
from spots.cases.models import Membership
from spots.detection.arrivals import LOCALITY, PRECISIONS, Arrivals, Floats, Ints, arrivals
from spots.detection.baseline import Baseline, learn
from spots.detection.models import Arrival, Watch
from spots.detection.projection import Projection
from spots.detection.rules import Learning

_X = Func(F("point"), function="ST_X", output_field=FloatField())
_Y = Func(F("point"), function="ST_Y", output_field=FloatField())
_COLUMNS = ("pk", "customer_id", "topic_id", "precision", "occurred_at", "x", "y")


def projection_of(watch: Watch) -> Projection:
    centre = watch.region.outline.centroid
    return Projection(centre.x, centre.y)


def topics() -> tuple[int, ...]:
    """The topics' primary keys; the engine numbers them by their place here."""
    return tuple(Topic.objects.order_by("pk").values_list("pk", flat=True))


def unseen(watch: Watch, *, until: datetime, memory: timedelta) -> QuerySet[Complaint]:
    """
    Complaints received by `until` that the engine has not taken.

    What occurred longer ago than `memory` can count for no spot any more and is left out.
    """
    taken = Arrival.objects.filter(complaint=OuterRef("pk"))
    return _placed(watch).filter(
        ~Exists(taken),
        received_at__gte=until - memory,
        received_at__lte=until,
        occurred_at__gte=until - memory,
    )


def taken_since(watch: Watch, since: datetime) -> QuerySet[Complaint]:
    """Complaints that the engine took from `since` on."""
    return _placed(watch).filter(arrival__watch=watch, arrival__at__gte=since)


def read(
    complaints: QuerySet[Complaint],
    *,
    received: str = "received_at",
    not_before: datetime | None = None,
    projection: Projection,
    topics: Sequence[int],
) -> Arrivals:
    """
    Read complaints as columns.

    received    the field to take as the time of reception
    not_before  what was received earlier is taken as received then
    """
    rows = list(complaints.annotate(x=_X, y=_Y).values_list(*_COLUMNS, received))
    pk, customer, topic, precision, occurred, x, y, at = zip(*rows, strict=True) if rows else _NONE
    number = {name: i for i, name in enumerate(topics)}
    level = {name: i for i, name in enumerate(PRECISIONS)}
    return arrivals(
        ids=pk,
        customers=customer,
        occurred_h=_hours(occurred),
        received_h=np.maximum(_hours(at), -np.inf if not_before is None else in_hours(not_before)),
        point=projection.metres(np.array(x, dtype=np.float64), np.array(y, dtype=np.float64)),
        topic=np.array([number[name] for name in topic], dtype=np.int64),
        precision=np.array([level.get(name, LOCALITY) for name in precision], dtype=np.int64),
    )


def baseline(watch: Watch, *, at: datetime, topics: Sequence[int]) -> Baseline:
    """Learn what is usual from the history up to `at`, without the members of confirmed spots."""
    learning = Learning()
    projection = projection_of(watch)
    confirmed = Membership.objects.filter(complaint=OuterRef("pk"), case__accepted_at__lte=at)
    since = at - timedelta(hours=learning.most_h + learning.guard_h)
    history = _placed(watch).filter(
        ~Exists(confirmed), received_at__gte=since, received_at__lt=at, occurred_at__gte=since
    )
    buildings, subscribers = _buildings(watch, projection)
    return learn(
        read(history, projection=projection, topics=topics),
        topics=len(topics),
        now_h=in_hours(at),
        buildings=buildings,
        subscribers=subscribers,
        learning=learning,
    )


_NONE: tuple[tuple[Any, ...], ...] = ((),) * (len(_COLUMNS) + 1)


def _placed(watch: Watch) -> QuerySet[Complaint]:
    return Complaint.objects.in_effect().filter(
        region=watch.region_id,
        brand=watch.brand_id,
        placing=Placing.PLACED,
    )


def _buildings(watch: Watch, projection: Projection) -> tuple[Floats, Ints]:
    lived_in = Address.objects.filter(subscribers__gt=0, point__coveredby=watch.region.outline)
    rows = np.array(lived_in.annotate(x=_X, y=_Y).values_list("x", "y", "subscribers"))
    rows = rows.reshape(-1, 3)
    return projection.metres(rows[:, 0], rows[:, 1]), rows[:, 2].astype(np.int64)


def in_hours(moment: datetime) -> float:
    """Hours since the epoch, to the millisecond: `arrivals.moment` gives the same moment back."""
    return round(moment.timestamp() * 1000) / 3_600_000


def _hours(moments: Iterable[datetime]) -> Floats:
    return np.array([in_hours(moment) for moment in moments], dtype=np.float64)
