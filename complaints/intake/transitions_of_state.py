"""What ends a complaint, what brings it back, and what corrects it."""

from datetime import datetime
from typing import Any, Final

from django.db.models import Case, CharField, DateTimeField, F, QuerySet, Value, When
from django.db.models.functions import Cast, Coalesce, Concat, Greatest, Left

from complaints.intake.models import Complaint, Kept, Placing, Precision, Topic
from complaints.intake.raster import OnRaster


def resolve(complaints: QuerySet[Complaint], *, now: datetime) -> int:
    """Mark complaints as solved, those solved already excepted; return how many were marked."""
    return complaints.filter(resolved_at=None).update(resolved_at=now)


def unresolve(complaints: QuerySet[Complaint]) -> int:
    """Take the mark back: the fix did not hold. Return how many had it."""
    return complaints.filter(resolved_at__isnull=False).update(resolved_at=None)


_OF_NO_HOUSE: Final[dict[str, Any]] = {
    "address": "",
    "address_index": None,
    "fingerprint": b"",  # of the address, too: a retry is taken for the same
    "point": OnRaster("point"),
    "precision": Case(
        When(precision=Precision.HOUSE, then=Value(Precision.STREET)), default=F("precision")
    ),
    "placing": Case(
        When(placing__in=(Placing.WAITING, Placing.REVIEW), then=Value(Placing.NOWHERE)),
        default=F("placing"),
    ),
}

_OF_NOBODY: Final[dict[str, Any]] = {"kept": Kept.NOTHING, "text": "", **_OF_NO_HOUSE}


def forget_places(complaints: QuerySet[Complaint]) -> int:
    """
    Erase where customers live: the point stays, drawn to a raster of 100 m, and the region.

    What is not on the map yet comes there no more. Return how many complaints there were.
    """
    return complaints.update(kept=Greatest("kept", Value(Kept.WORDS)), **_OF_NO_HOUSE)


def forget_words(complaints: QuerySet[Complaint]) -> int:
    """Erase what customers said, and where they live; return how many complaints there were."""
    return complaints.update(**_OF_NOBODY)


def forget_customers(complaints: QuerySet[Complaint]) -> int:
    """The same, of customers who are told nothing more."""
    return complaints.update(tell=False, **_OF_NOBODY)


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
