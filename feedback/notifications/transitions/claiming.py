"""Taking messages for sending, and leaving those that must not go, or not yet."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Prefetch

from feedback.notifications.batches.models import Announcement
from feedback.notifications.batches.states import BatchState
from feedback.notifications.outbox.models import Message, MessageQuerySet
from feedback.notifications.outbox.states import State, Why
from feedback.notifications.transitions.holding import APART, join, over_the_cap, stopped
from feedback.notifications.transitions.truth import reasons_not_to_send
from spots.cases.models import Case

LEASE = timedelta(minutes=5)  # far longer than a gateway lets us wait for a batch
_CASES = Case.objects.select_related("region").defer(
    *("outline", "evidence", "priority_parts", "priority_facts", "region__outline")
)
_BATCHES = Announcement.objects.select_related("works").defer("works__area")
MOST_BESIDE = 1000  # messages looked at for people of a batch who are in several spots


@transaction.atomic
def claim(*, channel: str, limit: int, now: datetime) -> list[Message]:
    """
    Take the next due messages of a channel: nobody else sends them while the lease lasts.

    What is no longer true (a fix that was taken back, a term that was kept) is cancelled instead;
    people in several spots get one text; whoever has had enough gets theirs later.
    """
    due = Message.objects.due(now).filter(channel=channel).exclude(stopped())
    due = due.exclude(batch__state=BatchState.PAUSED).order_by("due_at", "pk")
    # With their customers: nobody else may count at the same time what these have had.
    taken = _true(_locked(due, "self", "customer")[:limit], now=now)
    if not taken:
        return []
    people = {one.customer_id for one in taken if one.reason not in APART}
    beside: list[Message] = []
    if people:
        theirs = due.filter(customer__in=people).exclude(pk__in=[one.pk for one in taken])
        beside = _true(_locked(theirs, "self")[:MOST_BESIDE], now=now)
    going = join(taken, beside)
    held = over_the_cap(going, now=now)
    _hold(held)
    claimed = [one for one in going if one.pk not in held]
    for message in claimed:
        message.state, message.claimed_at = State.CLAIMED, now
        message.lease_until = now + LEASE
        message.attempts += 1
    Message.objects.filter(pk__in=[message.pk for message in claimed]).update(
        state=State.CLAIMED,
        claimed_at=now,
        lease_until=now + LEASE,
        attempts=F("attempts") + 1,
    )
    return claimed


def _locked(due: MessageQuerySet, *tables: str) -> MessageQuerySet:
    rows = due.select_for_update(skip_locked=True, of=tables, no_key=True)
    # Hundreds of messages tell of one case: it is read once.
    rows = rows.select_related("customer", "invitation").prefetch_related(
        Prefetch("batch", _BATCHES), "invitation__survey", "invitation__version"
    )
    return rows.prefetch_related(Prefetch("case", _CASES))


def _true(rows: MessageQuerySet, *, now: datetime) -> list[Message]:
    """Return the messages that still hold and are still wanted; the others are cancelled."""
    found = list(rows)
    why_not = reasons_not_to_send(found, now=now)
    for why in set(why_not.values()):
        gone = [pk for pk, reason in why_not.items() if reason == why]
        Message.objects.filter(pk__in=gone).update(state=State.CANCELLED, why=why)
    return [message for message in found if message.pk not in why_not]


def _hold(until: Mapping[int, datetime]) -> None:
    if not until:
        return
    rows = [Message(pk=pk, state=State.HELD, why=Why.CAP, due_at=at) for pk, at in until.items()]
    Message.objects.bulk_update(rows, ["state", "why", "due_at"])
