"""From the outbox to the gateways: claim, send, book."""

from datetime import datetime
from functools import partial

from django.db import connection
from django.db.models import F

from feedback.notifications import transitions
from feedback.notifications.catalogue import Channel
from feedback.notifications.channels.choice import gateway_of
from feedback.notifications.channels.outcome import Failure, Gateway, Outcome, Outgoing
from feedback.notifications.models import Message, Part
from feedback.notifications.states import State

BATCH = 25  # at most so many are uncertain when a worker dies
MOST = 20  # batches a run: its `now` must not grow old
LISTEN = 0.5  # seconds for receipts after the last batch


def send_messages(*, now: datetime) -> int:
    """
    Send what is due, take in receipts, and return how many messages were worked on.

    A worker that dies in between leaves messages claimed; when their lease has ended they are
    uncertain, and only a person sends those again.
    """
    transitions.tidy(now=now)
    handled = sum(_send_through(channel, now=now) for channel in Channel.values)
    transitions.settle_receipts(now=now)
    return handled


def _send_through(channel: str, *, now: datetime) -> int:
    messages = transitions.claim(channel=channel, limit=BATCH, now=now)
    if not messages and not _awaits_receipts(channel):
        return 0
    handled = 0
    on_receipt = partial(transitions.take_receipt, now=now)
    with gateway_of(channel, on_receipt=on_receipt) as gateway:
        for _batch in range(MOST):
            if not messages:
                break
            handled += len(messages)
            if not _send(messages, gateway, now=now):
                break
            messages = transitions.claim(channel=channel, limit=BATCH, now=now)
        _let_go_of_the_database()
        gateway.listen(seconds=LISTEN)
    return handled


def _send(messages: list[Message], gateway: Gateway, *, now: datetime) -> bool:
    """Send a batch and book it; False: the gateway would take no more just now."""
    accepted = _accepted_before(messages)
    addresses = [_address_of(message) for message in messages]
    outgoing = [
        _outgoing(message, address, accepted[message.pk])
        for message, address in zip(messages, addresses, strict=True)
        if address
    ]
    _let_go_of_the_database()
    outcomes = iter(gateway.send(outgoing))
    nowhere = Outcome(failure=Failure.NOWHERE)
    sent = [
        transitions.Sent(message, address, next(outcomes) if address else nowhere)
        for message, address in zip(messages, addresses, strict=True)
    ]
    transitions.book(sent, gateway=gateway.name, now=now)
    return not any(one.outcome.failure in _PAUSE_AFTER for one in sent)


_PAUSE_AFTER = {Failure.TEMPORARY, Failure.THROTTLED, Failure.UNKNOWN}


def _accepted_before(messages: list[Message]) -> dict[int, set[int]]:
    """Return the parts that gateways took in earlier attempts: they are not sent twice."""
    accepted: dict[int, set[int]] = {message.pk: set() for message in messages}
    parts = Part.objects.filter(message__in=messages, copy=F("message__copy"))
    for message_id, number in parts.values_list("message", "number"):
        accepted[message_id].add(number)
    return accepted


def _awaits_receipts(channel: str) -> bool:
    sent = Message.objects.filter(state=State.HANDED_OVER, channel=channel)
    return channel == Channel.SMS and sent.exists()


def _address_of(message: Message) -> str:
    customer = message.customer
    return str(customer.phone if message.channel == Channel.SMS else customer.email)


def _outgoing(message: Message, address: str, accepted: set[int]) -> Outgoing:
    return Outgoing(
        address=address,
        subject=message.subject,
        text=message.text,
        key=message.key,
        language=message.language,
        accepted=frozenset(accepted),
    )


def _let_go_of_the_database() -> None:
    """Hold no connection while a gateway keeps us waiting; the next query opens one."""
    if not connection.in_atomic_block:
        connection.close()
