"""
Which members of a case count in what is decided of it: its priority, its promises, its team.

A complaint whose sender nothing proves (`Complaint.proven`) joins a spot that is there, and is told
of its fix. It counts only where a person put it, or where a case is of it alone: else whoever sends
hundreds of forms from a spot's ground would move it before others.
"""

from typing import Final

from django.db.models import Q

from spots.cases.models import Kind

COUNTS: Final = (
    Q(complaint__proven=True) | Q(by__isnull=False) | Q(case__kind=Kind.SINGLE)
)  # of memberships
COUNTS_SQL: Final = (  # m: a membership, c: its complaint, held: its case
    f"(c.proven OR m.by_id IS NOT NULL OR held.kind = '{Kind.SINGLE.value}')"
)
