"""What waits to be listened to, and how agents fare by criterion."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import Avg, Count

from complaints.customers.reader import name_of
from complaints.customers.walls import Walls
from heatmaps_project.accounts.models import User
from heatmaps_project.desk.reviews.models import Criterion, Review, ReviewQuerySet, Score

MOST: Final = 100  # conversations of a list


@dataclass(frozen=True)
class AgentRow:
    """An agent, and the mean by criterion; None: never scored."""

    name: str
    reviews: int
    means: Sequence[float | None]


def waiting(walls: Walls) -> ReviewQuerySet:
    """Return the conversations nobody has listened to, the oldest first."""
    rows = Review.objects.within(walls).filter(reviewed_at=None)
    return rows.select_related("agent", "brand").order_by("began_at", "pk")


def reviewed(walls: Walls, *, since: datetime) -> ReviewQuerySet:
    """Return the conversations that were listened to since a moment, the newest first."""
    rows = Review.objects.within(walls).filter(reviewed_at__gte=since)
    mean = Avg("scores__score")
    shown = rows.select_related("agent", "by").annotate(mean=mean)
    return shown.order_by("-reviewed_at", "-pk")


def by_agent(walls: Walls, *, since: datetime) -> tuple[list[Criterion], list[AgentRow]]:
    """Return the criteria that were scored since a moment, and a row for each agent; 3 queries."""
    rows = Review.objects.within(walls).filter(reviewed_at__gte=since)
    counts = dict(rows.order_by().values_list("agent").annotate(Count("pk")))
    scored = Score.objects.filter(review__in=rows).order_by()
    means: dict[int, dict[int, float]] = defaultdict(dict)
    for agent, criterion, mean in scored.values_list("review__agent", "criterion").annotate(
        Avg("score")
    ):
        means[agent][criterion] = mean
    heard = {criterion for found in means.values() for criterion in found}
    criteria = list(Criterion.objects.filter(pk__in=heard).order_by("order", "pk"))
    people = User.objects.filter(pk__in=counts).order_by("last_name", "first_name", "username")
    return criteria, [
        AgentRow(name_of(one), counts[one.pk], [means[one.pk].get(of.pk) for of in criteria])
        for one in people
    ]
