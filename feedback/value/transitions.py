"""Counting what customers are worth, ahead of whoever asks."""

from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from complaints.alone import alone
from feedback.value.counting import counted
from feedback.value.models import StaleValue, ValueCount, ValueGroup
from feedback.value.table import MONTHS, newest_month

HOLDS: Final = timedelta(days=1)  # what came late to the time before a period is told then
LOCK: Final = 1447121505  # of the one who counts


def count_values(*, now: datetime) -> int:
    """
    Count the periods up to the newest month that are not counted, or were long ago; how many.

    One process counts at a time; another returns at once.
    """
    if StaleValue.objects.exists():
        _forget()
    return sum(_count(months, now, by_gifts=by) for months in MONTHS for by in (False, True))


@transaction.atomic
def _forget() -> None:
    """Forget the counts that changed months had a part in, or may have: the page counts anew."""
    notes = list(StaleValue.objects.values_list("pk", flat=True))
    ValueCount.objects.all().delete()
    StaleValue.objects.filter(pk__in=notes).delete()


@transaction.atomic
def _count(months: int, now: datetime, *, by_gifts: bool) -> int:
    """Count a period if it is to be; return how many that were."""
    last = newest_month()
    if last is None or not alone(LOCK):
        return 0
    same = ValueCount.objects.filter(months=months, by_gifts=by_gifts)
    if same.filter(last=last, counted_at__gt=now - HOLDS).exists():
        return 0
    groups = counted(last=last, months=months, by_gifts=by_gifts)
    same.delete()
    count = ValueCount.objects.create(last=last, months=months, by_gifts=by_gifts, counted_at=now)
    ValueGroup.objects.bulk_create(
        ValueGroup(count=count, brand_id=brand, rating=rating, other=other, **vars(group))
        for brand, rating, other, group in groups
    )
    return 1
