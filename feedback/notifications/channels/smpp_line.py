"""A connection to an SMS centre that answers what is delivered once it is kept, many at a time."""

import logging
import select
import socket
import time
from typing import Any, Final

from smpplib import consts, smpp
from smpplib.client import Client

from feedback.notifications.channels.outcome import ReceiptFacts, ReceiptsHandler, TextHandler
from feedback.notifications.channels.receipt_text import is_receipt, read_receipt, text_of

logger = logging.getLogger(__name__)
# They tell of every connection, and of each parameter that a centre has of its own: of a receipt
# made for it, sixteen thousand.
for _name in ("smpp.client", "smpplib.command"):
    logging.getLogger(_name).setLevel(logging.ERROR)

PATIENCE: Final = 5.0  # seconds that a centre may take to connect, or to finish a word
LONGEST: Final = 128 * 1024  # bytes of a word: twice what the longest text takes (5.3.2.32)
_MOST_UNKEPT: Final = 200
_AT_ONCE: Final = 65536  # bytes
_KEPT_WITHIN: Final = 0.05  # seconds: a centre sends no more until enough of it is answered


class Line(Client):
    def __init__(
        self,
        host: str,
        port: int,
        *,
        name: str,
        on_receipts: ReceiptsHandler,
        on_text: TextHandler,
    ) -> None:
        super().__init__(
            host, port, timeout=PATIENCE, allow_unknown_opt_params=True, logger_name="smpp.client"
        )
        self._name = name
        self._on_receipts, self._on_text = on_receipts, on_text
        self._heard = bytearray()  # and not read yet
        self._unkept: list[Any] = []
        self._keep_at = 0.0  # by the monotonic clock, while there is anything to keep

    def connect(self) -> None:
        super().connect()
        # Else small words wait for one another: 40 ms at a time, with answers that come late.
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def hear(self, *, within: float) -> bool:
        """
        Take in one word from the centre; False: none came within so many seconds.

        :raises Exception: the line is broken
        """
        speaks = False
        if self._unkept:
            wait = self._keep_at - time.monotonic()
            speaks = len(self._unkept) < _MOST_UNKEPT and wait > 0 and self._speaks(within=wait)
            if not speaks:
                self.keep()
        if not speaks and not self._speaks(within=within):
            return False
        self.read_once(auto_send_enquire_link=False)
        return True

    def keep(self) -> None:
        """Keep what was delivered, and answer it: the centre keeps what we could not."""
        delivered, self._unkept = self._unkept, []
        answers = []
        for pdu, status in self._kept(delivered):
            answer = smpp.make_pdu("deliver_sm_resp", client=self, status=status)
            answer.sequence = pdu.sequence
            answers.append(answer.generate())
        if answers:
            self._socket.sendall(b"".join(answers))

    def keep_unanswered(self) -> None:
        """Keep what was delivered before the line broke; the centre will deliver it again."""
        delivered, self._unkept = self._unkept, []
        self._kept(delivered)

    def _recv_exact(self, exact_size: int) -> bytes:
        """:raises ConnectionError: it is no length of a word, or it does not come to its end"""
        if not 0 < exact_size <= LONGEST:
            raise ConnectionError
        # smpplib would ask the system twice for each word
        ends = time.monotonic() + PATIENCE
        while len(self._heard) < exact_size:
            if not self._has_more(within=ends - time.monotonic()):
                raise ConnectionError
            part = self._socket.recv(_AT_ONCE)
            if not part:
                raise ConnectionError
            self._heard += part
        taken = bytes(self._heard[:exact_size])
        del self._heard[:exact_size]
        return taken

    def _speaks(self, *, within: float) -> bool:
        return bool(self._heard) or self._has_more(within=within)

    def _has_more(self, *, within: float) -> bool:
        readable, _writable, _broken = select.select([self._socket], [], [], max(within, 0.0))
        return bool(readable)

    def _message_received(self, pdu: Any) -> None:
        # smpplib would answer at once, when nothing is kept yet
        if not self._unkept:
            self._keep_at = time.monotonic() + _KEPT_WITHIN
        self._unkept.append(pdu)

    def _kept(self, delivered: list[Any]) -> list[tuple[Any, int]]:
        """Keep deliveries, and return the status that each is answered with."""
        receipts = [pdu for pdu in delivered if is_receipt(pdu)]
        texts = [pdu for pdu in delivered if not is_receipt(pdu)]
        facts = [one for one in map(self._facts_of, receipts) if one is not None]
        of_receipts = _status(self._on_receipts, facts) if facts else int(consts.SMPP_ESME_ROK)
        answers = [(pdu, of_receipts) for pdu in receipts]
        for pdu in texts:
            answers.append((pdu, _status(self._on_text, text_of(pdu, gateway=self._name))))
        return answers

    def _facts_of(self, pdu: Any) -> ReceiptFacts | None:
        """Return what a receipt says; None: nothing yet, the part is still on its way."""
        gateway_id, delivery, error = read_receipt(pdu)
        if not gateway_id or delivery is None:
            return None
        address = (pdu.source_addr or b"").decode("latin-1")
        return ReceiptFacts(self._name, gateway_id, address, delivery, error)


def _status(keep: Any, said: Any) -> int:
    try:
        keep(said)
    except Exception:
        logger.exception("What the centre said could not be kept")
        return int(consts.SMPP_ESME_RX_T_APPN)
    return int(consts.SMPP_ESME_ROK)
