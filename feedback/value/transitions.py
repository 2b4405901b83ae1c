"""Counting what customers are worth, ahead of whoever asks."""

from datetime import datetime, timedelta
from itertools import product
from typing import Final

from django.db import transaction

from complaints.alone import alone
from complaints.customers.walls import NO_WALLS
from feedback.value.counting import counted
from feedback.value.models import StaleValue, ValueCount, ValueGroup
from feedback.value.table import MONTHS, newest_month

HOLDS: Final = timedelta(days=1)  # what came late to the time before a period is told then
LOCK: Final = 1447121505  # of the one who counts


def count_values(*, now: datetime) -> int:
    """
    Count the periods up to the newest month that are not counted, or were long ago; how many.

    One process counts at a time: whoever meets another leaves it to go on.
    """
    done = 0
    if not _forget():
        return done
    for months, by_gifts in product(MONTHS, (False, True)):
        some = _count(months, now, by_gifts=by_gifts)
        if some is None:
            return done
        done += some
    return done


@transaction.atomic
def _forget() -> bool:
    """Forget the counts that changed months may have had a part in; False: another is at it."""
    if not alone(LOCK):
        return False
    if notes := list(StaleValue.objects.values_list("pk", flat=True)):
        ValueCount.objects.all().delete()
        StaleValue.objects.filter(pk__in=notes).delete()
    return True


@transaction.atomic
def _count(months: int, now: datetime, *, by_gifts: bool) -> int | None:
    """Count a period if it is to be; return how many that were; None: another is at it."""
    if not alone(LOCK):
        return None
    last = newest_month()
    if last is None:
        return 0
    same = ValueCount.objects.filter(months=months, by_gifts=by_gifts)
    if same.filter(last=last, counted_at__gt=now - HOLDS).exists():
        return 0
    groups = counted(NO_WALLS, last=last, months=months, by_gifts=by_gifts)
    same.delete()
    count = ValueCount.objects.create(last=last, months=months, by_gifts=by_gifts, counted_at=now)
    ValueGroup.objects.bulk_create(
        ValueGroup(count=count, brand_id=brand, rating=rating, other=other, **vars(group))
        for brand, rating, other, group in groups
    )
    return 1
