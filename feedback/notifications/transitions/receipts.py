"""Booking what gateways report of the parts they took."""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.db import connection, transaction
from django.db.models import F, Q

from complaints.customers.models import Erasure
from complaints.customers.personal import scrubbed
from feedback.notifications.channels.outcome import Delivery, ReceiptFacts
from feedback.notifications.gateways import gateway_ids
from feedback.notifications.gateways.addresses import index_of
from feedback.notifications.outbox.models import Message, Part, PartState, Receipt
from feedback.notifications.outbox.states import State, Why, sources_of
from feedback.notifications.transitions.late_receipts import hear_late
from feedback.notifications.transitions.truth import invitations_of
from feedback.surveys import transitions as surveys

PARKED_FOR = timedelta(hours=24)
MOST_PARKED = 200_000  # of one gateway: each is looked at in each run, for a day
IDS_ARE_UNIQUE_FOR = timedelta(days=7)  # gateways count anew some day

_PART_STATES = {
    Delivery.DELIVERED: PartState.DELIVERED,
    Delivery.FAILED: PartState.FAILED,
    Delivery.EXPIRED: PartState.EXPIRED,
}


# They come by the hundred while a batch is sent: as models they took half of its time.
_KEEP = """
    INSERT INTO feedback_receipt (gateway, gateway_id, address_index, state, error, received_at)
    SELECT received.*, %(now)s FROM unnest(
        %(gateways)s::text[], %(gateway_ids)s::text[], %(address_indexes)s::bytea[],
        %(states)s::smallint[], %(errors)s::text[]
    ) AS received
    ON CONFLICT DO NOTHING
"""
# One statement for all: an update that names each row took longer than all of sending.
_MATCH = """
    UPDATE feedback_receipt AS receipt SET part_id = matched.part
    FROM unnest(%(receipts)s::bigint[], %(parts)s::bigint[]) AS matched (receipt, part)
    WHERE receipt.id = matched.receipt
"""


class _Waiting(NamedTuple):
    """A receipt whose part is not known yet."""

    pk: int
    gateway: str
    gateway_id: str
    address_index: bytes | None
    state: int
    error: str
    received_at: datetime


class _Taken(NamedTuple):
    """A part that a gateway took."""

    pk: int
    message_id: int
    gateway: str
    gateway_id: str
    address_index: bytes | None


class TooManyParkedError(Exception):
    """A gateway has told of too many parts that were never ours: it has to wait."""


def take_receipts(received: Collection[ReceiptFacts], *, now: datetime) -> None:
    """
    Keep receipts until they are settled. The same one again changes nothing.

    :raises TooManyParkedError: nothing was kept; else one gateway would hold up all sending
    """
    if not received:
        return
    for gateway in {facts.gateway for facts in received}:
        parked = Receipt.objects.filter(part=None, gateway=gateway).order_by()
        if parked[MOST_PARKED - 1 : MOST_PARKED].exists():
            raise TooManyParkedError
    asked: dict[str, Any] = {
        "gateways": [facts.gateway for facts in received],
        "gateway_ids": [gateway_ids.plain(facts.gateway_id) for facts in received],
        "address_indexes": [index_of(facts.address) for facts in received],
        "states": [_PART_STATES[facts.delivery] for facts in received],
        # Many a gateway says there which number it was; whoever sees messages sees it masked.
        "errors": [scrubbed(facts.error)[:200] for facts in received],
        "now": now,
    }
    with connection.cursor() as cursor:
        cursor.execute(_KEEP, asked)


def settle_receipts(*, now: datetime, limit: int = 1000) -> int:
    """
    Book the receipts whose part is known, and return how many.

    One that came before the gateway's answer to its part was booked waits here for a day.

    limit  receipts settled in one transaction
    """
    settled = 0
    after: _Waiting | None = None
    while True:
        receipts, booked = _settle_next(after, limit, now=now)
        if not receipts:
            return settled
        settled += booked
        after = receipts[-1]


def forget_parked(*, now: datetime, limit: int = 10_000) -> int:
    """
    Delete receipts that have waited for their part in vain, at most `limit`; return how many.

    Else those of texts that never were ours would stay for ever, with whom they were to, and hold
    up the receipt of another text that gets the same id one day.
    """
    old = Receipt.objects.filter(part=None, received_at__lte=now - PARKED_FOR)
    oldest = old.order_by("received_at").select_for_update(skip_locked=True).values("pk")
    return Receipt.objects.filter(pk__in=oldest[:limit]).delete()[0]


