"""From the outbox to the gateways: claim, send, book."""

import logging
import time
from collections.abc import Callable
from contextlib import ExitStack
from datetime import datetime, timedelta
from functools import partial
from itertools import accumulate

from django.db import InterfaceError, OperationalError, connection
from django.db.models import F

from complaints.customers.models import Brand
from feedback.notifications import transitions
from feedback.notifications.channels.outcome import Failure, Gateway, Outcome, Outgoing
from feedback.notifications.outbox.models import Message, Part
from feedback.notifications.outbox.states import State
from feedback.notifications.recipients.consenting import purpose_of
from feedback.notifications.sending.ways_out import Senders, WayOut, WaysOut, opened
from feedback.notifications.templates.catalogue import ASKING, Channel
from feedback.notifications.transitions.claiming import LEASE
from feedback.surveys.letters import page_of, scale_of
from feedback.surveys.states import OPEN

BATCH = 200  # at most so many are uncertain when a worker dies
MOST = 10  # batches a run: its `now` must not grow old
REPLIES_FOR = timedelta(days=3)  # after a text; later ones come when we next send
LISTEN = 0.5  # seconds of silence after the last receipt
LISTEN_BETWEEN = 0.1  # the same where the next run goes on at once
# seconds of a gateway's rate that a worker takes at once, far less than its lease, and that it
# waits for them: one waits while another sends, and all others do what else there is
TURN = 10
PAUSE = 1.0  # seconds until a database that is away is asked again

logger = logging.getLogger(__name__)


def send_messages(*, now: datetime) -> int:
    """
    Send what is due, take in receipts, and return how many messages were worked on.

    A worker that dies in between leaves messages claimed; when their lease has ended they are
    uncertain, and only a person sends those again.
    """
    transitions.tidy(now=now)
    transitions.settle_receipts(now=now)  # what arrived after all goes by no other channel
    handled = sum(_Run(channel, now=now).work() for channel in Channel.values)
    transitions.settle_receipts(now=now)
    handled += transitions.fall_back(now=now)
    return handled + transitions.settle_texts(now=now)  # what that leads to is sent at once


