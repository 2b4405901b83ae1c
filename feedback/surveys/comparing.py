"""What the board compares: before with after, and answers with the customers they stand for."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.cache import cache
from django.db.models import Count, F

from complaints.customers.models import Customer
from complaints.customers.numbers.models import own_customers
from complaints.customers.walls import Walls
from complaints.intake.strangers import strangers
from feedback.surveys.board import SCORED, Slice, scores_of
from feedback.surveys.scores import (
    Csat,
    Estimate,
    Nps,
    answers_to_prove,
    csat_change,
    nps_change,
    weighted_nps,
)

A_RISE = 10  # points, or percentage points, that a change for the better is promised to bring
OF_CSAT = 0.25  # variance of a share at its greatest
SIZES_FOR = 3600  # seconds; segments grow and shrink slowly


@dataclass(frozen=True)
class Change:
    """Figures of two spans of time, and what changed: proven, or refused in words."""

    since: datetime
    turned_at: datetime  # where the first span ends and the second begins
    before: tuple[Nps, Csat]
    after: tuple[Nps, Csat]

    @property
    def nps(self) -> Estimate | None:
        return nps_change(self.before[0], self.after[0])

    @property
    def csat(self) -> Estimate | None:
        return csat_change(self.before[1], self.after[1])

    @property
    def needed(self) -> dict[str, int]:
        """How many answers each span needs for a rise of ten to be proven."""
        return {
            "nps": answers_to_prove(A_RISE),
            "csat": answers_to_prove(A_RISE, spread=OF_CSAT),
        }


def change(part: Slice, *, turned_at: datetime | None = None) -> Change:
    """
    Return what changed: at a moment within the period, else against as many days before; two
    queries.
    """
    since = part.since if turned_at else part.since - timedelta(days=part.days)
    turned_at = turned_at or part.since
    before = part.answers(since=since, until=turned_at).aggregate(**SCORED)
    after = part.answers(since=turned_at, until=part.now).aggregate(**SCORED)
    return Change(since, turned_at, scores_of(before), scores_of(after))


@dataclass(frozen=True)
class Weighted:
    """NPS as if each segment had answered in proportion to its customers."""

    estimate: Estimate | None
    few: tuple[str, ...]  # segments that gave too few answers to stand for their customers
    segments: int


def weighted(part: Slice) -> Weighted:
    """Return NPS weighted by segment, or which segments refuse it; one query, at times two."""
    answers = part.answers(since=part.since, until=part.now)
    rows = answers.values(segment=F("invitation__customer__segment")).annotate(**SCORED)
    given = {row["segment"]: scores_of(row)[0] for row in rows.order_by("segment")}
    sizes = _sizes(part.walls)
    strata = {segment: (given.get(segment, Nps()), size) for segment, size in sizes.items()}
    few = [segment for segment, (nps, _size) in strata.items() if nps.estimate is None]
    return Weighted(weighted_nps(list(strata.values())), tuple(sorted(few)), len(strata))


def _sizes(walls: Walls) -> Mapping[str, int]:
    """Return how many customers each segment has, as of an hour ago at most."""
    brands = "all" if walls.brands is None else ",".join(map(str, sorted(walls.brands)))
    key = f"survey-segments:{brands}"
    found: dict[str, int] | None = cache.get(key)
    if found is None:
        rows = Customer.objects.exclude(pk__in=own_customers())
        rows = rows.exclude(pk__in=strangers().values("pk"))
        if walls.brands is not None:
            rows = rows.filter(brand__in=walls.brands)
        found = dict(rows.values_list("segment").annotate(n=Count("pk")).order_by("segment"))
        cache.set(key, found, SIZES_FOR)
    return found
