"""What ends a complaint, what brings it back, and what corrects it."""

from datetime import datetime
from typing import Any, Final

from django.contrib.gis.db.models.functions import SnapToGrid
from django.db.models import CharField, DateTimeField, F, QuerySet, Value
from django.db.models.functions import Cast, Coalesce, Concat, Left

from complaints.intake.models import Complaint, Topic


def resolve(complaints: QuerySet[Complaint], *, now: datetime) -> int:
    """Mark complaints as solved, those solved already excepted; return how many were marked."""
    return complaints.filter(resolved_at=None).update(resolved_at=now)


def unresolve(complaints: QuerySet[Complaint]) -> int:
    """Take the mark back: the fix did not hold. Return how many had it."""
    return complaints.filter(resolved_at__isnull=False).update(resolved_at=None)


_GRID: Final = 0.001  # degrees: about 100 m, too coarse for a house


def forget_words(complaints: QuerySet[Complaint]) -> int:
    """
    Erase what customers said and where they live: the point stays, as coarse as a street.

    Return how many complaints there were.
    """
    return complaints.update(
        text="", address="", address_index=None, tell=False, point=SnapToGrid("point", _GRID)
    )


def judged_anew(now: datetime) -> dict[str, Any]:
    """Return what is written to complaints that detection has to look at again."""
    return {"corrected_at": now, "corrections": F("corrections") + 1}


def withdraw(complaints: QuerySet[Complaint], *, now: datetime) -> int:
    """Take complaints back: they count for nothing from now on. Return how many were in effect."""
    return complaints.filter(withdrawn_at=None).update(withdrawn_at=now, **judged_anew(now))


def tell(complaints: QuerySet[Complaint]) -> int:
    """Note that customers want to be told what becomes of complaints; return how many changed."""
    return complaints.filter(tell=False).update(tell=True)


def correct(
    complaint: Complaint,
    *,
    topic: Topic | None = None,
    occurred_at: datetime | None = None,
    now: datetime,
) -> None:
    """Correct what a complaint is about, or when it occurred; detection judges it anew."""
    changed = {"topic": topic, "occurred_at": occurred_at}
    Complaint.objects.filter(pk=complaint.pk).update(
        **{name: value for name, value in changed.items() if value is not None},
        **judged_anew(now),
    )
    complaint.refresh_from_db()


def take_back(complaints: QuerySet[Complaint], *, now: datetime) -> int:
    """
    Withdraw complaints that came by mistake, and free their external ids: the sender may send
    the same ones again, corrected. Return how many there were.
    """
    withdrawn = Coalesce("withdrawn_at", Value(now, DateTimeField()))
    freed = Concat(Left("external_id", 70), Value(" undone "), Cast("pk", CharField()))
    return complaints.update(withdrawn_at=withdrawn, external_id=freed, **judged_anew(now))
