"""
A customer's words without what tells who they are or where (pure).

Nothing here knows names: whatever could be one is hidden, rather too much than too little.
"""

import re
from typing import Final

HIDDEN: Final = "•••"
# Mail, names of accounts (@ivan), and pages (vk.com/ivan), also where a blank slipped in.
_MAIL: Final = re.compile(
    r"(?<!\S)\S+[ \t]?@\s?\S+|(?<!\S)@\s?\S+|https?://\S+|www\.\S+"
    r"|(?<![\w.-])[\w-]+(?:\.[\w-]+)+/\S+",
    re.IGNORECASE,
)
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
_WORD: Final = re.compile(r"(?<![\w-])[^\W\d_][\w-]*")
_NEXT: Final = re.compile(r"\s+([^\W\d_][\w-]*)")
_ALONE: Final = re.compile(r"[ \t]*(?:\.|\n|$)")
_BEGINS_AFTER: Final = '.!?…\n«"('
# Capitals that name nobody; of others, whoever writes in capitals may write a name.
_ABBREVIATIONS: Final = frozenset(
    (
        *("SMS", "MMS", "LTE", "VOLTE", "USSD", "SIM", "ESIM", "VPN", "GPS", "APN", "IMEI", "WIFI"),
        *("СМС", "ММС", "СИМ", "ТВ", "ЛТЕ"),
    )
)


def redacted(text: str) -> str:
    """Return words of which mail, numbers, names and places are hidden; 4G and its like stay."""
    kept: list[str] = []

    def keep(found: re.Match[str]) -> str:
        kept.append(found.group())
        return "\0"

    text = re.sub(r"[ \t\0]+", " ", text)
    text = _MAIL.sub(HIDDEN, text)
    text = _NETWORK.sub(keep, text)
    text = _NUMBER.sub(HIDDEN + " ", text)
    text = _ANNOUNCED.sub(rf"\1\2{HIDDEN} ", text)
    text = _PATRONYMIC.sub(HIDDEN, text)
    text = _WORD.sub(_unless_a_name, text)
    for network in kept:
        text = text.replace("\0", network, 1)
    return re.sub(r"[ \t]+", " ", re.sub(r"(?:•••[\s,.]*){2,}", HIDDEN + " ", text)).strip()


def _unless_a_name(found: re.Match[str]) -> str:
    """Return a word, hidden if its capital is not that of a sentence, in whatever script."""
    word = found.group()
    if not _may_name(word):
        return word
    return word if _begins_a_sentence(found) else HIDDEN


def _may_name(word: str) -> bool:
    if not word[0].isupper() or word in _ABBREVIATIONS:
        return False
    return len(word) > 2 or not word.isupper()  # «Я», «В»


def _begins_a_sentence(found: re.Match[str]) -> bool:
    """Whether a word has its capital from being the first of more; a signature stands alone."""
    text, word = found.string, found.group()
    if len(word) > 2 and word.isupper():
        return False
    before = text[max(0, found.start() - 2) : found.start()].rstrip(" ")[-1:]
    if before and before not in _BEGINS_AFTER:
        return False
    if _ALONE.match(text, found.end()):
        return False
    after = _NEXT.match(text, found.end())
    return after is None or not _may_name(after[1])