class _Run:
    """A worker's way through what is due on one channel: its gateways stay open between batches."""

    def __init__(self, channel: str, *, now: datetime) -> None:
        self._channel, self._now = channel, now
        self._open: dict[str, Gateway] = {}
        self._is_refused = False  # some gateway would take no more just now
        self._is_in_the_way = False  # of others, who give a gateway all that it takes

    def work(self) -> int:
        messages = self._claim()
        if not messages and not _awaits_words(self._channel, now=self._now):
            return 0
        self._ways = WaysOut(self._channel, now=self._now)
        self._senders = Senders()
        pushed = self._channel == Channel.PUSH
        self._brands = Brand.objects.in_bulk() if pushed else {}
        handled = 0
        with ExitStack() as lines:
            for left in reversed(range(MOST)):
                handled += len(messages)
                self._send(messages, lines)
                if not messages or not left or self._is_refused:
                    break
                messages = self._claim()
            goes_on = bool(messages) and not self._is_refused
            self._listen(lines, seconds=LISTEN_BETWEEN if goes_on else LISTEN)
        return 0 if self._is_in_the_way else handled

    def _claim(self) -> list[Message]:
        return transitions.claim(channel=self._channel, limit=BATCH, now=self._now)

    def _listen(self, lines: ExitStack, *, seconds: float) -> None:
        """Take in what gateways have to say; of those that nothing was sent through, too."""
        gateways = [self._gateway(way, lines) for way in self._ways.all()]
        let_go_of_the_database()
        for gateway in gateways:
            gateway.listen(seconds=seconds)

    def _gateway(self, way: WayOut, lines: ExitStack) -> Gateway:
        name = way.address.name
        if name not in self._open:
            on_receipts = partial(transitions.take_receipts, now=self._now)
            on_text = partial(transitions.take_text, now=self._now)
            gateway = opened(way, on_receipts=on_receipts, on_text=on_text)
            self._open[name] = lines.enter_context(gateway)
        return self._open[name]

    def _send(self, messages: list[Message], lines: ExitStack) -> None:
        """Send messages, each through its brand's first gateway that takes it, and book them."""
        accepted = _accepted_before(messages)
        by_brand: dict[int, list[Message]] = {}
        for message in messages:
            by_brand.setdefault(message.brand_id, []).append(message)
        for brand, left in by_brand.items():
            if self._channel == Channel.PUSH and not self._ways.are_there(brand):
                self._book_nowhere(left)  # the app lost its backend: another channel is tried
                continue
            for way in self._ways.of(brand):
                left = self._send_through(way, left, accepted, lines)
                if not left:
                    break
            if left:  # no gateway took them; the first that failed is not asked again at once
                self._is_refused = True
                transitions.put_back(left, now=self._now)

    def _book_nowhere(self, messages: list[Message]) -> None:
        nowhere = Outcome(failure=Failure.NOWHERE)
        sent = [transitions.Sent(message, "", nowhere) for message in messages]
        transitions.book(sent, gateway="", now=self._now)

    def _send_through(
        self,
        way: WayOut,
        messages: list[Message],
        accepted: dict[int, set[int]],
        lines: ExitStack,
    ) -> list[Message]:
        """Send and book; return what this gateway surely did not take, and another may."""
        is_last = self._ways.of(messages[0].brand_id)[-1] == way
        if way.per_second:
            messages = self._in_turn(way.address.name, messages, per_second=way.per_second)
            if not messages:
                return []
        outcomes = self._outcomes(self._gateway(way, lines), messages, accepted)
        left = [
            one.message
            for one in outcomes
            if one.outcome.failure is Failure.TEMPORARY and not one.outcome.accepted and not is_last
        ]
        booked = [one for one in outcomes if one.message not in left]
        _patiently(partial(transitions.book, booked, gateway=way.address.name, now=self._now))
        self._note(way, outcomes)
        return left

    def _in_turn(self, name: str, messages: list[Message], *, per_second: int) -> list[Message]:
        """
        Wait until a gateway's rate allows messages; return those that fit into one turn, or none:
        enough others wait.
        """
        ends = accumulate(message.parts for message in messages)
        fitting = sum(end <= per_second * TURN for end in ends) or 1
        if later := messages[fitting:]:
            self._is_refused = True
            transitions.put_back(later, now=self._now)
        parts = sum(message.parts for message in messages[:fitting])
        wait = transitions.wait_for_turn(name, parts=parts, per_second=per_second, most=TURN)
        if wait is None:
            self._is_refused = self._is_in_the_way = True
            transitions.put_back(messages[:fitting], now=self._now)
            return []
        let_go_of_the_database()
        time.sleep(wait)
        return messages[:fitting]

    def _outcomes(
        self, gateway: Gateway, messages: list[Message], accepted: dict[int, set[int]]
    ) -> list[transitions.Sent]:
        addresses = [_address_of(message) for message in messages]
        outgoing = [
            _outgoing(
                message,
                address,
                accepted[message.pk],
                sender=self._sender_of(message),
                brand=self._brands.get(message.brand_id),
            )
            for message, address in zip(messages, addresses, strict=True)
            if address
        ]
        let_go_of_the_database()
        outcomes = iter(gateway.send(outgoing))
        nowhere = Outcome(failure=Failure.NOWHERE)
        return [
            transitions.Sent(message, address, next(outcomes) if address else nowhere)
            for message, address in zip(messages, addresses, strict=True)
        ]

    def _sender_of(self, message: Message) -> str:
        """Return the number that a message comes from: replies to a survey's are answers."""
        invitation = message.invitation if message.reason in ASKING else None
        own = invitation.survey.sender if invitation else ""
        return own or self._senders.of(message.brand_id, purpose_of(message.reason))

    def _note(self, way: WayOut, sent: list[transitions.Sent]) -> None:
        failures = [one.outcome.failure for one in sent]
        failed = sum(failure in _FAILING for failure in failures)
        taken = sum(failure is None for failure in failures)
        if any(failure in _PAUSE_AFTER for failure in failures):
            self._is_refused = True
        name = way.address.name
        if transitions.note_outcomes(name, taken=taken, failed=failed, now=self._now):
            self._ways.shut(way)
            self._is_refused = False  # another may take what is due


_FAILING = {Failure.TEMPORARY, Failure.UNKNOWN}  # the gateway's own faults
_PAUSE_AFTER = {Failure.TEMPORARY, Failure.THROTTLED, Failure.UNKNOWN}


def _patiently(book: Callable[[], object]) -> None:
    """
    Book what was sent, even if the database is away just now: it alone knows that it was sent.

    :raises OperationalError: it stays away for longer than the lease of what was sent
    """
    until = time.monotonic() + LEASE.total_seconds()
    while True:
        try:
            book()
        except (InterfaceError, OperationalError):
            if connection.in_atomic_block or time.monotonic() > until:
                raise
            logger.warning("The database is away: what was sent is booked when it is back")
            connection.close()
            time.sleep(PAUSE)
        else:
            return


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
    if message.channel == Channel.PUSH:
        return customer.told_id if customer.app else ""
    return str(customer.phone if message.channel == Channel.SMS else customer.email)


def _outgoing(
    message: Message, address: str, accepted: set[int], *, sender: str, brand: Brand | None
) -> Outgoing:
    invitation = message.invitation if message.channel == Channel.EMAIL else None
    return Outgoing(
        address=address,
        subject=message.subject or (brand.name if brand else ""),
        text=message.text,
        key=message.key,
        language=message.language,
        scale=scale_of(invitation, message.language) if invitation else None,
        refusal=page_of(invitation) if invitation and message.reason in ASKING else "",
        brand=brand.code if brand else "",
        reason=message.reason,
        sender=sender,
        accepted=frozenset(accepted),
    )


def let_go_of_the_database() -> None:
    """Hold no connection while a gateway keeps us waiting; the next query opens one."""
    if not connection.in_atomic_block:
        connection.close()
