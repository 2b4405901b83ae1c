"""Booking what gateways report of the parts they took."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from complaints.customers.personal import blind_index
from feedback.notifications import gateway_ids
from feedback.notifications.channels.outcome import Delivery, ReceiptFacts
from feedback.notifications.models import Message, Part, PartState, Receipt
from feedback.notifications.states import State, Why, sources_of

PARKED_FOR = timedelta(hours=24)
IDS_ARE_UNIQUE_FOR = timedelta(days=7)  # gateways count anew some day

_PART_STATES = {
    Delivery.DELIVERED: PartState.DELIVERED,
    Delivery.FAILED: PartState.FAILED,
    Delivery.EXPIRED: PartState.EXPIRED,
}


@dataclass(frozen=True)
class Reported:
    """What became of a receipt."""

    new: bool  # False: we had it already
    matched: bool  # False: parked until the gateway's answer to its part is booked


@transaction.atomic
def take_receipt(facts: ReceiptFacts, *, now: datetime) -> Reported:
    """Keep a receipt, and book it if its part is known. The same one again changes nothing."""
    receipt, new = Receipt.objects.get_or_create(
        gateway=facts.gateway,
        gateway_id=gateway_ids.plain(facts.gateway_id),
        address_index=_address_index(facts.address),
        state=_PART_STATES[facts.delivery],
        defaults={"error": facts.error[:200], "received_at": now},
    )
    matched = receipt.part_id is not None or bool(_settle([receipt], now=now))
    return Reported(new=new, matched=matched)


@transaction.atomic
def settle_parked(*, now: datetime, limit: int = 1000) -> int:
    """Book parked receipts whose part is known by now, and return how many."""
    waiting = Receipt.objects.filter(part=None, received_at__gt=now - PARKED_FOR)
    rows = waiting.order_by("received_at", "pk").select_for_update(skip_locked=True)
    return _settle(list(rows[:limit]), now=now)


def _address_index(address: str) -> bytes | None:
    digits = "".join(letter for letter in address if letter.isdigit())
    return blind_index(f"+{digits}" if digits else "")


def _settle(receipts: list[Receipt], *, now: datetime) -> int:
    candidates = _candidates(receipts, now=now)
    for receipt in receipts:
        receipt.part = _part_of(receipt, candidates)
    settled = [receipt for receipt in receipts if receipt.part]
    Receipt.objects.bulk_update(settled, ["part"])
    # by rising number, so that two workers at it never wait for each other
    for receipt in sorted(settled, key=_message_number):
        _book(receipt, now=now)
    return len(settled)


def _message_number(receipt: Receipt) -> int:
    return receipt.part.message_id if receipt.part else 0


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


def _book(receipt: Receipt, *, now: datetime) -> None:
    """Move a part forward, never back, and its message with it."""
    part = receipt.part
    if part is None:
        return
    message = Message.objects.select_for_update().get(pk=part.message_id)
    Part.objects.filter(pk=part.pk, state__lt=receipt.state).update(state=receipt.state)
    target = _outcome_of(message)
    if part.copy != message.copy or target is None or message.state not in sources_of(target):
        return
    message.state, message.lease_until = target, None
    message.why = "" if target == State.DELIVERED else Why.UNDELIVERED
    message.error = receipt.error
    message.delivered_at = now if target == State.DELIVERED else None
    message.save(update_fields=["state", "lease_until", "why", "error", "delivered_at"])


def _outcome_of(message: Message) -> State | None:
    """Return what its parts make of a message; None: not all have been heard of yet."""
    states = message.sent_parts.filter(copy=message.copy).values_list("state", flat=True)
    worst = min(states, default=PartState.SENT)
    if len(states) < message.parts or worst == PartState.SENT:
        return None
    undelivered = {PartState.EXPIRED: State.EXPIRED, PartState.FAILED: State.FAILED}
    return undelivered.get(PartState(worst), State.DELIVERED)
