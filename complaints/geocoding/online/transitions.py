"""
Addresses that neither the registry nor a person knows yet are asked of others, in a brand's order.

No transaction is open while somebody is asked. Who is at an address holds it by a row, so two
machines do not send it twice; whoever dies while asking is taken for dead after a while. Nobody is
asked more often than was allowed, on all machines together, nor while it fails.
"""

import logging
from collections.abc import Collection, Sequence
from datetime import UTC, datetime, timedelta
from time import monotonic, sleep
from typing import Final, NamedTuple

from celery.exceptions import SoftTimeLimitExceeded
from django.db import InterfaceError, OperationalError, transaction
from django.db.models import Case, Exists, F, OuterRef, Q, When

from complaints.geocoding.address import readings
from complaints.geocoding.online.leaving import leaving
from complaints.geocoding.online.models import (
    KEPT,
    OnlineAnswer,
    OnlineGeocoder,
    OnlineGeocoderQuerySet,
    State,
    Trouble,
)
from complaints.geocoding.online.providers import Found, GeocoderFailedError, ask
from complaints.geocoding.transitions import place_found
from complaints.intake.models import COARSE, Complaint, ComplaintQuerySet, Placing
from complaints.outgoing.resting import LONGEST, next_at

FAILS_UNTIL_IT_RESTS: Final = 5  # in a row
RESTS: Final = timedelta(minutes=1)  # at first; then twice as long each time, up to an hour
RUN_SECONDS: Final = 8.0  # of a sweep; what is left waits for the next
MOST: Final = 500  # complaints looked at by one
YOUNG: Final = timedelta(days=30)  # a complaint: an older one helps nobody by being on the map
_UNKNOWN: Final = (Q(placing=Placing.REVIEW), COARSE)

logger = logging.getLogger(__name__)


class _Waiting(NamedTuple):
    brand_id: int
    address_index: bytes
    complaint_id: int
    proven: bool


class _Clock:
    """The moment that a sweep began at, and how long ago that is."""

    def __init__(self, now: datetime) -> None:
        self.began, self.ticks = now, monotonic()

    @property
    def seconds(self) -> float:
        return monotonic() - self.ticks

    @property
    def now(self) -> datetime:
        return self.began + timedelta(seconds=self.seconds)

    @property
    def seconds_left(self) -> float:
        return RUN_SECONDS - self.seconds


def ask_waiting(*, now: datetime) -> int:
    """Ask for the addresses that wait for a person, and return how many complaints were placed."""
    clock, placed = _Clock(now), 0
    _forget_old(now)
    for waiting in _waiting(now):
        if clock.seconds_left <= 0:
            break
        placed += _settle(waiting, clock)
    return placed


def change(geocoder: OnlineGeocoder, fields: Sequence[str]) -> None:
    """Save what a person changed, and ask at once; what a sweep counts meanwhile stays."""
    geocoder.save(update_fields=fields)
    try_now(OnlineGeocoder.objects.filter(pk=geocoder.pk))


def try_now(geocoders: OnlineGeocoderQuerySet) -> int:
    """Let geocoders that rest be asked at once; return how many are."""
    rows = geocoders.filter(active=True)
    return rows.update(rests_until=None, failures=0, trouble="")


def _waiting(now: datetime) -> Sequence[_Waiting]:
    """
    An address a row: those that somebody who is awake was not asked for, or has found.

    First what waits for a person, then what is known to its town only; of both what anybody may
    have sent comes last.
    """
    active = OnlineGeocoder.objects.filter(active=True)
    brands = set(active.values_list("brand", flat=True))
    if not brands:
        return []
    found: dict[tuple[int, bytes], _Waiting] = {}
    for proven in (True, False):
        rows = _to_settle(active, brands, proven=proven, now=now)
        for kind in _UNKNOWN:
            of_kind = rows.filter(kind).values_list("brand", "address_index", "pk")
            for brand, stored, pk in of_kind[:MOST]:
                index = bytes(stored or b"")
                found.setdefault((brand, index), _Waiting(brand, index, pk, proven))
    return list(found.values())


def _to_settle(
    active: OnlineGeocoderQuerySet, brands: Collection[int], *, proven: bool, now: datetime
) -> ComplaintQuerySet:
    settled = OnlineAnswer.objects.settled(now, proven=proven).filter(
        geocoder=OuterRef("pk"), address_index=OuterRef(OuterRef("address_index"))
    )
    awake = OnlineGeocoder.objects.awake(now, proven=proven)
    to_ask = awake.order_by().filter(brand=OuterRef("brand")).exclude(Exists(settled))
    told = OnlineAnswer.objects.found(proven=proven).filter(
        geocoder__in=active.filter(brand=OuterRef(OuterRef("brand"))),
        address_index=OuterRef("address_index"),
    )
    return Complaint.objects.filter(
        Exists(to_ask) | Exists(told),
        brand__in=brands,
        proven=proven,
        address_index__isnull=False,
        received_at__gt=now - YOUNG,
        withdrawn_at=None,
    ).order_by("received_at", "pk")


