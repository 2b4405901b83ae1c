"""
How urgent a case is: a sum of parts, each of which can be read.

    points = customers x per_customer, each customer weighted by the factor of their segment
           + topic severity (1 … 5) x per_severity
           + lifetime value of the customers / 1000 x per_ltv_thousand
           + hours since the first complaint x per_hour

The sum is open to the top. Bands cut it: P1 from `p1_from` points on, then P2, P3, else P4.
With factors and weights of 0 or more, one more customer never lowers it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

CUSTOMERS = "customers"
SEGMENT = "segment:"  # followed by the segment's code
SEVERITY = "severity"
LTV = "ltv"
AGE = "age"


@dataclass(frozen=True)
class Facts:
    """What is known of a case that counts in its priority."""

    customers: Mapping[str, int]  # distinct customers by segment; "": unknown or none
    severity: float  # of the topic, 1 mild … 5 worst
    ltv: float  # sum over the distinct customers, in currency
    age_hours: float  # since the first complaint


@dataclass(frozen=True)
class Weights:
    """Points per unit of each fact, and where the bands begin."""

    per_customer: float = 2.0
    segments: Mapping[str, float] = field(default_factory=dict)  # factor, 1 where not named
    per_severity: float = 5.0
    per_ltv_thousand: float = 0.5
    per_hour: float = 0.5
    p1_from: float = 120.0
    p2_from: float = 70.0
    p3_from: float = 40.0


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
    parts = (
        *_of_customers(facts.customers, weights),
        Part(SEVERITY, facts.severity, facts.severity * weights.per_severity),
        Part(LTV, facts.ltv, facts.ltv / 1000 * weights.per_ltv_thousand),
        Part(AGE, facts.age_hours, facts.age_hours * weights.per_hour),
    )
    points = sum(part.points for part in parts)
    return Priority(points, tuple(part for part in parts if part.points), band_of(points, weights))


def _of_customers(customers: Mapping[str, int], weights: Weights) -> list[Part]:
    """Everybody at the plain rate, then what each segment's factor adds to it."""
    everybody = sum(customers.values())
    parts = [Part(CUSTOMERS, everybody, everybody * weights.per_customer)]
    for segment, count in sorted(customers.items()):
        extra = weights.segments.get(segment, 1.0) - 1.0
        parts.append(Part(SEGMENT + segment, count, count * weights.per_customer * extra))
    return parts


def band_of(points: float, weights: Weights) -> int:
    """Return the band of a number of points, 1 (most urgent) to 4."""
    thresholds = (weights.p1_from, weights.p2_from, weights.p3_from)
    return next((i for i, least in enumerate(thresholds, start=1) if points >= least), 4)
