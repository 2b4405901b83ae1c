"""Attractors come and go by themselves each night, and stay as people decide."""

from datetime import datetime, timedelta

from django.contrib.auth.models import AbstractUser
from django.contrib.gis.geos import Point
from django.db import transaction
from django.utils.translation import gettext as _

from spots.detection.arrivals import Floats, Ints
from spots.watching.models import Attractor, Verdict
from spots.watching.nearby import Stand

# coordinate, longitude, latitude, customers, allowed: a row for each attractor found
Columns = tuple[Ints, Floats, Floats, Ints, Floats]

# Two nights. Several rules learn in one brand and region, each from its own topics and at its
# own minute: what one of them does not find, another may find a little later.
REMEMBERED = timedelta(hours=36)


class NothingLearntError(Exception):
    """The learning does not find this attractor: nothing can be left to it."""


@transaction.atomic
def learnt(*, brand_id: int, region_id: int, found: Columns, now: datetime) -> None:
    """
    Store what a night's learning found, and forget what no learning has found lately.

    What people decided stays, whether it is found or not.
    """
    rows = [
        Attractor(
            brand_id=brand_id,
            region_id=region_id,
            coordinate=coordinate,
            point=Point(lon, lat, srid=4326),
            verdict=Verdict.LEARNT,
            customers=customers,
            allowed=allowed,
            seen_at=now,
        )
        for coordinate, lon, lat, customers, allowed in zip(
            *(column.tolist() for column in found), strict=True
        )
    ]
    Attractor.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["brand", "region", "coordinate"],
        update_fields=["customers", "allowed", "seen_at"],
    )
    there = Attractor.objects.filter(brand=brand_id, region=region_id, verdict=Verdict.LEARNT)
    there.exclude(seen_at__gte=now - REMEMBERED).delete()


def is_found(attractor: Attractor, *, now: datetime) -> bool:
    """Say whether the learning finds it: then it would be back the night after a deletion."""
    return attractor.seen_at is not None and attractor.seen_at >= now - REMEMBERED


@transaction.atomic
def decide(
    attractor: Attractor, *, verdict: Verdict, by: AbstractUser, note: str, now: datetime
) -> Attractor:
    """
    Say what a coordinate is, or, with `Verdict.LEARNT`, leave it to the learning again.

    It counts from the next look on.

    :raises NothingLearntError: if it is to be left to the learning, which does not find it
    """
    row = Attractor.objects.select_for_update().get(pk=attractor.pk)
    if verdict == Verdict.LEARNT and not is_found(row, now=now):
        raise NothingLearntError(
            _("The learning does not find %(place)s: a person has to decide.") % {"place": row}
        )
    _keep_what_was(row, now=now)
    row.verdict, row.note = verdict, note
    row.decided_by_id = None if verdict == Verdict.LEARNT else by.pk
    row._history_user, row._history_date = by, now
    row.save()
    return row


@transaction.atomic
def add(*, brand_id: int, stand: Stand, by: AbstractUser, note: str, now: datetime) -> Attractor:
    """Say that a coordinate is no real place, whether it is in the list or not."""
    place = {"brand_id": brand_id, "region": stand.region, "coordinate": stand.coordinate}
    listed = Attractor.objects.filter(**place).first()
    if listed is not None:
        return decide(listed, verdict=Verdict.ADDED, by=by, note=note, now=now)
    row = Attractor(**place, point=stand.point, customers=stand.customers, note=note)
    row.verdict, row.decided_by_id = Verdict.ADDED, by.pk
    row._history_user, row._history_date = by, now
    row.save()
    return row


def _keep_what_was(row: Attractor, *, now: datetime) -> None:
    """Begin the history of a learnt attractor with how it was found: learning writes none."""
    if row.history.exists():
        return
    row._history_user = None
    Attractor.history.bulk_history_create([row], default_date=row.seen_at or now)
