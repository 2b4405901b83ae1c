"""Who listens at a hub, and the events that are planned for them in the outbox of webhooks."""

import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from time import monotonic
from typing import Any, Final, NamedTuple
from uuid import uuid4

from django.db import transaction

from complaints.alone import alone
from heatmaps_project.accounts.models import ApiClient
from heatmaps_project.tmf.hub.changes import Change, Shown, changes, digest_of
from heatmaps_project.tmf.hub.models import LastTold
from heatmaps_project.tmf.hub.query import Query, parsed
from heatmaps_project.tmf.hub.resources import RESOURCES, Known, Resource
from heatmaps_project.tmf.wire import written
from heatmaps_project.webhooks.fact import Fact
from heatmaps_project.webhooks.models import Delivery, Face, Position, Subscription
from heatmaps_project.webhooks.transitions import subscribe, unsubscribe
from heatmaps_project.webhooks.transitions.planning import (
    UNSETTLED,
    Wants,
    concerns,
    delivery_of,
    store,
    wanted_by,
)
from spots.sla.instants import instant, moment_of

_KEPT: Final = ("version", "status", "digest", "asks", "gone", "times")
_LOCK: Final = 0x68_7562  # "hub": of telling listeners, apart from other advisory locks
_AT_ONCE: Final = 2000  # tickets or problems of one sweep; the next takes what is left
# Of a sweep: twenty filters that nothing long fits are read as long as those that all fits.
PATIENCE_S: Final = 20.0
_AT_ONCE_LETTERS: Final = 16 * 1024 * 1024  # of what is told of them, to all listeners together


class _Listener(NamedTuple):
    wants: Wants
    query: Query


@transaction.atomic
def listen(
    *, client: ApiClient, face: Face, callback: str, query: str, now: datetime
) -> Subscription:
    """
    Tell a client of events from now on; the same listener again is that listener.

    :raises UnknownFilterError: the query asks for what there is not
    :raises ForbiddenAddressError: nobody may be called there
    :raises TooManyError: the client has enough
    """
    wanted = _query(query, face)
    mine = Subscription.objects.of(face).filter(client=client, url=callback, query=query)
    if (known := mine.first()) is not None:
        return known
    resource = RESOURCES[face]
    _position(resource, now=now)  # whatever changes from now on is told
    return subscribe(
        client=client,
        url=callback,
        events=[
            type_
            for change, type_ in resource.types.items()
            if wanted.types is None or resource.event_name(change) in wanted.types
        ],
        brand=None,
        face=face,
        query=query,
        now=now,
    )


def forget(*, client: ApiClient, face: Face, listener_id: int) -> bool:
    """Tell a client of no more events; return whether it was told of any."""
    mine = Subscription.objects.of(face).filter(client=client, pk=listener_id).first()
    if mine is not None:
        unsubscribe(subscription=mine)
    return mine is not None


@transaction.atomic
def announce(face: Face, *, now: datetime) -> int:
    """
    Plan the events of what changed, for each listener of a face; return how many deliveries.

    A ticket or problem is compared with what was last told of it, so that however often, late or
    in parallel this runs, each change is told once. Who finds another sweep of the face at it
    leaves it to that one.
    """
    if not alone(_LOCK, list(RESOURCES).index(face)):
        return 0
    resource = RESOURCES[face]
    locked = Position.objects.select_for_update().filter(pk=resource.name)
    position = locked.first()
    listeners = _listeners(resource, now=now)
    if not listeners:
        LastTold.objects.filter(face=face).delete()
        locked.delete()
        return 0
    position = position or _position(resource, now=now)
    versions = resource.changed(moment_of(position.settled))
    known = {row.number: row for row in LastTold.objects.filter(face=face, number__in=versions)}
    left = [one for one, v in versions.items() if one not in known or known[one].version != v]
    since = min(one.wants.subscription.created_at for one in listeners)
    planned: list[Delivery] = []
    rows: list[LastTold] = []
    letters, ends = 0, monotonic() + PATIENCE_S
    for thing in resource.read(left[:_AT_ONCE]):
        row = known.get(thing.number) or LastTold(face=face, number=thing.number)
        told = _changes(row, thing, since=since)
        row.version, row.times = versions[thing.number], row.times + len(told)
        rows.append(row)
        for change in told:
            more = list(_deliveries(resource, row, thing, change, listeners, now=now))
            planned += more
            letters += sum(len(one.sealed) for one in more)
        if letters > _AT_ONCE_LETTERS or monotonic() >= ends:
            break
    LastTold.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["face", "number"], update_fields=_KEPT
    )
    if len(rows) == len(left) and now - position.seen_at >= UNSETTLED:
        position.settled, position.seen, position.seen_at = position.seen, instant(now), now
        position.save()
    return store(planned)


def _position(resource: Resource, *, now: datetime) -> Position:
    at = {"settled": instant(now), "seen": instant(now), "seen_at": now}
    return Position.objects.select_for_update().get_or_create(pk=resource.name, defaults=at)[0]


def _query(text: str, face: Face) -> Query:
    resource = RESOURCES[face]
    names = [resource.event_name(change) for change in resource.types]
    return parsed(text, resource=resource.name, types=names, attributes=resource.attributes)


def _listeners(resource: Resource, *, now: datetime) -> list[_Listener]:
    """Return who listens, and still may read what is told."""
    return [
        _Listener(one, _query(one.subscription.query, resource.face))
        for one in wanted_by(resource.face, now=now)
        if resource.scope in one.subscription.client.scopes.split()
    ]


def _changes(row: LastTold, thing: Known, *, since: datetime) -> tuple[Change, ...]:
    """Write down what is so now; return what of it is news."""
    before = Shown(row.status, row.digest, row.asks, row.gone) if row.pk else None
    now = Shown(thing.body["status"], digest_of(thing.body), thing.asks, thing.gone)
    row.status, row.digest, row.asks, row.gone = now.status, now.digest, now.asks, now.gone
    return changes(
        before, now, is_new=thing.made_at >= since, status_is_news=thing.status_at >= since
    )


def _deliveries(
    resource: Resource,
    row: LastTold,
    thing: Known,
    change: Change,
    listeners: Sequence[_Listener],
    *,
    now: datetime,
) -> Iterator[Delivery]:
    name = resource.event_name(change)
    happened = {Change.CREATED: thing.made_at, Change.STATUS: thing.status_at}.get(change, now)
    subject = f"{resource.name}:{thing.number}"
    fact = Fact(
        type=resource.types[change],
        key=f"{subject}:{row.times}:{change}",
        subject=subject,
        brand_id=thing.brand_id,
        region_id=thing.region_id,
        at=now,
        data=_envelope(resource, thing, name, happened=happened, now=now),
    )
    sealed = json.dumps({"event": {resource.name: thing.body}}, ensure_ascii=False)
    for listener in listeners:
        if concerns(fact, listener.wants) and listener.query.fits(name, thing.body):
            to = listener.wants.subscription
            yield delivery_of(to, fact, payload=fact.data, sealed=sealed, now=now)


def _envelope(
    resource: Resource, thing: Known, name: str, *, happened: datetime, now: datetime
) -> dict[str, Any]:
    """Return what goes round the resource itself; `timeOcurred` is TM Forum's own spelling."""
    return {
        "eventId": str(uuid4()),
        "eventTime": written(now),
        "eventType": name,
        "correlationId": f"{resource.name}:{thing.number}",
        "domain": resource.face.value,
        "title": name,
        "description": f"{resource.name} {thing.number}",
        "priority": str(thing.body.get("priority", "")),
        "timeOcurred": written(happened),
    }
