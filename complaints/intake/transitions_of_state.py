"""What ends a complaint, and what brings it back."""

from datetime import datetime

from django.db.models import QuerySet

from complaints.intake.models import Complaint


def resolve(complaints: QuerySet[Complaint], *, now: datetime) -> int:
    """Mark complaints as solved, those solved already excepted; return how many were marked."""
    return complaints.filter(resolved_at=None).update(resolved_at=now)


def unresolve(complaints: QuerySet[Complaint]) -> int:
    """Take the mark back: the fix did not hold. Return how many had it."""
    return complaints.filter(resolved_at__isnull=False).update(resolved_at=None)
