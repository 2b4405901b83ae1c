"""Complaints put on the map: by the geocoder, or by a person."""

import logging
from collections.abc import Callable, Collection, Iterable
from datetime import datetime
from functools import cache
from time import monotonic
from typing import Final

from celery.exceptions import SoftTimeLimitExceeded
from django.contrib.auth.models import AbstractUser
from django.contrib.gis.geos import Point
from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models import Q, QuerySet
from psycopg.errors import QueryCanceled

from complaints.alone import alone
from complaints.customers.personal import blind_index, blind_indexes
from complaints.customers.walls import Walls
from complaints.geocoding import geocoder
from complaints.geocoding.address import normalise
from complaints.geocoding.geocoder import Match
from complaints.geocoding.models import PlacedAddress, Region
from complaints.intake.models import COARSE, Complaint, Kept, Placing, Precision
from complaints.intake.transitions_of_state import judged_anew

logger = logging.getLogger(__name__)

MOST_AT_ONCE: Final = 1000  # complaints of one address that are placed in one transaction
PATIENCE_S: Final = 10.0  # of a transaction that places: a task is killed after 300 s
# Of one search among all streets of a country: no name that somebody means takes as long.
SEARCH_MS: Final = 5000
_OF_ANYBODY: Final = 0x67_656F_63  # "geoc": of placing what anybody sent, apart from other locks

Geocode = Callable[[str], Match | None]


class ElsewhereError(Exception):
    """A person may not put complaints there."""


class AlreadyPlacedError(Exception):
    """The complaint is on the map: somebody, or the geocoder, was first."""


@transaction.atomic
def geocode_waiting(*, now: datetime, limit: int = 500) -> int:
    """
    Place up to `limit` complaints that wait, the oldest first, and return how many were settled.

    What is not found is left to a person. A complaint that cannot even be read, or whose address
    takes too long, is, too: none keeps the others waiting, and after PATIENCE_S what was settled is
    kept. What anybody may have sent comes after all else, and one worker is at it: else some
    hundred addresses that nothing has, and much is like, kept all workers. Two machines never take
    the same complaint.
    """
    geocode = cache(geocoder.geocode)  # an outage brings many complaints of one address
    settled, ends = 0, monotonic() + PATIENCE_S
    taken = _claimed(limit)
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL statement_timeout = {SEARCH_MS}")
    for pk in taken:
        if settled and monotonic() >= ends:
            break
        try:
            with transaction.atomic():
                _settle(pk, geocode=geocode, now=now)
        except Exception as error:
            if _is_of_the_database(error):
                raise  # its trouble, not the complaint's: all of them keep waiting
            logger.exception("Complaint %s cannot be geocoded; a person has to place it", pk)
            Complaint.objects.filter(pk=pk).update(placing=Placing.REVIEW)
            if isinstance(error, SoftTimeLimitExceeded):
                return settled + 1  # it took the task's time: not again, and no other's
        settled += 1
    return settled


def _claimed(limit: int) -> list[int]:
    waiting = Complaint.objects.filter(placing=Placing.WAITING).order_by("received_at", "pk")
    claimed = waiting.select_for_update(skip_locked=True).values_list("pk", flat=True)
    taken = list(claimed.filter(proven=True)[:limit])
    if len(taken) < limit and alone(_OF_ANYBODY):
        taken += claimed.filter(proven=False)[: limit - len(taken)]
    return taken


def _is_of_the_database(error: Exception) -> bool:
    is_trouble = isinstance(error, OperationalError | InterfaceError)
    return is_trouble and not isinstance(error.__cause__, QueryCanceled)  # that is SEARCH_MS


def _settle(pk: int, *, geocode: Geocode, now: datetime) -> None:
    complaint = Complaint.objects.get(pk=pk)
    spelling = normalise(complaint.address)
    complaint.address_index = blind_index(spelling)
    if not (
        _keep_point(complaint)
        or _geocode(complaint, geocode)
        or _follow_person(complaint, spelling)
    ):
        complaint.placing = Placing.REVIEW
        complaint.save(update_fields=["placing", "address_index"])
        return
    complaint.placing = Placing.PLACED
    complaint.placed_at = now
    complaint.region = region_of(complaint.point)
    complaint.save(
        update_fields=[
            *("placing", "placed_at", "point", "precision", "match_score", "region"),
            "address_index",
        ]
    )


def _keep_point(complaint: Complaint) -> bool:
    """Keep a point that came with the complaint, if it can be true or there is no address."""
    point = complaint.point
    if point is None or (complaint.address_index and region_of(point) is None):
        return False
    complaint.precision = complaint.precision or Precision.HOUSE
    return True


def _follow_person(complaint: Complaint, spelling: str) -> bool:
    """
    Put the complaint where a person has put its address, of a complaint of the same brand.

    Only what the registry does not know: a spelling may be that of two places, and one person would
    move all complaints of a street.
    """
    placed = _placed(complaint, spelling)
    if placed is None:
        return False
    complaint.point, complaint.precision, complaint.match_score = (
        placed.point,
        placed.precision,
        None,
    )
    return True


def _placed(complaint: Complaint, spelling: str) -> PlacedAddress | None:
    known = PlacedAddress.objects.filter(
        brand=complaint.brand_id, address_index__in=blind_indexes(spelling)
    )
    return known.order_by("pk").first()


