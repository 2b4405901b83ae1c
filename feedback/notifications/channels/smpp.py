"""SMS by SMPP 3.4, over a connection that lasts as long as the context."""

import logging
import time
from collections.abc import Sequence
from typing import Any, Final, Self
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from smpplib import consts

from feedback.notifications.channels.outcome import (
    SUBMITS_FOR,
    Failure,
    Outcome,
    Outgoing,
    ReceiptsHandler,
    TextHandler,
)
from feedback.notifications.channels.smpp_line import PATIENCE, Line
from feedback.notifications.channels.smpp_parts import (
    SubmittedPart,
    Tally,
    failure_of,
    parts_of,
)

logger = logging.getLogger(__name__)

WINDOW = 40  # submissions that may wait for their answers; fewer leave a centre idle
WIDEST: Final = 1000
LONGEST = 60.0  # seconds for a batch, even from a centre that keeps talking of other things
_LISTENS_FOR: Final = 10.0  # seconds, to a centre that does not stop talking


def window_of(url: SplitResult) -> int:
    """
    Return how many submissions an address lets wait for their answers.

    :raises ValueError: it is not a number from 1 to WIDEST, or something else is asked of the line
    """
    asked = parse_qs(url.query, keep_blank_values=True, strict_parsing=bool(url.query))
    said = asked.pop("window", [str(WINDOW)])
    if asked or len(said) > 1 or not said[0].isascii() or not said[0].isdigit():
        raise ValueError("of a line only its window can be asked")
    if not 1 <= (window := int(said[0])) <= WIDEST:
        raise ValueError(f"a window is from 1 to {WIDEST}")
    return window


class SmppGateway:
    def __init__(
        self,
        address: str,
        *,
        name: str,
        sender: str,
        per_second: int | None,
        on_receipts: ReceiptsHandler,
        on_text: TextHandler,
    ) -> None:
        """
        Take "smpp://user:password@host:port"; nothing is connected before the first use.

        A centre that lets fewer submissions wait than WINDOW gets "?window=10" at the end.

        per_second  parts submitted in any second, at most; None: as fast as it can

        :raises ValueError: the address names no host, or a window that is none
        """
        url = urlsplit(address)
        if not url.hostname:
            raise ValueError("SMS_GATEWAY names no host")
        self.name = name
        self._host, self._port = url.hostname, url.port or 2775
        self._login = {
            "system_id": unquote(url.username or ""),
            "password": unquote(url.password or ""),
        }
        self._window = window_of(url)
        self._sender = sender
        self._apart = 1 / per_second if per_second else 0.0  # seconds between two parts
        self._on_receipts, self._on_text = on_receipts, on_text
        self._line: Line | None = None
        self._waiting: dict[int, SubmittedPart] = {}
        self._throttled = self._unreachable = False  # in this batch
        self._began = self._next_at = 0.0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *raised: object) -> None:
        self._hang_up()

    def send(self, batch: Sequence[Outgoing]) -> list[Outcome]:
        tallies = [Tally() for _outgoing in batch]
        parts = [
            part
            for tally, outgoing in zip(tallies, batch, strict=True)
            for part in parts_of(tally, outgoing, sender=outgoing.sender or self._sender)
        ]
        self._throttled = self._unreachable = False
        self._began = self._next_at = time.monotonic()
        for part in parts:
            self._submit(part)
        while self._waiting:
            self._hear(within=PATIENCE)
        self._keep()
        return [tally.outcome() for tally in tallies]

    def listen(self, *, seconds: float) -> None:
        ends = time.monotonic() + _LISTENS_FOR
        self._unreachable = False
        line = self._bound()
        try:
            while line and time.monotonic() < ends and line.hear(within=seconds):
                pass
        except Exception:
            self._lost()
        self._keep()

    def _keep(self) -> None:
        try:
            if self._line:
                self._line.keep()
        except Exception:
            self._lost()

    def _submit(self, part: SubmittedPart) -> None:
        line = self._ready()
        if line is None:
            part.tally.fail(Failure.TEMPORARY, "not connected")
        elif self._throttled or time.monotonic() > self._began + SUBMITS_FOR:
            part.tally.fail(Failure.THROTTLED, "throttled")
        else:
            self._next_at += self._apart
            try:
                pdu = line.send_message(**part.fields)
            except Exception:
                part.tally.fail(Failure.UNKNOWN, "connection lost")
                self._lost()
            else:
                self._waiting[pdu.sequence] = part

    def _ready(self) -> Line | None:
        """Return the connection, once the centre may be given another part."""
        line = self._bound()
        while line and len(self._waiting) >= self._window:
            self._hear(within=PATIENCE)
            line = self._line
        while line and (early := self._next_at - time.monotonic()) > 0:
            self._hear(within=early, silence_is_loss=False)
            line = self._line
        return line

    def _hear(self, *, within: float, silence_is_loss: bool = True) -> None:
        """Take in one word from the centre. Silence for too long ends the connection."""
        line = self._line
        if line is None or time.monotonic() > self._began + LONGEST:
            self._lost()
            return
        try:
            heard = line.hear(within=within)
        except Exception:
            heard, silence_is_loss = False, True
        if silence_is_loss and not heard:
            self._lost()

    def _bound(self) -> Line | None:
        """Return the connection, made anew if there is none; None: there is no connecting."""
        if self._line is None and not self._unreachable:
            line = Line(
                self._host,
                self._port,
                name=self.name,
                on_receipts=self._on_receipts,
                on_text=self._on_text,
            )
            line.set_message_sent_handler(self._answered)
            line.set_error_pdu_handler(self._refused)
            try:
                line.connect()
                line.bind_transceiver(**self._login)
            except Exception as error:
                # whatever it is, nothing has been sent
                logger.warning("No connection to %s: %s", self.name, type(error).__name__)
                line.disconnect()
                self._unreachable = True
            else:
                self._line = line
        return self._line

    def _answered(self, *, pdu: Any) -> None:
        part = self._waiting.pop(pdu.sequence, None)
        if part is None:
            return
        if pdu.status == consts.SMPP_ESME_ROK:
            gateway_id = pdu.message_id or b""
            part.tally.accepted[part.number] = gateway_id.decode("latin-1")
            return
        failure = failure_of(pdu.status)
        self._throttled = self._throttled or failure is Failure.THROTTLED
        part.tally.fail(failure, consts.DESCRIPTIONS.get(pdu.status, f"{pdu.status:#x}"))

    def _refused(self, pdu: Any) -> None:
        # an answer with an error goes on to _answered; a bare refusal names the submission too
        if pdu.command == "generic_nack":
            self._answered(pdu=pdu)

    def _lost(self) -> None:
        """Give up the connection: whatever waits for an answer may have been sent or not."""
        logger.warning("Lost the connection to %s", self.name)
        for part in self._waiting.values():
            part.tally.fail(Failure.UNKNOWN, "no answer")
        self._waiting.clear()
        self._hang_up(politely=False)

    def _hang_up(self, *, politely: bool = True) -> None:
        line, self._line = self._line, None
        if line is None:
            return
        try:
            if politely:
                line.keep()
                line.unbind()
        except Exception:
            logger.warning("%s was gone before we took leave", self.name)
        line.keep_unanswered()
        line.disconnect()
