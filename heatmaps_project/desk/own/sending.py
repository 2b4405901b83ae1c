"""Texts with codes, from their rows to the gateway of their brand's texts."""

from collections.abc import Sequence
from contextlib import ExitStack
from datetime import datetime

from complaints.customers.consent import Purpose
from feedback.notifications.channels.outcome import Gateway, Outgoing, ReceiptFacts
from feedback.notifications.sending.ways_out import Senders, WaysOut, opened
from feedback.notifications.templates.catalogue import Channel
from heatmaps_project.desk.own import transitions
from heatmaps_project.desk.own.models import Code

BATCH = 25
MOST = 20  # batches a run


def send_codes(*, now: datetime) -> int:
    """Send the codes that wait, and return how many were worked on."""
    handled = 0
    codes = transitions.claim(limit=BATCH, now=now)
    if not codes:
        return handled
    with ExitStack() as lines:
        run = _Run(lines, now=now)
        for _batch in range(MOST):
            sent = [code.pk for code in run.sent(codes)]
            transitions.book(sent=sent, failed=[one.pk for one in codes if one.pk not in sent])
            handled += len(codes)
            codes = transitions.claim(limit=BATCH, now=now)
            if not codes:
                break
    return handled


class _Run:
    """
    The gateways of a run, each open until it ends.

    A code goes through its brand's gateway, or a common one, as all that a brand's customers are
    told: it opens their page, and another brand's gateway is told neither it nor their phone.
    """

    def __init__(self, lines: ExitStack, *, now: datetime) -> None:
        self._lines, self._open = lines, dict[str, Gateway]()
        self._ways, self._senders = WaysOut(Channel.SMS, now=now), Senders()

    def sent(self, codes: Sequence[Code]) -> list[Code]:
        """Send codes, and return those that a gateway took."""
        by_brand: dict[int, list[Code]] = {}
        for code in codes:
            by_brand.setdefault(code.brand_id, []).append(code)
        return [code for brand, of in by_brand.items() for code in self._sent_of(brand, of)]

    def _sent_of(self, brand: int, codes: Sequence[Code]) -> list[Code]:
        gateway = self._gateway(brand)
        if gateway is None:  # all are shut: whoever waits asks for another code
            return []
        sender = self._senders.of(brand, Purpose.SERVICE)
        outcomes = gateway.send([_outgoing(code, sender=sender) for code in codes])
        return [one for one, how in zip(codes, outcomes, strict=True) if not how.failure]

    def _gateway(self, brand: int) -> Gateway | None:
        way = next(iter(self._ways.of(brand)), None)
        if way is None:
            return None
        name = way.address.name
        if name not in self._open:
            gateway = opened(way, on_receipts=_let_go)
            self._open[name] = self._lines.enter_context(gateway)
        return self._open[name]


def _let_go(_facts: Sequence[ReceiptFacts]) -> None:
    """Whether a code arrived, its customer knows."""


def _outgoing(code: Code, *, sender: str) -> Outgoing:
    return Outgoing(
        address=code.phone,
        subject="",
        text=code.text,
        key=code.key,
        language=code.language,
        sender=sender,
    )
