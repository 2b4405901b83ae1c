"""Booking what gateways report of the parts they took."""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F

from feedback.notifications import gateway_ids
from feedback.notifications.addresses import index_of
from feedback.notifications.channels.outcome import Delivery, ReceiptFacts
from feedback.notifications.models import Message, Part, PartState, Receipt
from feedback.notifications.states import State, Why, sources_of
from feedback.notifications.transitions.late_receipts import hear_late
from feedback.notifications.transitions.truth import invitations_of
from feedback.surveys import transitions as surveys

PARKED_FOR = timedelta(hours=24)
IDS_ARE_UNIQUE_FOR = timedelta(days=7)  # gateways count anew some day

_PART_STATES = {
    Delivery.DELIVERED: PartState.DELIVERED,
    Delivery.FAILED: PartState.FAILED,
    Delivery.EXPIRED: PartState.EXPIRED,
}


def take_receipt(facts: ReceiptFacts, *, now: datetime) -> None:
    """Keep a receipt until it is settled. The same one again changes nothing."""
    take_receipts([facts], now=now)


def take_receipts(received: Collection[ReceiptFacts], *, now: datetime) -> None:
    """Keep receipts until they are settled; one statement."""
    rows = [
        Receipt(
            gateway=facts.gateway,
            gateway_id=gateway_ids.plain(facts.gateway_id),
            address_index=index_of(facts.address),
            state=_PART_STATES[facts.delivery],
            error=facts.error[:200],
            received_at=now,
        )
        for facts in received
    ]
    Receipt.objects.bulk_create(rows, ignore_conflicts=True)


@transaction.atomic
def settle_receipts(*, now: datetime, limit: int = 1000) -> int:
    """
    Book the receipts whose part is known, and return how many.

    One that came before the gateway's answer to its part was booked waits here for a day.
    """
    waiting = Receipt.objects.filter(part=None, received_at__gt=now - PARKED_FOR)
    rows = waiting.order_by("received_at", "pk").select_for_update(skip_locked=True)
    receipts = list(rows[:limit])
    candidates = _candidates(receipts, now=now)
    for receipt in receipts:
        receipt.part = _part_of(receipt, candidates)
    settled = [receipt for receipt in receipts if receipt.part]
    Receipt.objects.bulk_update(settled, ["part"])
    _book(settled, now=now)
    return len(settled)


def _candidates(receipts: Iterable[Receipt], *, now: datetime) -> dict[tuple[str, str], list[Part]]:
    names = {name for receipt in receipts for name in gateway_ids.forms(receipt.gateway_id)}
    found: dict[tuple[str, str], list[Part]] = {}
    parts = Part.objects.filter(gateway_id__in=names, sent_at__gt=now - IDS_ARE_UNIQUE_FOR)
    for part in parts.order_by("-sent_at", "-pk"):
        found.setdefault((part.gateway, part.gateway_id), []).append(part)
    return found


def _part_of(receipt: Receipt, candidates: dict[tuple[str, str], list[Part]]) -> Part | None:
    """
    Return the part that a receipt is about.

    Hex and decimal ids overlap ("16" is also hex for 22), so the address decides between them;
    only a receipt without an address is taken by its id alone.
    """
    for name in gateway_ids.forms(receipt.gateway_id):
        for part in candidates.get((receipt.gateway, name), ()):
            if receipt.address_index is None and name == receipt.gateway_id:
                return part
            if _octets(receipt.address_index) == _octets(part.address_index) is not None:
                return part
    return None


def _octets(value: bytes | memoryview | None) -> bytes | None:
    return None if value is None else bytes(value)


def _book(receipts: Collection[Receipt], *, now: datetime) -> None:
    """Move parts forward, never back, and their messages with them."""
    ids = {receipt.part.message_id for receipt in receipts if receipt.part}
    # locked by rising number, so that two workers at it never wait for each other
    messages = list(Message.objects.select_for_update().filter(pk__in=ids).order_by("pk"))
    for state in PartState.values:
        parts = [one.part.pk for one in receipts if one.part and one.state == state]
        Part.objects.filter(pk__in=parts, state__lt=state).update(state=state)
    heard: dict[int, list[int]] = {message.pk: [] for message in messages}
    parts_now = Part.objects.filter(message__in=messages, copy=F("message__copy"))
    for message_id, state in parts_now.values_list("message", "state"):
        heard[message_id].append(state)
    errors = {receipt.part.message_id: receipt.error for receipt in receipts if receipt.part}
    for message in messages:
        _become(message, heard[message.pk], error=errors[message.pk], now=now)
    Message.objects.bulk_update(messages, ["state", "lease_until", "why", "error", "delivered_at"])
    hear_late(messages, now=now)
    arrived = [one for one in messages if one.state == State.DELIVERED]
    lost = [one for one in messages if one.state in {State.FAILED, State.EXPIRED}]
    surveys.delivered(invitations_of(arrived), now=now)
    surveys.undelivered(invitations_of(lost))


def _become(message: Message, heard: list[int], *, error: str, now: datetime) -> None:
    target = _outcome_of(message, heard)
    if target is None or message.state not in sources_of(target):
        return
    message.state, message.lease_until = target, None
    message.why = "" if target == State.DELIVERED else Why.UNDELIVERED
    message.error = error
    message.delivered_at = now if target == State.DELIVERED else None


def _outcome_of(message: Message, heard: list[int]) -> State | None:
    """Return what its parts make of a message; None: not all have been heard of yet."""
    worst = min(heard, default=PartState.SENT)
    if len(heard) < message.parts or worst == PartState.SENT:
        return None
    undelivered = {PartState.EXPIRED: State.EXPIRED, PartState.FAILED: State.FAILED}
    return undelivered.get(PartState(worst), State.DELIVERED)
