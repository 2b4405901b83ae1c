"""Booking what came of sending messages, and sending one again."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from django.contrib.auth.models import AbstractUser
from django.db import connection, transaction
from django.utils.translation import gettext as _

from complaints.customers.models import Erasure
from complaints.customers.personal import blind_index
from feedback.notifications.channels.outcome import Failure, Outcome
from feedback.notifications.gateways import gateway_ids
from feedback.notifications.holding.retries import retry_at, throttled_until
from feedback.notifications.holding.scheduling import opens_at, waiting_until
from feedback.notifications.outbox.models import Message, PartState
from feedback.notifications.outbox.states import SENT_AGAIN_FROM, State, Why
from feedback.notifications.outbox.tries import past
from feedback.notifications.templates.catalogue import Channel
from feedback.notifications.transitions.truth import invitations_of
from feedback.surveys import transitions as surveys

_BOOKED = ("state", "why", "error", "due_at", "attempts", "lease_until")


class NotSentAgainError(Exception):
    """The message's present state does not allow another copy."""


@dataclass(frozen=True)
class Sent:
    """A claimed message, where it was sent, and what came of it."""

    message: Message
    address: str
    outcome: Outcome


@transaction.atomic
def book(sent: Collection[Sent], *, gateway: str, now: datetime) -> int:
    """
    Write down what became of claimed messages, and return how many were handed over.

    A worker whose lease ran out may still book: its message is uncertain then, and now we know.
    Once somebody has sent another copy, it may not. Of a customer who was erased meanwhile neither
    the number is kept nor what the gateway said.
    """
    locked = _locked(one.message for one in sent)
    booked = [one for one in sent if _is_mine(locked[one.message.pk], one.message)]
    erased = Erasure.objects.of(one.message.customer_id for one in booked)
    booked = [
        Sent(one.message, "", replace(one.outcome, error=""))
        if one.message.customer_id in erased
        else one
        for one in booked
    ]
    _write_parts(booked, gateway=gateway, now=now)
    taken = [one.message.pk for one in booked if one.outcome.failure is None]
    refused = [one for one in booked if one.outcome.failure is not None]
    Message.objects.filter(pk__in=taken).update(
        state=State.HANDED_OVER, handed_over_at=now, lease_until=None, why="", error=""
    )
    changed = [_become(locked[one.message.pk], one.outcome, now=now) for one in refused]
    Message.objects.bulk_update(changed, _BOOKED)
    gone = [one.message for one in booked if one.outcome.failure is None]
    surveys.sent(invitations_of(gone), now=now)
    # Of letters nobody reports more: those who never got theirs cannot be told from the silent.
    letters = [one for one in gone if one.channel == Channel.EMAIL]
    surveys.delivered(invitations_of(letters), now=now)
    surveys.undelivered(invitations_of(row for row in changed if row.state == State.FAILED))
    return len(taken)


# Three parts a message, so most of booking: as models they took ten times as long.
_PARTS = """
    INSERT INTO feedback_part
        (message_id, copy, number, gateway, gateway_id, address_index, sent_at, state)
    SELECT message, copy, number, %(gateway)s, gateway_id, address_index, %(now)s, %(state)s
    FROM unnest(
        %(messages)s::bigint[], %(copies)s::int[], %(numbers)s::int[],
        %(gateway_ids)s::text[], %(address_indexes)s::bytea[]
    ) AS sent (message, copy, number, gateway_id, address_index)
    ON CONFLICT DO NOTHING
"""


def _write_parts(booked: Collection[Sent], *, gateway: str, now: datetime) -> None:
    """Write the parts that a gateway took; one that is written already stays as it is."""
    rows = []
    for one in booked:
        address_index = blind_index(one.address)
        for number, gateway_id in one.outcome.accepted.items():
            name = gateway_ids.plain(gateway_id)
            rows.append((one.message.pk, one.message.copy, number, name, address_index))
    if not rows:
        return
    names = ("messages", "copies", "numbers", "gateway_ids", "address_indexes")
    asked: dict[str, Any] = {"gateway": gateway, "now": now, "state": PartState.SENT}
    asked |= zip(names, map(list, zip(*rows, strict=True)), strict=True)
    with connection.cursor() as cursor:
        cursor.execute(_PARTS, asked)


@transaction.atomic
def put_back(messages: Collection[Message], *, now: datetime) -> None:
    """Let claimed messages wait that no gateway takes just now; this is no failed attempt."""
    locked = _locked(messages)
    mine = [locked[one.pk] for one in messages if _is_mine(locked[one.pk], one)]
    for row in mine:
        row.state, row.lease_until = State.PLANNED, None
        row.attempts -= 1
        row.due_at = throttled_until(key=row.key, now=now)
    Message.objects.bulk_update(mine, _BOOKED)


def _locked(messages: Iterable[Message]) -> dict[int, Message]:
    ids = [message.pk for message in messages]
    rows = Message.objects.select_for_update().filter(pk__in=ids).defer("text").order_by("pk")
    return {row.pk: row for row in rows}


def _is_mine(row: Message, claimed: Message) -> bool:
    same = (row.key, row.attempts) == (claimed.key, claimed.attempts)
    return same and row.state in {State.CLAIMED, State.UNCERTAIN}


def _become(message: Message, outcome: Outcome, *, now: datetime) -> Message:
    message.lease_until = None
    message.error, message.why = outcome.error[:200], ""
    match outcome.failure:
        case Failure.UNKNOWN:
            message.state, message.why = State.UNCERTAIN, Why.NO_ANSWER
        case Failure.PERMANENT:
            message.state, message.why = State.FAILED, Why.REFUSED
        case Failure.NOWHERE:
            message.state, message.why = State.FAILED, Why.NO_ADDRESS
        case Failure.THROTTLED:
            message.attempts -= 1
            _try_again(message, throttled_until(key=message.key, now=now))
        case Failure.TEMPORARY | Failure.DEFERRED:
            _try_again(message, retry_at(attempts=message.attempts, key=message.key, now=now))
    return message


def _try_again(message: Message, due_at: datetime | None) -> None:
    if due_at is None:
        message.state, message.why = State.FAILED, Why.UNREACHED
    else:
        # due in the night, it is held by the next sweep
        message.state, message.due_at = State.PLANNED, due_at


@transaction.atomic
def send_again(*, message_id: int, by: AbstractUser, now: datetime) -> Message:
    """
    Send another copy of a message that failed, or that nobody knows about.

    :raises NotSentAgainError: it is in another state, or `by` may not
    """
    if not by.has_perm("feedback.resend_message"):
        raise NotSentAgainError(_("You may not send messages again."))
    message = Message.objects.select_for_update().get(pk=message_id)
    if message.state not in SENT_AGAIN_FROM:
        named = {"message": message, "state": message.get_state_display()}
        raise NotSentAgainError(_("%(message)s is “%(state)s”: no second copy.") % named)
    past(message, now=now).save()
    message.due_at = opens_at(zone=message.time_zone, now=now)
    message.expires_at = max(message.expires_at, message.due_at + timedelta(hours=4))
    message.state = waiting_until(message.due_at, now=now)
    message.key, message.attempts, message.copy = uuid4(), 0, message.copy + 1
    message.why = message.error = ""
    message.resent_by_id, message.resent_at = by.pk, now
    message.handed_over_at = None
    message.save()
    return message
