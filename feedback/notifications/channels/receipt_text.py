"""What SMS centres deliver: receipts (SMPP 3.4, 5.2.12 and appendix B), and customers' texts."""

import re
from typing import Any

from feedback.notifications.channels.outcome import Delivery, Piece, TextFacts
from feedback.notifications.templates.segments import letters

_RECEIPT = 0x04  # of esm_class
_KIND = 0x3C  # its message type bits
_WITH_HEADER = 0x40  # the text begins with a header, whose length is its first octet
_REFERENCES = {0x00: 3, 0x08: 4}  # elements of a header that say which part it is: their length
_FIELD = re.compile(r"\b(id|stat|err):(\S*)", re.IGNORECASE)
_BY_WORD = {
    "DELIVRD": Delivery.DELIVERED,
    "EXPIRED": Delivery.EXPIRED,
    "DELETED": Delivery.FAILED,
    "UNDELIV": Delivery.FAILED,
    "REJECTD": Delivery.FAILED,
    # as those say it who report over HTTP
    **{one.name: one for one in Delivery},
    "UNDELIVERED": Delivery.FAILED,
    "REJECTED": Delivery.FAILED,
}
_BY_NUMBER = {  # message_state, 5.2.28; others are on their way
    2: Delivery.DELIVERED,
    3: Delivery.EXPIRED,
    4: Delivery.FAILED,
    5: Delivery.FAILED,
    8: Delivery.FAILED,
}


def is_receipt(pdu: Any) -> bool:
    """Say whether a deliver_sm is a receipt, and not a text that somebody wrote."""
    return ((pdu.esm_class or 0) & _KIND) == _RECEIPT


def read_receipt(pdu: Any) -> tuple[str, Delivery | None, str]:
    """
    Return the id that a receipt is about ("": it says none), what became of the part (None: it
    is still on its way) and the centre's error code. Optional parameters win over the text.
    """
    text = (pdu.short_message or b"").decode("latin-1").replace("\0", "")
    fields = {name.lower(): value for name, value in _FIELD.findall(text)}
    gateway_id = _string(pdu.receipted_message_id) or fields.get("id", "")
    delivery = _BY_NUMBER.get(pdu.message_state) if pdu.message_state else None
    delivery = delivery or meaning_of(fields.get("stat", ""))
    error = fields.get("err", "")
    return gateway_id, delivery, "" if delivery is Delivery.DELIVERED else error


def meaning_of(word: str) -> Delivery | None:
    """Return what a gateway's word for a state means; None: the part is still on its way."""
    return _BY_WORD.get(word.upper())


def text_of(pdu: Any, *, gateway: str) -> TextFacts:
    """Return the text that a customer wrote, and which part of it, if there are several."""
    octets: bytes = pdu.short_message or pdu.message_payload or b""
    piece = _piece(pdu.sar_msg_ref_num, pdu.sar_segment_seqnum, pdu.sar_total_segments)
    if (pdu.esm_class or 0) & _WITH_HEADER and octets:
        header, octets = octets[1 : octets[0] + 1], octets[octets[0] + 1 :]
        piece = _piece_in(header)
    address, sender = (_string(of) for of in (pdu.source_addr, pdu.destination_addr))
    text = letters(octets, data_coding=pdu.data_coding or 0)
    return TextFacts(gateway, address, sender, text.replace("\0", ""), piece)


def _piece_in(header: bytes) -> Piece | None:
    """Read which part a text is from its header: 3GPP TS 23.040, 9.2.3.24.1 and 9.2.3.24.8."""
    at = 0
    while at + 1 < len(header):
        kind, length = header[at], header[at + 1]
        said = header[at + 2 : at + 2 + length]
        if len(said) == length == _REFERENCES.get(kind, -1):
            return _piece(int.from_bytes(said[:-2], "big"), said[-1], said[-2])
        at += 2 + length
    return None


def _piece(reference: int | None, number: int | None, count: int | None) -> Piece | None:
    """Return a part of several; None: what is said of it makes no sense, or there is but one."""
    if reference is None or not number or not count or count < 2 or number > count:
        return None
    return Piece(reference, number, count)


def _string(value: bytes | str | None) -> str:
    if isinstance(value, bytes):
        value = value.decode("latin-1")
    return (value or "").rstrip("\0")
