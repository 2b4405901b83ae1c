"""Long texts of customers come in parts, in any order: they are heard as one."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from feedback.notifications.incoming.models import IncomingText, Meaning

WAITS_FOR = timedelta(minutes=2)  # for the parts that have not come; then those there are the text


def joined(texts: Sequence[IncomingText], *, now: datetime) -> list[IncomingText]:
    """
    Return the texts that can be settled, in their order: parts as one text, in the row of the first
    that came, and the other rows marked. A part whose others may still come is not among them.

    texts  unsettled, by their order; locked against other workers
    """
    together: dict[tuple[object, ...], list[IncomingText]] = {}
    for text in texts:
        if text.pieces > 1:
            together.setdefault(_name_of(text), []).append(text)
    settled = []
    for text in texts:
        if text.pieces == 1:
            settled.append(text)
            continue
        pieces = together[_name_of(text)]
        if pieces[0] is text and (_is_whole(pieces) or text.received_at <= now - WAITS_FOR):
            settled += _as_one(pieces)
    return settled


def _name_of(text: IncomingText) -> tuple[object, ...]:
    told = (text.gateway, text.address_indexes[0], text.sender)
    return (*told, text.reference, text.pieces)


def _is_whole(pieces: Sequence[IncomingText]) -> bool:
    return len({one.piece for one in pieces}) == pieces[0].pieces


def _as_one(pieces: Sequence[IncomingText]) -> list[IncomingText]:
    first, *others = pieces
    words = {one.piece: one.text for one in pieces}  # the same one twice is one
    first.text = "".join(words[number] for number in sorted(words))
    first.pieces = 1
    first.save(update_fields=["text", "pieces"])
    for other in others:
        other.meaning = Meaning.PIECE
    return [first, *others]
