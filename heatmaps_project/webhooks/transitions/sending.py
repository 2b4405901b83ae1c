"""Taking subscriptions to send to, and booking what their receivers said."""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q

from complaints.outgoing.calling import Answer
from heatmaps_project.webhooks.events import EventType, scope_of
from heatmaps_project.webhooks.models import Delivery, DeliveryState, Subscription
from heatmaps_project.webhooks.retries import rests_until, retry_at

_CALLED: Final = {EventType.SLA_ESCALATED, EventType.PING}  # told whatever a client may read
LEASE: Final = timedelta(minutes=2)  # far longer than a batch of calls may take


@transaction.atomic
def claim(*, limit: int, now: datetime) -> list[Subscription]:
    """
    Take subscriptions that something is due for: nobody else sends to them meanwhile.

    What was planned, and their clients may not read any more, by scope, brand or region, goes.
    """
    due = Delivery.objects.filter(
        subscription=OuterRef("pk"), state=DeliveryState.PLANNED, due_at__lte=now
    )
    rows = Subscription.objects.free(now).filter(Exists(due)).order_by("rests_until", "pk")
    rows = rows.select_related("client")
    taken = list(rows.select_for_update(skip_locked=True, of=("self",))[:limit])
    for one in taken:
        _drop_unreadable(one)
    lease = uuid4()
    for one in taken:
        one.lease, one.lease_until = lease, now + LEASE
    Subscription.objects.bulk_update(taken, ["lease", "lease_until"])
    return taken


def _drop_unreadable(subscription: Subscription) -> None:
    """Delete it: what is planned may wait for days, until a receiver answers or is called again."""
    scopes, walls = subscription.client.scopes.split(), subscription.client.walls
    untold = [event for event in EventType.values if scope_of(event) not in scopes]
    unreadable = Q(event__in={*untold} - _CALLED)
    for name, let_into in (("of_brand", walls.brands), ("of_region", walls.regions)):
        if let_into is not None:
            unreadable |= Q(**{f"{name}__isnull": False}) & ~Q(**{f"{name}__in": let_into})
    planned = Delivery.objects.filter(subscription=subscription, state=DeliveryState.PLANNED)
    planned.filter(unreadable).delete()


def due_of(subscription: Subscription, *, limit: int, now: datetime) -> list[Delivery]:
    """Return what is next to be sent to a subscription: of each subject the first."""
    rows = Delivery.objects.filter(subscription=subscription).next_of_each_subject(now)
    return list(rows.order_by("pk")[:limit])


@transaction.atomic
def book(delivery: Delivery, answer: Answer, *, lease: UUID | None, now: datetime) -> bool:
    """Write down what a receiver said; False: the lease ran out, and somebody else sends."""
    row = Subscription.objects.select_for_update().filter(pk=delivery.subscription_id).first()
    if row is None:
        return False
    mine = Delivery.objects.filter(pk=delivery.pk, state=DeliveryState.PLANNED)
    said = {"attempts": F("attempts") + 1, "status": answer.status, "error": answer.error[:200]}
    if answer.is_taken:
        mine.update(state=DeliveryState.SENT, sent_at=now, **said)
        row.failures, row.rests_until = 0, None
    else:
        again = retry_at(attempts=delivery.attempts + 1, key=delivery.message_id, now=now)
        dead = again >= delivery.give_up_at
        mine.update(due_at=again, state=DeliveryState.DEAD if dead else F("state"), **said)
        row.failures += 1
        row.rests_until = rests_until(failures=row.failures, now=now)
        row.active = row.active and not answer.wants_no_more
    row.save(update_fields=["failures", "rests_until", "active"])
    return row.lease == lease


def release(subscription: Subscription) -> None:
    """Give a subscription back."""
    mine = Subscription.objects.filter(pk=subscription.pk, lease=subscription.lease)
    mine.update(lease=None, lease_until=None)