def _settle(waiting: _Waiting, clock: _Clock) -> int:
    """Ask one after another until one knows the address; return how many complaints are placed."""
    awake = OnlineGeocoder.objects.awake(clock.now, proven=waiting.proven)
    geocoders = awake.filter(brand=waiting.brand_id)
    known = OnlineAnswer.objects.found(proven=waiting.proven).filter(
        geocoder__brand=waiting.brand_id,
        geocoder__active=True,  # of whoever rests just now, too
        address_index=waiting.address_index,
    )
    if (answer := known.order_by("-proven", "geocoder__place").first()) is not None:
        return _place(waiting, answer, now=clock.now)
    for geocoder in geocoders:
        held = _claimed(geocoder, waiting, clock.now)
        if held is None:
            continue
        address = _still_waits(waiting)
        if address == "":
            held.state, held.at = State.NONE, clock.now  # nobody can be asked for it
            held.save()
            continue
        if address is None or not _may_ask(geocoder, clock, proven=waiting.proven):
            held.delete()
            return 0
        try:
            found = ask(geocoder, address)
        except GeocoderFailedError as error:
            _fail(geocoder, held, error, now=clock.now)
            continue
        _note(held, found, now=clock.now)
        if held.state == State.FOUND:
            return _place(waiting, held, now=clock.now)
    return 0


@transaction.atomic
def _claimed(geocoder: OnlineGeocoder, waiting: _Waiting, now: datetime) -> OnlineAnswer | None:
    """Take an address for asking; None: it is settled, or somebody else's."""
    asked = {"state": State.ASKED, "at": now, "proven": waiting.proven}
    row, made = OnlineAnswer.objects.get_or_create(
        geocoder=geocoder, address_index=waiting.address_index, defaults=asked
    )
    if made:
        return row
    same = OnlineAnswer.objects.filter(pk=row.pk)
    useless = same.exclude(pk__in=same.settled(now, proven=waiting.proven))
    useless = useless.exclude(pk__in=same.found(proven=waiting.proven))
    if not useless.update(**asked, point=None, precision=""):
        return None
    row.refresh_from_db()
    return row


def _still_waits(waiting: _Waiting) -> str | None:
    """
    What of the address leaves the house: no flat, no phone; "": nothing that could be asked for.

    None: a person was first.
    """
    rows = Complaint.objects.filter(_UNKNOWN[0] | _UNKNOWN[1], pk=waiting.complaint_id)
    try:
        row = rows.only("address", "placing").first()
        if row is None:
            return None
        address = leaving(row.address)
        is_town = not any(reading.street for reading in readings(address))
        return "" if row.placing == Placing.PLACED and is_town else address
    except (OperationalError, InterfaceError, SoftTimeLimitExceeded):
        raise  # the database's trouble, or the task's, not the address's
    except Exception:
        logger.exception("The address of complaint %s cannot be read", waiting.complaint_id)
        return ""


def _may_ask(geocoder: OnlineGeocoder, clock: _Clock, *, proven: bool) -> bool:
    """Wait for the turn to ask; False: it does not come in the time that is left."""
    between = timedelta(seconds=1 / geocoder.per_second)
    while clock.seconds_left > 0:
        now = clock.now
        awake = OnlineGeocoder.objects.awake(now, proven=proven)
        rows = awake.order_by().filter(pk=geocoder.pk)
        due = rows.exclude(next_at__gt=now)
        today = now.astimezone(UTC).date()
        count = Case(When(asked_on=today, then=F("asked_that_day") + 1), default=1)
        if due.update(next_at=now + between, asked_that_day=count, asked_on=today):
            return True
        row = rows.first()
        if row is None or row.next_at is None:
            return False
        sleep(max(0.0, min((row.next_at - now).total_seconds(), clock.seconds_left)))
    return False


def _note(answer: OnlineAnswer, found: Found | None, *, now: datetime) -> None:
    """Keep what was answered."""
    answer.state, answer.at = (State.FOUND if found else State.NONE), now
    answer.point = found.point if found else None
    answer.precision = found.precision if found else ""
    answer.save()
    counted = {"found": F("found") + 1} if found else {"not_found": F("not_found") + 1}
    OnlineGeocoder.objects.filter(pk=answer.geocoder_id).update(
        failures=0, trouble="", rests_until=None, answered_at=now, **counted
    )


def _fail(
    geocoder: OnlineGeocoder, held: OnlineAnswer, error: GeocoderFailedError, *, now: datetime
) -> None:
    """Count a failure; after some in a row, or where its provider says so, it rests."""
    held.state, held.at = State.FAILED, now
    held.save()
    rows = OnlineGeocoder.objects.filter(pk=geocoder.pk)
    rows.update(failures=F("failures") + 1, trouble=error.trouble)
    failures = rows.values_list("failures", flat=True).first() or 0
    if error.wait is not None:
        rows.update(rests_until=now + error.wait)
    elif error.trouble == Trouble.KEY:
        rows.update(rests_until=now + LONGEST)
    elif failures >= FAILS_UNTIL_IT_RESTS:
        again = failures - FAILS_UNTIL_IT_RESTS
        rows.update(rests_until=next_at(every=RESTS, failures=again, now=now))


def _place(waiting: _Waiting, answer: OnlineAnswer, *, now: datetime) -> int:
    assert answer.point is not None  # by the table's own rule
    return place_found(
        waiting.address_index,
        brand_id=waiting.brand_id,
        point=answer.point,
        precision=answer.precision,
        proven=answer.proven,
        now=now,
    )


def _forget_old(now: datetime) -> None:
    old = OnlineAnswer.objects.filter(at__lt=now - KEPT).order_by("at")
    OnlineAnswer.objects.filter(pk__in=old.values("pk")[:MOST]).delete()
