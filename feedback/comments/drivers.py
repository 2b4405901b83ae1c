"""What those who are not content speak of, and those who are do not: what drives a score."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, OuterRef, Q, Subquery

from complaints.customers.numbers.models import own_customers
from feedback.comments.labels import Topic
from feedback.comments.models import CommentQuerySet
from feedback.surveys.models import Answer
from feedback.surveys.questions import Kind
from feedback.surveys.scores import (
    DETRACTS_UP_TO,
    PROMOTES_FROM,
    SATISFIED_FROM,
    Csat,
    Estimate,
    csat_change,
)

DAYS = 90
# Which scores of a scale are a critic's, and which a friend's; those between are neither.
_SIDES: Mapping[Kind, tuple[Q, Q]] = {
    Kind.NPS: (Q(score__lte=DETRACTS_UP_TO), Q(score__gte=PROMOTES_FROM)),
    Kind.CSAT: (Q(score__lt=SATISFIED_FROM - 1), Q(score__gte=SATISFIED_FROM)),
}


@dataclass(frozen=True)
class Driver:
    """How many of either side, of those who wrote, write about a topic."""

    topic: str
    critics: Csat
    friends: Csat

    @property
    def difference(self) -> Estimate | None:
        """By how many percentage points critics speak of it more; None: too few to say."""
        return csat_change(self.friends, self.critics)


@dataclass(frozen=True)
class Drivers:
    """The topics of one scale, those that tell critics from friends most first."""

    scale: str
    rows: list[Driver]


def drivers_of(rows: CommentQuerySet, *, now: datetime) -> list[Drivers]:
    """Return what drives each scale, by the comments of the last DAYS; a query for each."""
    written = rows.filter(of_moment__gt=now - timedelta(days=DAYS), of_moment__lte=now)
    written = written.exclude(answer__invitation__customer__in=own_customers())
    written = written.filter(answer__invitation__of_stranger=False)
    return [
        Drivers(scale.upper(), found)
        for scale, sides in _SIDES.items()
        if (found := _of_scale(written, scale, *sides))
    ]


def _of_scale(written: CommentQuerySet, scale: Kind, critic: Q, friend: Q) -> list[Driver]:
    given = Answer.objects.filter(invitation=OuterRef("answer__invitation"), kind=scale)
    first = Subquery(given.order_by("question").values("score")[:1])
    counted: Any = written.annotate(score=first).values_list("topic")
    counts = {
        topic: (critics, friends)
        for topic, critics, friends in counted.annotate(
            critics=Count("pk", filter=critic), friends=Count("pk", filter=friend)
        ).order_by("topic")
    }
    critics = sum(by_critics for by_critics, _friends in counts.values())
    friends = sum(by_friends for _critics, by_friends in counts.values())
    if not critics and not friends:
        return []
    found = [
        Driver(str(Topic(topic).label), Csat(by_critics, critics), Csat(by_friends, friends))
        for topic, (by_critics, by_friends) in counts.items()
        if topic and (by_critics or by_friends)
    ]
    return sorted(found, key=_how_alike)


def _how_alike(one: Driver) -> tuple[float, str]:
    return (one.friends.percent or 0.0) - (one.critics.percent or 0.0), one.topic
