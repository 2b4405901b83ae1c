"""What clients and administrators do with subscriptions."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import uuid4

from django.db import transaction

from complaints.models import Brand
from complaints.outgoing.addresses import checked
from complaints.signing import new_secret
from heatmaps_project.accounts.models import ApiClient
from heatmaps_project.webhooks.events import EventType
from heatmaps_project.webhooks.models import (
    Delivery,
    DeliveryState,
    Face,
    Position,
    Subscription,
)
from heatmaps_project.webhooks.retries import GIVEN_UP_AFTER

MOST: Final = 20  # of one client
BOTH_SIGN_FOR: Final = timedelta(days=1)  # after a rotation


class TooManyError(Exception):
    """The client has as many subscriptions as it may have."""


@transaction.atomic
def subscribe(
    *,
    client: ApiClient,
    url: str,
    events: Sequence[str],
    brand: Brand | None,
    face: Face = Face.WEBHOOKS,
    query: str = "",
    now: datetime,
) -> Subscription:
    """
    Register where a client is told of events, from now on.

    A listener of a hub has no secret: TM Forum knows no signatures. Its http:// address is taken,
    as the Forum's kits send such ones; it is called where the settings let us.

    :raises ForbiddenAddressError: nobody may be called there
    :raises TooManyError: it has enough
    """
    checked(url, plain=True if face else None)
    ApiClient.objects.select_for_update().get(pk=client.pk)
    if has_enough(client):
        raise TooManyError
    return Subscription.objects.create(
        client=client,
        url=url,
        events=sorted(set(events)),
        brand=brand,
        face=face,
        query=query,
        secret="" if face else new_secret(),
        created_at=now,
    )


def has_enough(client: ApiClient) -> bool:
    """Whether a client has as many subscriptions as it may have."""
    return Subscription.objects.filter(client=client).count() >= MOST


def unsubscribe(*, subscription: Subscription) -> None:
    """Forget a subscription, with all that was yet to be told."""
    subscription.delete()


@transaction.atomic
def rotate(*, subscription: Subscription, now: datetime) -> Subscription:
    """Give a subscription a new secret; for a day, the old one signs beside it."""
    row = Subscription.objects.select_for_update().get(pk=subscription.pk)
    row.old_secret, row.old_secret_until = row.secret, now + BOTH_SIGN_FOR
    row.secret = new_secret()
    row.save(update_fields=["old_secret", "old_secret_until", "secret"])
    return row


@transaction.atomic
def ping(*, subscription: Subscription, now: datetime) -> Delivery:
    """
    Plan a message that says nothing, to try the receiver; one that is yet to arrive is that one.

    Of those before nothing stays: however often somebody tries, it is one row.
    """
    Subscription.objects.select_for_update().filter(pk=subscription.pk).first()  # one at a time
    pings = Delivery.objects.filter(subscription=subscription, event=EventType.PING)
    if (waiting := pings.filter(state=DeliveryState.PLANNED).first()) is not None:
        return waiting
    pings.delete()
    name = uuid4()
    return Delivery.objects.create(
        subscription=subscription,
        key=f"ping:{name}",
        message_id=name,
        event=EventType.PING,
        subject=f"ping:{name.hex[:8]}",
        payload={"type": EventType.PING, "timestamp": now.isoformat(), "data": {}},
        planned_at=now,
        due_at=now,
        give_up_at=now + GIVEN_UP_AFTER,
    )


def send_again(*, delivery_ids: Collection[int], now: datetime) -> int:
    """Plan anew, for another three days, what was given up; return how many."""
    dead = Delivery.objects.filter(pk__in=delivery_ids, state=DeliveryState.DEAD)
    return dead.update(
        state=DeliveryState.PLANNED, due_at=now, give_up_at=now + GIVEN_UP_AFTER, attempts=0
    )


def pause(*, subscription_ids: Collection[int], active: bool) -> int:
    """Stop telling, or go on; what is planned waits. Return how many changed."""
    rows = Subscription.objects.filter(pk__in=subscription_ids).exclude(active=active)
    return rows.update(active=active, failures=0, rests_until=None)


def forget_words(subjects: Collection[str]) -> None:
    """
    Delete the deliveries about subjects that hold customers' words, sent or not.

    A sweep that has read them, and is about to store what it tells, is waited for: it holds its
    position meanwhile. One that begins later waits for the caller's transaction.
    """
    sources = {one.partition(":")[0] for one in subjects}
    list(Position.objects.select_for_update().filter(pk__in=sources))
    Delivery.objects.filter(subject__in=subjects, sealed__isnull=False).delete()