@transaction.atomic
def _settle_next(
    after: _Waiting | None, limit: int, *, now: datetime
) -> tuple[list[_Waiting], int]:
    """Settle what is known of the next receipts that wait; return them, and how many were."""
    waiting = Receipt.objects.filter(part=None, received_at__gt=now - PARKED_FOR)
    if after is not None:
        waiting = waiting.filter(received_at__gte=after.received_at).filter(
            Q(received_at__gt=after.received_at) | Q(pk__gt=after.pk)
        )
    rows = waiting.order_by("received_at", "pk").select_for_update(skip_locked=True)
    receipts = [_Waiting(*row) for row in rows.values_list(*_Waiting._fields)[:limit]]
    candidates = _candidates(receipts, now=now)
    pairs = [(one, part) for one in receipts if (part := _part_of(one, candidates)) is not None]
    if pairs:
        ids = {"receipts": [one.pk for one, _ in pairs], "parts": [part.pk for _, part in pairs]}
        with connection.cursor() as cursor:
            cursor.execute(_MATCH, ids)
        _book(pairs, now=now)
    return receipts, len(pairs)


def _candidates(
    receipts: Iterable[_Waiting], *, now: datetime
) -> dict[tuple[str, str], list[_Taken]]:
    names = {name for receipt in receipts for name in gateway_ids.forms(receipt.gateway_id)}
    found: dict[tuple[str, str], list[_Taken]] = {}
    parts = Part.objects.filter(gateway_id__in=names, sent_at__gt=now - IDS_ARE_UNIQUE_FOR)
    for part in parts.order_by("-sent_at", "-pk").values_list(*_Taken._fields):
        taken = _Taken(*part)
        found.setdefault((taken.gateway, taken.gateway_id), []).append(taken)
    return found


def _part_of(receipt: _Waiting, candidates: dict[tuple[str, str], list[_Taken]]) -> _Taken | None:
    """
    Return the part that a receipt is about.

    Hex and decimal ids overlap ("16" is also hex for 22), so the address decides between them;
    only a receipt without an address is taken by its id alone, and one of a part whose number was
    erased.
    """
    forms = gateway_ids.forms(receipt.gateway_id)
    found = [part for name in forms for part in candidates.get((receipt.gateway, name), ())]
    named = [part for part in found if part.gateway_id == receipt.gateway_id]
    if receipt.address_index is not None:
        index = bytes(receipt.address_index)
        there = (part for part in found if _octets(part.address_index) == index)
        nowhere = (part for part in named if part.address_index is None)
        return next(there, None) or next(nowhere, None)
    return next(iter(named), None)


def _octets(value: bytes | memoryview | None) -> bytes | None:
    return None if value is None else bytes(value)


def _book(pairs: Collection[tuple[_Waiting, _Taken]], *, now: datetime) -> None:
    """Move parts forward, never back, and their messages with them."""
    ids = {part.message_id for _receipt, part in pairs}
    # locked by rising number, so that two workers at it never wait for each other
    rows = Message.objects.select_for_update().filter(pk__in=ids).order_by("pk")
    messages = list(rows.only("copy", "parts", "state", "invitation_id", "customer_id"))
    for state in PartState.values:
        parts = [part.pk for receipt, part in pairs if receipt.state == state]
        Part.objects.filter(pk__in=parts, state__lt=state).update(state=state)
    heard: dict[int, list[int]] = {message.pk: [] for message in messages}
    parts_now = Part.objects.filter(message__in=ids, copy=F("message__copy"))
    for message_id, state in parts_now.values_list("message", "state"):
        heard[message_id].append(state)
    errors = {part.message_id: receipt.error for receipt, part in pairs}
    erased = _of_erased(messages)
    errors |= dict.fromkeys(erased, "")
    became: dict[tuple[State, str], list[Message]] = {}
    for message in messages:
        target = _outcome_of(message, heard[message.pk])
        if target is not None and message.state in sources_of(target):
            became.setdefault((target, errors[message.pk]), []).append(message)
    for (target, error), changed in became.items():
        _become(changed, target, error=error, now=now)
    surveys.delivered(invitations_of(hear_late(messages, now=now)), now=now)
    Receipt.objects.filter(part__message__in=erased).delete()


def _of_erased(messages: Collection[Message]) -> set[int]:
    """Return which messages are of customers who were erased: no number of theirs is kept."""
    erased = Erasure.objects.of(message.customer_id for message in messages)
    return {message.pk for message in messages if message.customer_id in erased}


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
