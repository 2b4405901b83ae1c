"""
Addresses in letters that are not ours, or with «третья» for «3-я»: for those that are not found
as they are written. Pure.

A guess, and so the second choice: "Moscow" is no «Мостсов», and "Troitskaya" has no «й».
"""

import re
from collections.abc import Callable
from typing import Final

_CYRILLIC: Final = re.compile(r"[а-яё]", re.IGNORECASE)
_WORD: Final = re.compile(r"[^\W\d_]+")
_LOOK_ALIKE: Final = str.maketrans("ABCEHKMOPTXYaceopxy", "АВСЕНКМОРТХУасеорху")
# Words of English addresses, which mean what they say.
_ENGLISH: Final = frozenset(
    ["city", "highway", "house", "hse", "hwy", "office", "prospect", "republic", "russia"]
)
# What passports (ICAO 9303) and people write where our own table (spelling.py) has y, kh and ts.
_TABLES: Final = (
    (re.compile(r"j"), "y"),
    (re.compile(r"i(?=[au])"), "y"),
    (re.compile(r"(?<=[aeouy])i|(?<=[kghn]i)i\b"), "y"),
    (re.compile(r"(?<![cszk])h"), "kh"),
    (re.compile(r"c(?!h)"), "ts"),
)


_ORDINALS: Final = ("перв", "втор", "трет", "четверт", "пят", "шест", "седьм", "восьм", "девят")
_ORDINAL: Final = re.compile(rf"({'|'.join(_ORDINALS)})(?:ый|ой|ий|ая|ья|ое|ье)")


def respelt(text: str) -> str:
    """
    Return a Latin text by our own table, and a Cyrillic one without Latin look-alikes.

    Words that say which of several become its number.
    """
    mend: Callable[[str], str] = _without_look_alikes if _CYRILLIC.search(text) else _by_our_table
    return _WORD.sub(lambda word: mend(word[0]), text)


def _without_look_alikes(word: str) -> str:
    word = word.translate(_LOOK_ALIKE) if _CYRILLIC.search(word) else word
    ordinal = _ORDINAL.fullmatch(word.lower().replace("ё", "е"))
    return f"{_ORDINALS.index(ordinal[1]) + 1}-я" if ordinal else word


def _by_our_table(word: str) -> str:
    word = word.lower()
    if word in _ENGLISH:
        return word
    for theirs, ours in _TABLES:
        word = theirs.sub(ours, word)
    return word
