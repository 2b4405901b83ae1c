"""What people do with what they were told."""

from collections.abc import Collection
from datetime import datetime

from django.contrib.auth.models import AbstractUser
from django.db import transaction

from spots.escalation.firings import Firing, Notice, Told


@transaction.atomic
def acknowledge(*, notice_ids: Collection[int], by: AbstractUser, now: datetime) -> int:
    """
    Note that somebody takes care of what they were told; return of how many notices.

    It does not climb any more. Notices of others are left out; a second time changes nothing.
    """
    own = Notice.objects.filter(pk__in=notice_ids, user=by.pk, state__in=[Told.TOLD, Told.READ])
    firings = Firing.objects.filter(pk__in=own.values("firing")).order_by("pk")
    numbers = [firing.pk for firing in firings.select_for_update()]
    taken = own.filter(firing__in=numbers)
    taken.filter(read_at=None).update(read_at=now)
    count = taken.update(state=Told.ACKNOWLEDGED)
    Firing.objects.filter(pk__in=numbers).update(climbs_at=None)
    first = Firing.objects.filter(pk__in=numbers, acknowledged_at=None)
    first.update(acknowledged_at=now, acknowledged_by=by.pk)
    return count


def read(*, notice_id: int, by: AbstractUser, now: datetime) -> None:
    """Note that somebody looked at what they were told; that does not answer it."""
    own = Notice.objects.filter(pk=notice_id, user=by.pk, state=Told.TOLD)
    own.update(state=Told.READ, read_at=now)