def _geocode(complaint: Complaint, geocode: Geocode) -> bool:
    match = geocode(complaint.address)
    if match is None:
        return False
    complaint.point, complaint.precision, complaint.match_score = (
        match.point,
        match.precision,
        match.score,
    )
    return True


def region_of(point: Point | None) -> Region | None:
    """Return the region that covers a point (WGS 84), None outside of all."""
    return Region.objects.filter(outline__covers=point).order_by("pk").first()


@transaction.atomic
def place(
    complaint: Complaint,
    *,
    point: Point,
    precision: str,
    by: AbstractUser,
    walls: Walls,
    now: datetime,
) -> int:
    """
    Put a complaint where a person says, with all others of its address that wait for them.

    The place is remembered for complaints yet to come. Returns how many complaints were placed.

    walls  of the person

    :raises AlreadyPlacedError: if the complaint is on the map already, or too old to be placed
    :raises ElsewhereError: the point is in a region that the person is not let into
    """
    region = region_of(point)
    if region and walls.regions is not None and region.pk not in walls.regions:
        raise ElsewhereError
    same = Q(pk=complaint.pk)
    if complaint.address_index:
        known = blind_indexes(normalise(complaint.address))
        same |= Q(placing=Placing.REVIEW, address_index__in=known)
    # locked in one order, so that two people at one address do not wait for each other
    rows = Complaint.objects.within(walls).filter(same, kept=Kept.ALL).order_by("pk")
    rows = rows.select_for_update(of=("self",))
    placings = dict(rows.values_list("pk", "placing"))
    if placings.get(complaint.pk, Placing.PLACED) == Placing.PLACED:
        raise AlreadyPlacedError(f"Complaint {complaint} is on the map already.")
    _remember(complaint, point=point, precision=precision, by=by, now=now)
    return _put(placings, point=point, precision=precision, now=now)


@transaction.atomic
def place_found(
    address_index: bytes,
    *,
    brand_id: int,
    point: Point,
    precision: str,
    proven: bool,
    now: datetime,
) -> int:
    """
    Put a brand's complaints of an address where its online geocoder knows it to be.

    proven  it was asked for one whose sender knows the customer: else only others' are placed, so
            that no stranger chooses the words by which a customer's home is found

    Those that wait for a person are placed; those that only their town is known of are moved.
    Returns how many there were: at most MOST_AT_ONCE of either, the oldest first. What a person has
    placed meanwhile stays there.
    """
    same = Complaint.objects.filter(brand=brand_id, address_index=address_index).order_by("pk")
    if not proven:
        same = same.filter(proven=False)
    waiting, coarse = (
        list(rows.select_for_update().values_list("pk", flat=True)[:MOST_AT_ONCE])
        for rows in (same.filter(placing=Placing.REVIEW), same.filter(COARSE))
    )
    placed = _put(waiting, point=point, precision=precision, now=now)
    known = Complaint.objects.filter(pk__in=coarse)
    return placed + _moved(known, point=point, precision=precision, now=now)


def _put(pks: Iterable[int], *, point: Point, precision: str, now: datetime) -> int:
    return Complaint.objects.filter(pk__in=pks).update(
        placing=Placing.PLACED,
        point=point,
        precision=precision,
        match_score=None,
        placed_at=now,
        region=region_of(point),
    )


def move(complaint: Complaint, *, point: Point, precision: str, now: datetime) -> None:
    """Correct where a complaint is, unless it is too old to say so; detection judges it anew."""
    rows = Complaint.objects.filter(pk=complaint.pk, kept=Kept.ALL)
    _moved(rows, point=point, precision=precision, now=now)
    complaint.refresh_from_db()


def _moved(complaints: QuerySet[Complaint], *, point: Point, precision: str, now: datetime) -> int:
    return complaints.update(
        point=point,
        precision=precision,
        match_score=None,
        region=region_of(point),
        **judged_anew(now),
    )


def forget_places(places: QuerySet[PlacedAddress], *, by: AbstractUser, now: datetime) -> int:
    """
    Take back where addresses were placed: later complaints of them wait for a person again.

    Those that were put there stay. The history keeps each, and who took it back. Returns how many.
    """
    with transaction.atomic():
        rows = list(places.select_for_update(of=("self",)).order_by("pk"))
        for placed in rows:
            placed._history_user, placed._history_date = by, now
            placed.delete()
    return len(rows)


def forget_complaints(complaint_ids: Collection[int]) -> None:
    """Take away which complaint a person placed an address by: where the address is stays known."""
    PlacedAddress.objects.filter(complaint__in=complaint_ids).update(complaint=None)
    PlacedAddress.history.filter(complaint__in=complaint_ids).update(complaint=None)


def _remember(
    complaint: Complaint, *, point: Point, precision: str, by: AbstractUser, now: datetime
) -> None:
    spelling = normalise(complaint.address) if complaint.address_index else ""
    placed = _placed(complaint, spelling) or PlacedAddress(brand_id=complaint.brand_id)
    placed.address_index = blind_index(spelling)  # a former pepper's is brought to the present
    placed.complaint, placed.point, placed.precision = complaint, point, precision
    placed.by_id, placed.at = by.pk, now
    placed._history_user, placed._history_date = by, now
    placed.save()
