"""SMS by SMPP 3.4, over a connection that lasts as long as the context."""

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Self
from urllib.parse import unquote, urlsplit

from smpplib import consts
from smpplib.client import Client

from feedback.notifications.channels.outcome import (
    Failure,
    Outcome,
    Outgoing,
    ReceiptFacts,
    ReceiptHandler,
    TextHandler,
)
from feedback.notifications.channels.receipt_text import is_receipt, read_receipt, text_of
from feedback.notifications.segments import segments

logger = logging.getLogger(__name__)
logging.getLogger("smpp.client").setLevel(logging.ERROR)  # it tells of every connection

WINDOW = 10  # submissions that may wait for their answers
PATIENCE = 5.0  # seconds without a word from the centre until we stop waiting
LONGEST = 60.0  # seconds for a batch, even from a centre that keeps talking of other things
_PAUSE = 0.02  # seconds between looks at an idle line
_THROTTLED = {consts.SMPP_ESME_RTHROTTLED, consts.SMPP_ESME_RMSGQFUL}
_PERMANENT = {
    consts.SMPP_ESME_RINVMSGLEN,
    consts.SMPP_ESME_RINVDSTADR,
    consts.SMPP_ESME_RINVSRCADR,
    consts.SMPP_ESME_RINVDSTTON,
    consts.SMPP_ESME_RINVDSTNPI,
    consts.SMPP_ESME_RX_P_APPN,
    consts.SMPP_ESME_RX_R_APPN,
}
# What is worst for a text of several parts stands for all of it.
_GRAVITY = (Failure.TEMPORARY, Failure.THROTTLED, Failure.PERMANENT, Failure.UNKNOWN)


@dataclass
class _Tally:
    """What has come of one text's parts so far."""

    accepted: dict[int, str] = field(default_factory=dict)
    failure: Failure | None = None
    error: str = ""

    def fail(self, failure: Failure, error: str) -> None:
        if self.failure is None or _GRAVITY.index(failure) > _GRAVITY.index(self.failure):
            self.failure, self.error = failure, error


@dataclass(frozen=True)
class _Part:
    """A part that is to be submitted, and the text it belongs to."""

    tally: _Tally
    number: int
    fields: dict[str, Any]


