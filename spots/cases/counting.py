"""
Which members of a case count in what is decided of it: its priority, its promises, its team.

A complaint whose sender nothing proves (`Complaint.proven`) joins a spot that is there, and is told
of its fix. It counts only where a person put it, or where a case is of it alone: else whoever sends
hundreds of forms from a spot's ground would move it before others.
"""

from collections import defaultdict
from collections.abc import Collection
from typing import Final

from django.db.models import Count, F, Q, Value
from django.db.models.functions import Coalesce

from spots.cases.models import Kind, Membership

COUNTS: Final = (
    Q(complaint__proven=True) | Q(by__isnull=False) | Q(case__kind=Kind.SINGLE)
)  # of memberships
COUNTS_SQL: Final = (  # m: a membership, c: its complaint, held: its case
    f"(c.proven OR m.by_id IS NOT NULL OR held.kind = '{Kind.SINGLE.value}')"
)

CUSTOMER: Final = Coalesce(  # of a membership: a complaint of nobody is a customer of its own
    "complaint__customer_id", -F("complaint_id")
)


def segments_of(case_ids: Collection[int]) -> dict[int, dict[str, float]]:
    """Return each segment's share, 0 to 1, of the customers of each case that has any who count."""
    rows = Membership.objects.filter(
        COUNTS, case__in=case_ids, until=None, complaint__withdrawn_at=None
    ).order_by()
    segment = Coalesce("complaint__customer__segment", Value(""))
    counted: dict[int, dict[str, int]] = defaultdict(dict)
    for case, name, many in rows.values_list("case", segment).annotate(
        n=Count(CUSTOMER, distinct=True)
    ):
        counted[case][name] = many
    return {
        case: {name: many / sum(counts.values()) for name, many in counts.items()}
        for case, counts in counted.items()
    }
