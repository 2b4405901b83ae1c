"""Turning facts into deliveries: each fact once for each subscription that wants it."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple

from django.db import transaction
from django.db.models import Q

from complaints.alone import alone
from complaints.customers.walls import Walls
from heatmaps_project.webhooks.events import EventType, scope_of
from heatmaps_project.webhooks.fact import Fact, Place, Source
from heatmaps_project.webhooks.facts import SOURCES
from heatmaps_project.webhooks.models import (
    Delivery,
    DeliveryState,
    Face,
    Position,
    Subscription,
)
from heatmaps_project.webhooks.retries import GIVEN_UP_AFTER

# Numbers and moments are given out before a transaction is seen: what is read is read again for
# so long. No task lasts half of it (task_time_limit), and a request far less.
UNSETTLED: Final = timedelta(minutes=10)
_AT_ONCE: Final = 1000
_OF_A_SOURCE: Final = 10_000  # rows of one sweep that are new, and that are read again
_ANY_ROW: Final = 2**63 - 1  # is not past it
_LOCK: Final = 0x686F_6F6B  # "hook": of reading facts, apart from other advisory locks
# What was delivered is kept for so long, and by it known to have been planned.
KEPT: Final = timedelta(days=30)


class Wants(NamedTuple):
    """A subscription, and what its client may see."""

    subscription: Subscription
    walls: Walls
    scopes: frozenset[str]


@transaction.atomic
def plan(*, now: datetime) -> int:
    """
    Write a delivery of each new fact for each subscription it concerns; return how many.

    A fact that was planned is not planned again, however often it is read. Who finds another sweep
    at it leaves it to that one, as to wait would help nobody: the next is due in seconds.
    """
    if not alone(_LOCK):
        return 0
    positions = Position.objects.in_bulk()
    wanted = wanted_by(Face.WEBHOOKS, now=now)
    types = _types(wanted)
    facts: list[Fact] = []
    for source in SOURCES:
        position = positions.get(source.name)
        if position is None:
            _begin(source, now=now)
        elif source.types & types:
            facts += _read(source, position, now=now)
        else:
            _pass_by(source, position, now=now)
    facts.sort(key=lambda fact: fact.at)
    planned = [
        delivery_of(
            one.subscription,
            fact,
            payload={"type": fact.type, "timestamp": fact.at.isoformat(), "data": fact.data},
            now=now,
        )
        for fact in facts
        for one in wanted
        if fact.at >= now - KEPT and concerns(fact, one)
    ]
    return store(planned)


def wanted_by(face: Face, *, now: datetime) -> list[Wants]:
    """Return who is told of what happens now, with the walls of each."""
    rows = Subscription.objects.of(face).told(now)
    return [
        Wants(one, one.client.walls, frozenset(one.client.scopes.split()))
        for one in rows.select_related("client").order_by("pk")
    ]


def store(planned: Sequence[Delivery]) -> int:
    """Store deliveries that are not known yet; return how many."""
    return sum(_stored(planned[i : i + _AT_ONCE]) for i in range(0, len(planned), _AT_ONCE))


def _stored(planned: Sequence[Delivery]) -> int:
    """Store those that are not known yet: most of what is read was planned by a sweep before."""
    of = {one.subscription_id for one in planned}
    rows = Delivery.objects.filter(subscription__in=of, key__in={one.key for one in planned})
    known = set(rows.values_list("subscription", "key"))
    new = [one for one in planned if (one.subscription_id, one.key) not in known]
    Delivery.objects.bulk_create(new, ignore_conflicts=True)
    return len(new)


def _types(wanted: Sequence[Wants]) -> set[str]:
    """Return the types of facts that anybody may be told of."""
    types = {
        type_
        for one in wanted
        for type_ in one.subscription.events
        if scope_of(type_) in one.scopes
    }
    calls = Subscription.stages.through.objects
    if calls.filter(subscription__in=[one.subscription.pk for one in wanted]).exists():
        types.add(EventType.SLA_ESCALATED)  # whatever its events are
    return types


def _begin(source: Source, *, now: datetime) -> None:
    """What lies before is nobody's."""
    last = source.last()
    row = Position(source=source.name, settled=last, seen=last, seen_at=now)
    row.front, row.front_pk = last, _ANY_ROW
    row.save(force_insert=True)


