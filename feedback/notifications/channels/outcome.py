"""What goes to a gateway, and what came of it."""

import logging
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Final, Protocol, Self
from uuid import UUID

from feedback.surveys.letters import Scale

logger = logging.getLogger(__name__)

# Seconds; what a slow gateway has not been given of a batch by then waits for its turn.
SUBMITS_FOR: Final = 30.0


@dataclass(frozen=True)
class Outgoing:
    """One text for one address."""

    address: str  # E.164, an e-mail address, or the CRM's id of a customer with the app
    subject: str
    text: str
    key: UUID  # the same however often this copy is tried
    language: str
    scale: Scale | None = None  # of the survey that it asks; for letters
    refusal: str = ""  # where a POST refuses more of these; for letters
    brand: str = ""  # its code; for push messages, as the next
    reason: str = ""
    sender: str = ""  # the number it goes from; empty: the usual one
    accepted: frozenset[int] = frozenset()  # parts that the gateway took in an earlier attempt


class Failure(Enum):
    """Why not all of a text was taken: what may be done about it differs."""

    TEMPORARY = "temporary"  # surely not sent; try again
    DEFERRED = "deferred"  # surely not sent, by this address alone; try again
    THROTTLED = "throttled"  # surely not sent; the gateway wants less at a time
    PERMANENT = "permanent"  # surely not sent, and never will be
    UNKNOWN = "unknown"  # perhaps sent
    NOWHERE = "nowhere"  # there is no address to send it to


@dataclass(frozen=True)
class Outcome:
    """What a gateway made of a text: all of it taken, unless there is a failure."""

    accepted: Mapping[int, str] = field(default_factory=dict)  # part number: the gateway's id
    failure: Failure | None = None
    error: str = ""


class Delivery(Enum):
    """What a gateway reports later, once it knows."""

    DELIVERED = "delivered"
    FAILED = "failed"
    EXPIRED = "expired"


@dataclass(frozen=True)
class ReceiptFacts:
    """A gateway's report on one part."""

    gateway: str
    gateway_id: str
    address: str  # where the part went, as the gateway writes it
    delivery: Delivery
    error: str = ""


@dataclass(frozen=True)
class Piece:
    """Which part of a long text this is: telephones cut them, as we do."""

    reference: int  # the same in all parts
    number: int  # 1 …
    count: int


@dataclass(frozen=True)
class TextFacts:
    """A text that a customer wrote, or a part of it."""

    gateway: str
    address: str  # whom it is from, as the gateway writes it
    sender: str  # our number that it was sent to
    text: str
    piece: Piece | None = None  # None: it is whole


ReceiptsHandler = Callable[[Sequence[ReceiptFacts]], object]
TextHandler = Callable[[TextFacts], object]


class Gateway(Protocol):
    """A way out. As a context manager it gives back what it holds of the network."""

    name: str  # receipts are matched within it

    def __enter__(self) -> Self: ...

    def __exit__(self, *raised: object) -> None: ...

    def send(self, batch: Sequence[Outgoing]) -> list[Outcome]:
        """Hand texts over, and return what came of each, in their order. Never raises."""
        ...

    def listen(self, *, seconds: float) -> None:
        """Take in the receipts that wait, until none has come for so long."""
        ...


def one_by_one(
    batch: Sequence[Outgoing], send: Callable[[Outgoing], Outcome], *, per_second: int | None = None
) -> list[Outcome]:
    """
    Send texts one after the other, as far as time allows, and return what came of each.

    per_second  texts, at most; None: as many as the gateway takes
    """
    began = time.monotonic()
    outcomes = []
    for number, outgoing in enumerate(batch):
        if per_second:
            time.sleep(max(began + number / per_second - time.monotonic(), 0.0))
        late = time.monotonic() > began + SUBMITS_FOR
        outcomes.append(Outcome(failure=Failure.THROTTLED) if late else _sent(send, outgoing))
    return outcomes


def _sent(send: Callable[[Outgoing], Outcome], outgoing: Outgoing) -> Outcome:
    """Send a text; one that breaks its gateway is uncertain, and costs no other."""
    try:
        return send(outgoing)
    except Exception as error:
        logger.exception("The text %s broke its gateway", outgoing.key)
        return Outcome(failure=Failure.UNKNOWN, error=type(error).__name__)
