"""How much has reached its age, how much waits, and how much has ended: for people."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from django.db.models import Sum

from heatmaps_project.customers.retention.ageing import KINDS, due, of_age
from heatmaps_project.customers.retention.kinds import Kind
from heatmaps_project.customers.retention.models import (
    Ended,
    InForce,
    RetentionRule,
    brands_and_none,
)

MOST: Final = 10_000  # rows of a brand and kind that a page counts; more are “more than”
DAYS: Final = 30  # of what has ended


@dataclass(frozen=True)
class Line:
    """
    A kind of personal data.

    due    rows that the next run ends
    held   as old, and something is open with their customer
    is_at_least  there were more than are counted
    ended  rows, in the last DAYS days
    """

    kind: Kind
    due: int
    held: int
    is_at_least: bool
    ended: int


def lines(*, now: datetime, most: int | None = MOST) -> Iterator[Line]:
    """Yield a line for each kind, of all brands; `most`: rows counted of each brand, None: all."""
    rules, brands = InForce.read(), brands_and_none()
    since = now.astimezone(UTC).date() - timedelta(days=DAYS)
    recent = Ended.objects.filter(day__gte=since).order_by().values_list("kind")
    ended = dict(recent.annotate(n=Sum("count")))
    for kind in KINDS:
        ready = old = 0
        is_at_least = False
        for brand_id in brands:
            before = rules.of(brand_id).ends_before(kind, now)
            of_brand = of_age(kind, brand_id, before=before)[:most].count()
            ready += due(kind, brand_id, before=before, now=now)[:most].count()
            old += of_brand
            is_at_least |= of_brand == most
        yield Line(kind, ready, max(old - ready, 0), is_at_least, ended.get(kind.value, 0))


def sooner(rule: RetentionRule, *, now: datetime) -> dict[Kind, int]:
    """
    Return by kind how many rows, at most MOST of a brand, a rule would end at once that those in
    force do not.
    """
    rules = InForce.read()
    own = {brand_id for brand_id in rules.rules if brand_id is not None}
    brands = [rule.brand_id] if rule.brand_id else [b for b in brands_and_none() if b not in own]
    found: dict[Kind, int] = {}
    for kind in KINDS:
        for brand_id in brands:
            in_force, then = rules.of(brand_id).days_of(kind.age), rule.days_of(kind.age)
            if then < in_force:
                before = rule.ends_before(kind, now)
                rows = due(kind, brand_id, before=before, now=now)
                found[kind] = found.get(kind, 0) + rows[:MOST].count()
    return found
