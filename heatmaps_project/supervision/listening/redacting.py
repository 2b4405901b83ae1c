"""
A customer's words without what tells who they are or where (pure).

Nothing here knows names: whatever could be one is hidden, rather too much than too little.
"""

import re
from typing import Final

HIDDEN: Final = "•••"
_MAIL: Final = re.compile(r"(?<!\S)\S+@\S+|https?://\S+|www\.\S+", re.IGNORECASE)
_NETWORK: Final = re.compile(r"\b[2-5]\s?G\b", re.IGNORECASE)
_NUMBER: Final = re.compile(r"[+№#]?\d[\d ()\-/.,:]*")
# What follows such a word is a name, or a place.
_ANNOUNCED: Final = re.compile(
    r"\b(зовут|имя|фамилия|отчество|ул|улица|улице|улицы|улицу|проспект|проспекте|пр-т|переулок|"
    r"переулке|шоссе|бульвар|бульваре|площадь|площади|город|городе|г|село|селе|деревня|деревне|"
    r"пос[её]лок|пос[её]лке|снт|жк|name is|street|avenue|village|town)"
    r"\b([.:,]?\s+)((?:[\w-]+\s*){1,2})",
    re.IGNORECASE,
)
_PATRONYMIC: Final = re.compile(
    r"(?:(?<![\w-])[\w-]+\s+)?\b\w+(?:вич|вна|ична)[аеуыйю]?\b", re.IGNORECASE
)
_CAPITALS: Final = re.compile(r"(?<![.!?…]\s)(?<!^)(?<![\n«\"(])\b[A-ZА-ЯЁ][a-zа-яё-]+\b")
_TWO_CAPITALS: Final = re.compile(r"\b[A-ZА-ЯЁ][a-zа-яё-]+\s+[A-ZА-ЯЁ][\w.-]*")


def redacted(text: str) -> str:
    """Return words of which mail, numbers, names and places are hidden; 4G and its like stay."""
    kept: list[str] = []

    def keep(found: re.Match[str]) -> str:
        kept.append(found.group())
        return "\0"

    text = _MAIL.sub(HIDDEN, text.replace("\0", " "))
    text = _NETWORK.sub(keep, text)
    text = _NUMBER.sub(HIDDEN + " ", text)
    text = _ANNOUNCED.sub(rf"\1\2{HIDDEN} ", text)
    text = _PATRONYMIC.sub(HIDDEN, text)
    text = _TWO_CAPITALS.sub(HIDDEN, text)
    text = _CAPITALS.sub(HIDDEN, text)
    for network in kept:
        text = text.replace("\0", network, 1)
    return re.sub(r"[ \t]+", " ", re.sub(r"(?:•••[\s,.]*){2,}", HIDDEN + " ", text)).strip()
