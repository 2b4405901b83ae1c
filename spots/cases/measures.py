"""What the members of cases add up to: counted by the database, however many there are."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field

from django.db import connection

_MEMBERS = """
    SELECT m.case_id, count(*), count(*) FILTER (WHERE c.customer_id IS NULL), avg(t.severity)
    FROM spots_membership m
    JOIN complaints_complaint c ON c.id = m.complaint_id
    JOIN complaints_topic t ON t.id = c.topic_id
    WHERE m.case_id = ANY(%s) AND m.until IS NULL AND c.withdrawn_at IS NULL
    GROUP BY m.case_id
"""
_CUSTOMERS = """
    SELECT each.case_id, c.segment, count(*), coalesce(sum(c.ltv), 0)
    FROM (
        SELECT DISTINCT m.case_id, c.customer_id
        FROM spots_membership m JOIN complaints_complaint c ON c.id = m.complaint_id
        WHERE m.case_id = ANY(%s) AND m.until IS NULL AND c.withdrawn_at IS NULL
    ) each
    JOIN complaints_customer c ON c.id = each.customer_id
    GROUP BY each.case_id, c.segment
"""


@dataclass
class Members:
    """A case's complaints and the distinct customers behind them."""

    complaints: int = 0
    by_segment: dict[str, int] = field(default_factory=dict)  # "": no segment, or no customer
    ltv: float = 0.0  # sum over the distinct customers, in currency
    severity: float = 3.0  # mean over the complaints' topics

    @property
    def customers(self) -> int:
        """Distinct customers; a complaint that names none counts as one of its own."""
        return sum(self.by_segment.values())


def members_of(case_ids: Collection[int]) -> dict[int, Members]:
    """Return the figures of each case, those without members included: two queries."""
    found: defaultdict[int, Members] = defaultdict(Members)
    ids = list(case_ids)
    with connection.cursor() as cursor:
        cursor.execute(_MEMBERS, [ids])
        for case_id, complaints, nameless, severity in cursor.fetchall():
            of = found[case_id]
            of.complaints, of.severity = complaints, float(severity)
            if nameless:
                of.by_segment[""] = nameless
        cursor.execute(_CUSTOMERS, [ids])
        for case_id, segment, customers, ltv in cursor.fetchall():
            of = found[case_id]
            of.by_segment[segment] = of.by_segment.get(segment, 0) + customers
            of.ltv += float(ltv)
    return {case_id: found[case_id] for case_id in ids}
