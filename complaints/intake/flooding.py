"""Numbers that complain so often that it is hardly about the network."""

from datetime import datetime, timedelta
from typing import Any, Final

from django.core.cache import cache
from django.db.models import Count

from complaints.intake.models import Complaint

WITHIN: Final = timedelta(days=1)
MOST: Final = 20  # complaints of one customer within it; a household without a network calls thrice
MOST_LISTED: Final = 1000  # customers
_KEPT_S: Final = 60  # seconds: the count of a day is asked for with each look at the queue


def flooders(*, now: datetime) -> dict[int, int]:
    """
    Return the customers who complained more than MOST times within a day, and how often.

    A spot counts each of them once, however often they complain (spots/detection); this says who
    tries. Each process counts anew after a minute.
    """
    known: Any = cache.get_or_set("flooders", lambda: _counted(now), _KEPT_S)
    return dict(known)


def _counted(now: datetime) -> dict[int, int]:
    lately = Complaint.objects.filter(
        received_at__gt=now - WITHIN, customer__isnull=False, withdrawn_at=None
    )
    each = lately.order_by().values("customer").annotate(n=Count("pk")).filter(n__gt=MOST)
    return dict(each.order_by("-n", "customer").values_list("customer", "n")[:MOST_LISTED])