class SmppGateway:
    def __init__(
        self,
        address: str,
        *,
        name: str,
        sender: str,
        on_receipt: ReceiptHandler,
        on_text: TextHandler,
    ) -> None:
        """
        Take "smpp://user:password@host:port"; nothing is connected before the first use.

        :raises ValueError: the address names no host
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
        self._sender = sender
        self._on_receipt = on_receipt
        self._on_text = on_text
        self._client: Client | None = None
        self._waiting: dict[int, _Part] = {}
        self._throttled = False
        self._until = 0.0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *raised: object) -> None:
        self._hang_up()

    def send(self, batch: Sequence[Outgoing]) -> list[Outcome]:
        tallies = [_Tally() for _outgoing in batch]
        parts = [
            part
            for tally, outgoing in zip(tallies, batch, strict=True)
            for part in _parts(tally, outgoing, sender=outgoing.sender or self._sender)
        ]
        self._throttled = False
        self._until = time.monotonic() + LONGEST
        for part in parts:
            self._submit(part)
        while self._waiting:
            self._hear()
        return [Outcome(tally.accepted, tally.failure, tally.error) for tally in tallies]

    def listen(self, *, seconds: float) -> None:
        until = time.monotonic() + seconds
        while client := self._bound():
            try:
                client.poll(auto_send_enquire_link=False)
            except Exception:
                self._lost()
            if time.monotonic() >= until or self._client is None:
                return
            time.sleep(_PAUSE)

    def _submit(self, part: _Part) -> None:
        client = self._bound()
        while client and len(self._waiting) >= WINDOW:
            self._hear()
            client = self._client
        if client is None:
            part.tally.fail(Failure.TEMPORARY, "not connected")
        elif self._throttled:
            part.tally.fail(Failure.THROTTLED, "throttled")
        else:
            try:
                pdu = client.send_message(**part.fields)
            except Exception:
                part.tally.fail(Failure.UNKNOWN, "connection lost")
                self._lost()
            else:
                self._waiting[pdu.sequence] = part

    def _hear(self) -> None:
        """Take in one word from the centre. Silence for too long ends the connection."""
        client = self._client
        if client is None or time.monotonic() > self._until:
            self._lost()
            return
        try:
            client.read_once(auto_send_enquire_link=False)
        except Exception:
            self._lost()

    def _bound(self) -> Client | None:
        """Return the connection, made anew if there is none; None: there is no connecting."""
        if self._client is None:
            client = Client(
                self._host,
                self._port,
                timeout=PATIENCE,
                allow_unknown_opt_params=True,
                logger_name="smpp.client",
            )
            client.set_message_sent_handler(self._answered)
            client.set_message_received_handler(self._received)
            client.set_error_pdu_handler(self._refused)
            try:
                client.connect()
                client.bind_transceiver(**self._login)
            except Exception as error:
                # whatever it is, nothing has been sent
                logger.warning("No connection to %s: %s", self.name, type(error).__name__)
                client.disconnect()
                return None
            self._client = client
        return self._client

    def _answered(self, *, pdu: Any) -> None:
        part = self._waiting.pop(pdu.sequence, None)
        if part is None:
            return
        if pdu.status == consts.SMPP_ESME_ROK:
            gateway_id = pdu.message_id or b""
            part.tally.accepted[part.number] = gateway_id.decode("latin-1")
            return
        failure = _failure(pdu.status)
        self._throttled = self._throttled or failure is Failure.THROTTLED
        part.tally.fail(failure, consts.DESCRIPTIONS.get(pdu.status, f"{pdu.status:#x}"))

    def _refused(self, pdu: Any) -> None:
        # an answer with an error goes on to _answered; a bare refusal names the submission too
        if pdu.command == "generic_nack":
            self._answered(pdu=pdu)

    def _received(self, *, pdu: Any) -> int:
        """Return the status that the centre is answered with: it keeps what is not taken."""
        if not is_receipt(pdu):
            return self._kept(partial(self._on_text, text_of(pdu, gateway=self.name)))
        gateway_id, delivery, error = read_receipt(pdu)
        if not gateway_id or delivery is None:
            return int(consts.SMPP_ESME_ROK)
        address = (pdu.source_addr or b"").decode("latin-1")
        facts = ReceiptFacts(self.name, gateway_id, address, delivery, error)
        return self._kept(partial(self._on_receipt, facts))

    def _kept(self, keep: Callable[[], object]) -> int:
        try:
            keep()
        except Exception:
            logger.exception("What the centre said could not be kept")
            return int(consts.SMPP_ESME_RX_T_APPN)
        return int(consts.SMPP_ESME_ROK)

    def _lost(self) -> None:
        """Give up the connection: whatever waits for an answer may have been sent or not."""
        logger.warning("Lost the connection to %s", self.name)
        for part in self._waiting.values():
            part.tally.fail(Failure.UNKNOWN, "no answer")
        self._waiting.clear()
        self._hang_up(politely=False)

    def _hang_up(self, *, politely: bool = True) -> None:
        client, self._client = self._client, None
        if client is None:
            return
        try:
            if politely:
                client.unbind()
        except Exception:
            logger.warning("%s was gone before we took leave", self.name)
        client.disconnect()


def _failure(status: int) -> Failure:
    if status in _THROTTLED:
        return Failure.THROTTLED
    return Failure.PERMANENT if status in _PERMANENT else Failure.TEMPORARY


def _parts(tally: _Tally, outgoing: Outgoing, *, sender: str) -> list[_Part]:
    """Return the parts of a text that the centre does not have yet."""
    cut = segments(outgoing.text)
    count = len(cut.parts)
    # 3GPP TS 23.040 9.2.3.24.1; the reference is the same in every attempt, so a telephone joins
    # parts of different attempts
    header = bytes((5, 0, 3, outgoing.key.int % 256, count)) if count > 1 else b""
    named = not sender.lstrip("+").isdigit()
    fields = {
        "source_addr_ton": consts.SMPP_TON_ALNUM if named else consts.SMPP_TON_UNK,
        "source_addr_npi": consts.SMPP_NPI_UNK if named else consts.SMPP_NPI_ISDN,
        "source_addr": sender,
        "dest_addr_ton": consts.SMPP_TON_INTL,
        "dest_addr_npi": consts.SMPP_NPI_ISDN,
        "destination_addr": outgoing.address.lstrip("+"),
        "esm_class": consts.SMPP_GSMFEAT_UDHI if header else consts.SMPP_MSGMODE_DEFAULT,
        "data_coding": cut.encoding.data_coding,
        "registered_delivery": 1,
    }
    return [
        _Part(
            tally,
            number,
            {
                **fields,
                "short_message": (header + bytes((number,)) if header else b"") + cut.octets(text),
            },
        )
        for number, text in enumerate(cut.parts, start=1)
        if number not in outgoing.accepted
    ]
