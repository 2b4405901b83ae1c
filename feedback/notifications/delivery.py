"""From the outbox to the gateways: claim, send, book."""

from datetime import datetime, timedelta
from functools import partial

from django.db import connection
from django.db.models import F

from feedback.notifications import transitions
from feedback.notifications.catalogue import ASKING, Channel
from feedback.notifications.channels.choice import gateway_of
from feedback.notifications.channels.outcome import Failure, Gateway, Outcome, Outgoing
from feedback.notifications.models import Message, Part
from feedback.notifications.states import State
from feedback.surveys.letters import page_of, scale_of
from feedback.surveys.states import OPEN

BATCH = 25  # at most so many are uncertain when a worker dies
MOST = 20  # batches a run: its `now` must not grow old
REPLIES_FOR = timedelta(days=3)  # after a text; later ones come when we next send
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
    return handled + transitions.settle_texts(now=now)  # what that leads to is sent at once


def _send_through(channel: str, *, now: datetime) -> int:
    messages = transitions.claim(channel=channel, limit=BATCH, now=now)
    if not messages and not _awaits_words(channel, now=now):
        return 0
    handled = 0
    on_receipt = partial(transitions.take_receipt, now=now)
    on_text = partial(transitions.take_text, now=now)
    with gateway_of(channel, on_receipt=on_receipt, on_text=on_text) as gateway:
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


def _awaits_words(channel: str, *, now: datetime) -> bool:
    """Say whether a receipt, or a customer's reply, may be waiting at the gateway."""
    if channel != Channel.SMS:
        return False
    sent = Message.objects.filter(channel=channel)
    asked = sent.filter(handed_over_at__gt=now - REPLIES_FOR, invitation__state__in=OPEN)
    return sent.filter(state=State.HANDED_OVER).exists() or asked.exists()


def _address_of(message: Message) -> str:
    customer = message.customer
    return str(customer.phone if message.channel == Channel.SMS else customer.email)


def _outgoing(message: Message, address: str, accepted: set[int]) -> Outgoing:
    invitation = message.invitation if message.channel == Channel.EMAIL else None
    return Outgoing(
        address=address,
        subject=message.subject,
        text=message.text,
        key=message.key,
        language=message.language,
        scale=scale_of(invitation, message.language) if invitation else None,
        refusal=page_of(invitation) if invitation and message.reason in ASKING else "",
        sender=_sender_of(message),
        accepted=frozenset(accepted),
    )


def _sender_of(message: Message) -> str:
    """Return the number that a survey is asked from: replies to it are answers."""
    invitation = message.invitation if message.reason in ASKING else None
    return invitation.survey.sender if invitation else ""


def _let_go_of_the_database() -> None:
    """Hold no connection while a gateway keeps us waiting; the next query opens one."""
    if not connection.in_atomic_block:
        connection.close()
