"""
How urgent a case is: a sum of parts, each of which can be read.

Every part but the severity is told by two numbers, `at_most` points and the amount `half_at`
that gives half of them:

    points(x) = at_most * x / (x + half_at),    x >= 0

Nothing gives nothing, more never gives less, each step gives less than the one before, and no
part can drown the rest beyond what its weight says. What x is, and its unit:

    customers  distinct customers, each counted as often as the factor of their segment says
    share      of the subscribers registered inside the outline, those who complained, 0 … 1
    ltv        lifetime value, sum over the distinct customers, currency
    again      customers who complained twice or more
    growth     customers who complained of it for the first time in the last hour
    age        hours since the first complaint
    places     important places that it reaches, sum of their weights
    unhappy    customers who rated a fix of it as bad
    churn      customers who are likely to leave, sum of their risks 0 … 1
    debt       what the distinct customers owe and is overdue, currency

    severity   of the topic, 1 … 5, in even steps: at_most * severity / 5

Bands cut the sum: P1 from `p1_from` points on, then P2, P3, else P4.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any, Final, NamedTuple

CUSTOMERS: Final = "customers"
SEGMENT: Final = "segment:"  # followed by the segment's code
SHARE: Final = "share"
SEVERITY: Final = "severity"
LTV: Final = "ltv"
AGAIN: Final = "again"
GROWTH: Final = "growth"
AGE: Final = "age"
PLACES: Final = "places"
UNHAPPY: Final = "unhappy"
CHURN: Final = "churn"
DEBT: Final = "debt"

WORST: Final = 5  # the highest severity of a topic


class Scale(NamedTuple):
    """What an amount is worth: half of `at_most` points at `half_at` of its unit."""

    at_most: float
    half_at: float

    def points(self, amount: float) -> float:
        return self.at_most * amount / (amount + self.half_at)


SCALES: Final[Mapping[str, Scale]] = {  # in force until somebody sets others, in order of telling
    CUSTOMERS: Scale(100, 30),
    SHARE: Scale(30, 0.10),
    LTV: Scale(20, 200_000),
    AGAIN: Scale(15, 5),
    GROWTH: Scale(40, 10),
    AGE: Scale(30, 48),
    PLACES: Scale(40, 3),
    UNHAPPY: Scale(20, 5),
    CHURN: Scale(20, 5),
    DEBT: Scale(0, 50_000),  # nothing, until an operator says what it is worth to them
}


@dataclass(frozen=True)
class Facts:
    """What is known of a case that counts in its priority."""

    customers: Mapping[str, int] = field(default_factory=dict)  # by segment; "": unknown or none
    unproven: int = 0  # customers beside them whom only a form or a letter names: counted nowhere
    subscribers: int = 0  # registered inside the outline, people; 0: not known
    severity: float = 3.0  # of the topic, 1 mild … 5 worst
    ltv: float = 0.0  # sum over the distinct customers, in currency
    again: int = 0  # customers with two complaints or more
    grew: int = 0  # customers whose first complaint is of the last hour
    age_hours: float = 0.0  # since the first complaint
    places: Sequence[tuple[str, float]] = ()  # important places: name and weight
    unhappy: int = 0  # customers who rated a fix as bad
    churn: float = 0.0  # sum of the customers' risks of leaving, 0 … 1 each
    debt: float = 0.0  # overdue, sum over the distinct customers, in currency

    @property
    def everybody(self) -> int:
        return sum(self.customers.values())

    @property
    def share(self) -> float:
        """Complaining customers among the subscribers here, 0 … 1; 0 where nobody knows."""
        return min(self.everybody / self.subscribers, 1.0) if self.subscribers else 0.0

    @classmethod
    def stored(cls, row: Mapping[str, Any]) -> "Facts":
        """Return facts as `dataclasses.asdict` wrote them, be it with other fields than today's."""
        return cls(**{known.name: row[known.name] for known in fields(cls) if known.name in row})


@dataclass(frozen=True)
class Weights:
    """What each fact is worth, and where the bands begin."""

    scales: Mapping[str, Scale] = field(default_factory=lambda: SCALES)
    severity_at_most: float = 25.0  # points at severity 5
    segments: Mapping[str, float] = field(default_factory=dict)  # factor, 1 where not named
    p1_from: float = 140.0
    p2_from: float = 90.0
    p3_from: float = 55.0


class Part(NamedTuple):
    """One summand: what it is, how much of it there is, and the points it gives."""

    code: str
    value: float
    points: float


@dataclass(frozen=True)
class Priority:
    points: float
    parts: tuple[Part, ...]
    band: int  # 1 most urgent … 4


def priority_of(facts: Facts, weights: Weights) -> Priority:
    """Return the points of a case, the parts they are the sum of, and the band."""
    amounts = (
        (LTV, facts.ltv),
        (AGAIN, facts.again),
        (GROWTH, facts.grew),
        (AGE, facts.age_hours),
        (PLACES, sum(weight for _, weight in facts.places)),
        (UNHAPPY, facts.unhappy),
        (CHURN, facts.churn),
        (DEBT, facts.debt),
    )
    parts = (
        *_of_customers(facts, weights),
        _part(SHARE, facts.share, weights),
        Part(SEVERITY, facts.severity, weights.severity_at_most * facts.severity / WORST),
        *(_part(code, amount, weights) for code, amount in amounts),
    )
    points = sum(part.points for part in parts)
    return Priority(points, tuple(part for part in parts if part.points), band_of(points, weights))


def _part(code: str, amount: float, weights: Weights) -> Part:
    return Part(code, amount, weights.scales[code].points(amount))


def _of_customers(facts: Facts, weights: Weights) -> list[Part]:
    """Everybody as if they were equal, then what the factor of each segment changes in turn."""
    scale, counted = weights.scales[CUSTOMERS], float(facts.everybody)
    so_far = scale.points(counted)
    parts = [Part(CUSTOMERS, facts.everybody, so_far)]
    for segment, count in sorted(facts.customers.items()):
        # A factor may be 0: rounding must not take the sum below nothing.
        counted = max(counted + count * (weights.segments.get(segment, 1.0) - 1.0), 0.0)
        points = scale.points(counted)
        parts.append(Part(SEGMENT + segment, count, points - so_far))
        so_far = points
    return parts


def band_of(points: float, weights: Weights) -> int:
    """Return the band of a number of points, 1 (most urgent) to 4."""
    thresholds = (weights.p1_from, weights.p2_from, weights.p3_from)
    return next((i for i, least in enumerate(thresholds, start=1) if points >= least), 4)
