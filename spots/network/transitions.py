"""Outages and works as other systems tell them: taken once, and ended."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from django.contrib.gis.geos import MultiPolygon
from django.db import IntegrityError, transaction

from complaints.customers.models import Brand
from complaints.customers.walls import Walls
from spots.network.grounds import fans_of, ground_of
from spots.network.imports.kinds.events import body_of, instant
from spots.network.models import NetworkEvent, Site
from spots.network.sent import SentEvent

Outcome = Literal["created", "exists", "conflict", "invalid"]


class EventRefusedError(Exception):
    """The change makes no sense for this event; says why."""


@dataclass(frozen=True)
class Receipt:
    """What became of an event that was sent."""

    outcome: Outcome
    event: NetworkEvent | None = None
    fields: tuple[str, ...] = ()  # that differ from what is stored, or name what is not known


@transaction.atomic
def receive(sent: SentEvent, *, walls: Walls) -> Receipt:
    """
    Store an event, unless it is there: the same external id of a brand is one event.

    :raises UnreadableError: its area is none
    """
    brand = Brand.objects.filter(code=sent.brand).first()
    if brand is None or (walls.brands is not None and brand.pk not in walls.brands):
        return Receipt("invalid", fields=("brand",))
    known = _known(brand, sent)
    if known is not None:
        return _compared(known, sent)
    fans = fans_of(brand.pk, set(sent.sites))
    if set(sent.sites) - set(fans):
        return Receipt("invalid", fields=("sites",))
    served = [fan for found in fans.values() for fan in found]
    area = sent.polygons() or ground_of(served)
    try:
        with transaction.atomic():
            return Receipt("created", _stored(brand, sent, area))
    except IntegrityError:  # another sender was first, just now
        known = _known(brand, sent)
        if known is None:
            raise
        return _compared(known, sent)


def _known(brand: Brand, sent: SentEvent) -> NetworkEvent | None:
    rows = NetworkEvent.objects.filter(brand=brand, external_id=sent.external_id)
    return rows.select_related("brand").prefetch_related("sites").first()


def _stored(brand: Brand, sent: SentEvent, area: MultiPolygon) -> NetworkEvent:
    event = NetworkEvent.objects.create(
        brand=brand,
        external_id=sent.external_id,
        kind=sent.kind,
        title=sent.title,
        starts_at=sent.starts_at,
        ends_at=sent.ends_at,
        cause_code=sent.cause,
        area=area,
        fingerprint=sent.fingerprint,
    )
    event.sites.set(Site.objects.filter(brand=brand, code__in=sent.sites))
    return event


def _compared(known: NetworkEvent, sent: SentEvent) -> Receipt:
    """The same body again is no news, whatever became of the event since."""
    if known.fingerprint is not None and bytes(known.fingerprint) == sent.fingerprint:
        return Receipt("exists", known)
    stands = body_of(known)
    differs = tuple(name for name, value in _told(sent).items() if stands[name] != value)
    if known.fingerprint is None and not differs:  # it came from a file
        return Receipt("exists", known)
    return Receipt("conflict", known, differs or ("area",))


def _told(sent: SentEvent) -> Mapping[str, Any]:
    return {
        "kind": sent.kind,
        "title": sent.title,
        "starts_at": instant(sent.starts_at),
        "ends_at": instant(sent.ends_at),
        "cause": sent.cause,
        "sites": sorted(set(sent.sites)),
    }


@transaction.atomic
def set_end(*, event_id: int, ends_at: datetime | None) -> NetworkEvent:
    """
    Tell when an event ends, or that this is not known.

    :raises EventRefusedError: it would end before it starts
    :raises NetworkEvent.DoesNotExist: there is none
    """
    event = NetworkEvent.objects.select_for_update().get(pk=event_id)
    if ends_at is not None and ends_at < event.starts_at:
        raise EventRefusedError("It ends before it starts.")
    event.ends_at = ends_at
    event.save(update_fields=["ends_at"])
    return event
