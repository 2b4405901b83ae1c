"""What SMS centres deliver: receipts (SMPP 3.4, 5.2.12 and appendix B), and customers' texts."""

import re
from typing import Any

from feedback.notifications.channels.outcome import Delivery, TextFacts
from feedback.notifications.templates.segments import letters

_RECEIPT = 0x04  # of esm_class
_KIND = 0x3C  # its message type bits
_WITH_HEADER = 0x40  # the text begins with a header, whose length is its first octet
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
    """Return the text that a customer wrote, a part of several as one of its own."""
    octets: bytes = pdu.short_message or pdu.message_payload or b""
    if (pdu.esm_class or 0) & _WITH_HEADER and octets:
        octets = octets[octets[0] + 1 :]
    address, sender = (_string(of) for of in (pdu.source_addr, pdu.destination_addr))
    text = letters(octets, data_coding=pdu.data_coding or 0)
    return TextFacts(gateway, address, sender, text.replace("\0", ""))


def _string(value: bytes | str | None) -> str:
    if isinstance(value, bytes):
        value = value.decode("latin-1")
    return (value or "").rstrip("\0")
