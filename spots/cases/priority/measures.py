"""What counts in the priority of cases: measured by the database, however many there are."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import connection

from spots.cases.counting import COUNTS_SQL
from spots.cases.merged import PARTS
from spots.cases.priority.formula import Facts

GROWTH: Final = timedelta(hours=1)  # how long ago a customer is still new
MOST_PLACES: Final = 10  # of a case, the weightiest; ten are enough to be very important

# Whoever is not content with the fixes of two cases that were merged counts for each.
_UNHAPPY: Final = f"""
    {PARTS}, unhappy (id, customers) AS (
        SELECT p.lives_in, sum(c.unhappy) FROM part p JOIN spots_case c USING (id)
        GROUP BY p.lives_in
    )
"""
_SEVERITY: Final = f"""
    {_UNHAPPY}
    SELECT held.id, min(u.customers), coalesce(
        min(own.severity),
        max(t.severity) FILTER (WHERE c.withdrawn_at IS NULL AND {COUNTS_SQL})
    )
    FROM spots_case held JOIN unhappy u USING (id)
    LEFT JOIN complaints_topic own ON own.id = held.topic_id
    LEFT JOIN spots_membership m
        ON m.case_id = CASE WHEN held.topic_id IS NULL THEN held.id END AND m.until IS NULL
    LEFT JOIN complaints_complaint c ON c.id = m.complaint_id
    LEFT JOIN complaints_topic t ON t.id = c.topic_id
    WHERE held.id = ANY(%(cases)s)
    GROUP BY held.id
"""
# A complaint that names no customer counts as one of its own.
_CUSTOMERS: Final = f"""
    SELECT each.case_id, coalesce(c.segment, ''),
        count(*) FILTER (WHERE each.counting = 0), sum(each.complaints),
        count(*) FILTER (WHERE each.counting > 0),
        coalesce(sum(c.ltv) FILTER (WHERE each.counting > 0), 0),
        coalesce(sum(c.churn_risk) FILTER (WHERE each.counting > 0), 0),
        coalesce(sum(c.debt) FILTER (WHERE each.counting > 0), 0),
        count(*) FILTER (WHERE each.counting > 1),
        count(*) FILTER (WHERE each.first_at > %(new_since)s)
    FROM (
        SELECT m.case_id, c.customer_id, count(*) AS complaints,
            count(*) FILTER (WHERE {COUNTS_SQL}) AS counting,
            min(c.occurred_at) FILTER (WHERE {COUNTS_SQL}) AS first_at
        FROM spots_membership m
        JOIN complaints_complaint c ON c.id = m.complaint_id
        JOIN spots_case held ON held.id = m.case_id
        WHERE m.case_id = ANY(%(cases)s) AND m.until IS NULL AND c.withdrawn_at IS NULL
        GROUP BY m.case_id, c.customer_id, CASE WHEN c.customer_id IS NULL THEN c.id END
    ) each
    LEFT JOIN complaints_customer c ON c.id = each.customer_id
    GROUP BY each.case_id, coalesce(c.segment, '')
"""
# Cases first, by their key: else all that ever were are read, so that workers may share the rest.
_SUBSCRIBERS: Final = """
    WITH held AS MATERIALIZED (
        SELECT id, outline FROM spots_case WHERE id = ANY(%(cases)s)
    )
    SELECT held.id, sum(a.subscribers)
    FROM held JOIN complaints_address a ON ST_Covers(held.outline, a.point)
    GROUP BY held.id
"""
# The box is FARTHEST_M (weights.py) wide up to 80° north, for the index; then the true distance.
_PLACES: Final = """
    SELECT id, name, weight FROM (
        SELECT c.id, p.name, p.weight,
            row_number() OVER (PARTITION BY c.id ORDER BY p.weight DESC, p.id) AS place
        FROM spots_case c
        CROSS JOIN LATERAL (SELECT coalesce(c.outline, c.centre) AS shape) of
        JOIN spots_importantplace p
            ON p.active AND p.brand_id = c.brand_id
            AND p.point && ST_Expand(of.shape, 0.27, 0.05)
            AND ST_DWithin(p.point::geography, of.shape::geography, p.radius_m)
        WHERE c.id = ANY(%(cases)s)
    ) reached
    WHERE place <= %(most)s
    ORDER BY id, place
"""


@dataclass
class _Measured:
    """What is gathered of one case."""

    complaints: int = 0
    unproven: int = 0
    customers: dict[str, int] = field(default_factory=dict)
    subscribers: int = 0
    severity: float = 3.0
    ltv: float = 0.0
    again: int = 0
    grew: int = 0
    places: list[tuple[str, float]] = field(default_factory=list)
    churn: float = 0.0
    debt: float = 0.0
    unhappy: int = 0

    def add_segment(self, segment: str, figures: tuple[Any, ...]) -> None:
        unproven, complaints, customers, ltv, churn, debt, again, grew = figures
        self.unproven += unproven
        self.complaints += int(complaints)
        if customers:
            self.customers[segment] = customers
        self.ltv += float(ltv)
        self.churn += float(churn)
        self.debt += float(debt)
        self.again += again
        self.grew += grew

    def facts(self) -> Facts:
        told = {name: value for name, value in vars(self).items() if name != "complaints"}
        return Facts(**told)


def measured(case_ids: Collection[int], *, now: datetime) -> dict[int, tuple[Facts, int]]:
    """
    Return the facts and the number of complaints of each case, in four queries.

    Those without members are included. The age is left for the caller to fill in. Where no topic
    is the case's own, the severest of its members' counts, so that one more complaint never makes
    it milder.
    """
    found: defaultdict[int, _Measured] = defaultdict(_Measured)
    given: dict[str, Any] = {
        "cases": list(case_ids),
        "new_since": now - GROWTH,
        "most": MOST_PLACES,
    }
    with connection.cursor() as cursor:
        cursor.execute(_SEVERITY, given)
        for case_id, unhappy, severity in cursor.fetchall():
            found[case_id].unhappy = int(unhappy)
            if severity is not None:
                found[case_id].severity = float(severity)
        cursor.execute(_CUSTOMERS, given)
        for case_id, segment, *figures in cursor.fetchall():
            found[case_id].add_segment(segment, tuple(figures))
        cursor.execute(_SUBSCRIBERS, given)
        for case_id, subscribers in cursor.fetchall():
            found[case_id].subscribers = int(subscribers)
        cursor.execute(_PLACES, given)
        for case_id, name, weight in cursor.fetchall():
            found[case_id].places.append((name, weight))
    return {case_id: (found[case_id].facts(), found[case_id].complaints) for case_id in case_ids}


def unhappy_in(case_id: int) -> int:
    """Return how many were not content with a fix of a case, or of one that lives on in it."""
    asked = f"{_UNHAPPY} SELECT customers FROM unhappy"
    with connection.cursor() as cursor:
        cursor.execute(asked, {"cases": [case_id]})
        return int(cursor.fetchone()[0])