def _pass_by(source: Source, position: Position, *, now: datetime) -> None:
    """
    Go on without reading what nobody wants.

    Like a reader, it stays behind: whoever asks just now, and is not seen yet, is told of what
    happens from now on.
    """
    if now - position.seen_at >= UNSETTLED:
        position.settled, position.seen = position.seen, max(source.last(), position.seen)
        position.seen_at = now
        position.front = position.front_pk = None
        position.again = position.again_pk = position.again_since = None
        position.save()


def _read(source: Source, position: Position, *, now: datetime) -> list[Fact]:
    """
    Read what is new, and again what may have appeared late, a portion of each.

    What was seen is settled when it has been read again, from its beginning, since it was.
    """
    settled = Place(position.settled, _ANY_ROW)
    front = _place(position.front, position.front_pk) or settled
    again = _place(position.again, position.again_pk) or settled
    since = position.again_since or now
    late, again, is_through = _portion(source, again, front)
    new, front, is_up_to_date = _portion(source, front)
    became: dict[str, Any] = {"front": front.value, "front_pk": front.pk}
    if is_through:
        became |= {"again": None, "again_pk": None, "again_since": None}
    else:
        became |= {"again": again.value, "again_pk": again.pk, "again_since": since}
    if is_through and is_up_to_date and since - position.seen_at >= UNSETTLED:
        seen = max(front.value, position.seen)
        became |= {"settled": position.seen, "seen": seen, "seen_at": now}
    if any(getattr(position, name) != value for name, value in became.items()):
        Position.objects.filter(pk=source.name).update(**became)
    return late + new


def _portion(
    source: Source, after: Place, upto: Place | None = None
) -> tuple[list[Fact], Place, bool]:
    """Return facts past a place, where their rows end, and whether none is left."""
    facts: list[Fact] = []
    place, count = after, 0
    rows = source.after(after, upto)[:_OF_A_SOURCE]
    for row in rows.iterator(chunk_size=_AT_ONCE):
        facts += source.facts(row)
        place, count = source.place_of(row), count + 1
    return facts, place, count < _OF_A_SOURCE


def _place(value: int | None, pk: int | None) -> Place | None:
    return None if value is None or pk is None else Place(value, pk)


def concerns(fact: Fact, wants: Wants) -> bool:
    """
    Whether a subscription is told of a fact: what is in no region yet, by its brand alone.

    Whom a stage of a ladder calls by name is told of it, as an administrator chose it.
    """
    subscription, walls, scopes = wants
    brand, region = walls.brands, walls.regions
    wanted = (
        subscription.pk in fact.called
        if fact.called
        else fact.type in subscription.events and scope_of(fact.type) in scopes
    )
    return (
        wanted
        and fact.at >= subscription.created_at
        and subscription.brand_id in (None, fact.brand_id)
        and (brand is None or fact.brand_id in brand)
        and (region is None or fact.region_id is None or fact.region_id in region)
    )


def delivery_of(
    subscription: Subscription,
    fact: Fact,
    *,
    payload: Mapping[str, Any],
    sealed: str = "",
    now: datetime,
) -> Delivery:
    """Return the delivery of a fact to a subscription, which is still to be stored."""
    return Delivery(
        subscription=subscription,
        key=fact.key,
        event=fact.type,
        subject=fact.subject,
        payload=dict(payload),
        sealed=sealed,
        of_brand=fact.brand_id,
        of_region=fact.region_id,
        planned_at=now,
        due_at=now,
        give_up_at=now + GIVEN_UP_AFTER,
    )


def forget(*, now: datetime, limit: int = 10_000) -> int:
    """
    Give up what nobody has taken in time, and delete what was delivered, or given up, long ago: at
    most `limit` of each; return how many.

    A receiver that is down is called each few minutes, with one delivery: what waits behind it is
    called with too late, or, where it never comes back, never, and would be kept for ever. What
    waits for a subscription that was paused, or for us, goes on waiting.
    """
    failing = Subscription.objects.filter(active=True, failures__gt=0)
    late = Delivery.objects.filter(
        state=DeliveryState.PLANNED, give_up_at__lt=now, subscription__in=failing
    )
    of_late = Delivery.objects.filter(pk__in=late.values("pk")[:limit])
    count = of_late.update(state=DeliveryState.DEAD)
    sent = Q(state=DeliveryState.SENT, sent_at__lt=now - KEPT)
    dead = Q(state=DeliveryState.DEAD, give_up_at__lt=now - KEPT)
    old = Delivery.objects.filter(sent | dead)
    deleted, _by_model = Delivery.objects.filter(pk__in=old.values("pk")[:limit]).delete()
    return count + deleted
