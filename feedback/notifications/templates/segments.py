"""
How a text is cut into SMS parts, and how many there are.

3GPP TS 23.038 6.2.1 (GSM 7-bit default alphabet and its extension table) and TS 23.040 9.2.3.24
(concatenation by an 8-bit reference). Parts are packed greedily by code units, and what counts as
two units (an escape pair, a surrogate pair) is never split between two parts.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum

_BASIC = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\0ÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_ESCAPE = 0x1B  # its place in _BASIC is held by a NUL, which is no character of the alphabet
_EXTENSION = {
    "\f": 0x0A,
    "^": 0x14,
    "{": 0x28,
    "}": 0x29,
    "\\": 0x2F,
    "[": 0x3C,
    "~": 0x3D,
    "]": 0x3E,
    "|": 0x40,
    "€": 0x65,
}
_SEPTETS: dict[str, bytes] = {
    **{letter: bytes([code]) for code, letter in enumerate(_BASIC) if code != _ESCAPE},
    **{letter: bytes([_ESCAPE, code]) for letter, code in _EXTENSION.items()},
}
_LETTERS = {septets: letter for letter, septets in _SEPTETS.items()}
MOST_PARTS = 255


class Encoding(Enum):
    """How the letters travel: the data coding of SMPP 3.4 5.2.19, and the room there is."""

    GSM7 = (0, 160, 153)
    UCS2 = (8, 70, 67)

    def __init__(self, data_coding: int, alone: int, joined: int) -> None:
        self.data_coding = data_coding
        self.alone = alone  # code units in a message of one part
        self.joined = joined  # code units in each part of several


@dataclass(frozen=True)
class Segments:
    """A text as it is sent: the parts in their order, and their encoding."""

    encoding: Encoding
    parts: tuple[str, ...]

    def octets(self, part: str) -> bytes:
        """Return a part's letters as SMPP carries them: one septet an octet, or UTF-16."""
        if self.encoding is Encoding.UCS2:
            return part.encode("utf-16-be")
        return b"".join(_SEPTETS[letter] for letter in part)


def segments(text: str) -> Segments:
    """
    Cut a text into SMS parts. Joined, the parts are the text; an empty text is one part.

    :raises ValueError: the text needs more than 255 parts
    """
    letters = set(text)
    encoding = Encoding.GSM7 if letters <= _SEPTETS.keys() else Encoding.UCS2
    width, room = _widths[encoding], encoding.joined
    plain = all(width(letter) == 1 for letter in letters)
    if (len(text) if plain else sum(map(width, text))) <= encoding.alone:
        return Segments(encoding, (text,))
    if plain:
        parts = tuple(text[start : start + room] for start in range(0, len(text), room))
    else:
        parts = tuple(_packed(text, width, room=room))
    if len(parts) > MOST_PARTS:
        raise ValueError(f"a text of {len(parts)} parts cannot be sent")
    return Segments(encoding, parts)


def units(text: str) -> int:
    """Return the code units of a text as it is sent: septets, or halves of UTF-16."""
    cut = segments(text)
    return sum(map(_widths[cut.encoding], text))


def letters(octets: bytes, *, data_coding: int) -> str:
    """Return a text that came in: UCS-2, the default alphabet or Latin-1, as its coding says."""
    if data_coding == Encoding.UCS2.data_coding:
        return octets.decode("utf-16-be", errors="replace")
    if data_coding != Encoding.GSM7.data_coding:
        return octets.decode("latin-1")
    text, escaped = [], False
    for code in octets:
        if code == _ESCAPE and not escaped:
            escaped = True
            continue
        alone = _LETTERS.get(bytes([code]), " ")
        # what the extension table has no letter for is shown by the basic one (6.2.1.1)
        text.append(_LETTERS.get(bytes([_ESCAPE, code]), alone) if escaped else alone)
        escaped = False
    return "".join(text)


def _packed(text: str, width: Callable[[str], int], *, room: int) -> Iterator[str]:
    start = used = 0
    for index, letter in enumerate(text):
        units = width(letter)
        if used + units > room:
            yield text[start:index]
            start, used = index, 0
        used += units
    yield text[start:]


_widths: dict[Encoding, Callable[[str], int]] = {
    Encoding.GSM7: lambda letter: len(_SEPTETS[letter]),
    Encoding.UCS2: lambda letter: 2 if letter > "\uffff" else 1,
}
