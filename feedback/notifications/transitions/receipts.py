"""Booking what gateways report of the parts they took."""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import F, Q

from feedback.notifications.channels.outcome import Delivery, ReceiptFacts
from feedback.notifications.gateways import gateway_ids
from feedback.notifications.gateways.addresses import index_of
from feedback.notifications.outbox.models import Message, Part, PartState, Receipt
from feedback.notifications.outbox.states import State, Why, sources_of
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


def take_receipts(received: Collection[ReceiptFacts], *, now: datetime) -> None:
    """Keep receipts until they are settled. The same one again changes nothing."""
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
def _settle_next(after: Receipt | None, limit: int, *, now: datetime) -> list[Receipt]:
    """Settle what is known of the next receipts that wait, and return them all."""
    waiting = Receipt.objects.filter(part=None, received_at__gt=now - PARKED_FOR)
    if after is not None:
        waiting = waiting.filter(received_at__gte=after.received_at).filter(
            Q(received_at__gt=after.received_at) | Q(pk__gt=after.pk)
        )
    rows = waiting.order_by("received_at", "pk").select_for_update(skip_locked=True)
    receipts = list(rows[:limit])
    candidates = _candidates(receipts, now=now)
    for receipt in receipts:
        receipt.part = _part_of(receipt, candidates)
    matched = {one.pk: one.part.pk for one in receipts if one.part is not None}
    if matched:
        with connection.cursor() as cursor:
            cursor.execute(_MATCH, {"receipts": [*matched], "parts": [*matched.values()]})
        _book([one for one in receipts if one.part is not None], now=now)
    return receipts


def settle_receipts(*, now: datetime, limit: int = 1000) -> int:
    """
    Book the receipts whose part is known, and return how many.

    One that came before the gateway's answer to its part was booked waits here for a day.

    limit  receipts settled in one transaction
    """
    settled = 0
    after: Receipt | None = None
    while receipts := _settle_next(after, limit, now=now):
        settled += sum(receipt.part is not None for receipt in receipts)
        after = receipts[-1]
    return settled


# One statement for all: an update that names each row took longer than all of sending.
_MATCH = """
    UPDATE feedback_receipt AS receipt SET part_id = matched.part
    FROM unnest(%(receipts)s::bigint[], %(parts)s::bigint[]) AS matched (receipt, part)
    WHERE receipt.id = matched.receipt
"""


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
    rows = Message.objects.select_for_update().filter(pk__in=ids).order_by("pk")
    messages = list(rows.only("copy", "parts", "state", "invitation_id"))
    for state in PartState.values:
        parts = [one.part.pk for one in receipts if one.part and one.state == state]
        Part.objects.filter(pk__in=parts, state__lt=state).update(state=state)
    heard: dict[int, list[int]] = {message.pk: [] for message in messages}
    parts_now = Part.objects.filter(message__in=ids, copy=F("message__copy"))
    for message_id, state in parts_now.values_list("message", "state"):
        heard[message_id].append(state)
    errors = {receipt.part.message_id: receipt.error for receipt in receipts if receipt.part}
    became: dict[tuple[State, str], list[Message]] = {}
    for message in messages:
        target = _outcome_of(message, heard[message.pk])
        if target is not None and message.state in sources_of(target):
            became.setdefault((target, errors[message.pk]), []).append(message)
    for (target, error), changed in became.items():
        _become(changed, target, error=error, now=now)
    surveys.delivered(invitations_of(hear_late(messages, now=now)), now=now)


def _become(messages: Collection[Message], target: State, *, error: str, now: datetime) -> None:
    row = {"state": target, "lease_until": None, "error": error}
    rows = Message.objects.filter(pk__in=[message.pk for message in messages])
    for message in messages:
        message.state = target
    if target == State.DELIVERED:
        rows.update(why="", delivered_at=now, **row)
        surveys.delivered(invitations_of(messages), now=now)
    else:
        rows.update(why=Why.UNDELIVERED, delivered_at=None, **row)
        surveys.undelivered(invitations_of(messages))


def _outcome_of(message: Message, heard: list[int]) -> State | None:
    """Return what its parts make of a message; None: not all have been heard of yet."""
    worst = min(heard, default=PartState.SENT)
    if len(heard) < message.parts or worst == PartState.SENT:
        return None
    undelivered = {PartState.EXPIRED: State.EXPIRED, PartState.FAILED: State.FAILED}
    return undelivered.get(PartState(worst), State.DELIVERED)
