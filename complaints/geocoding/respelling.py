"""
Addresses in letters that are not ours: for those that are not found as they are written. Pure.

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


def respelt(text: str) -> str:
    """Return a Latin text by our own table, and a Cyrillic one without Latin look-alikes."""
    mend: Callable[[str], str] = _without_look_alikes if _CYRILLIC.search(text) else _by_our_table
    return _WORD.sub(lambda word: mend(word[0]), text)


def _without_look_alikes(word: str) -> str:
    return word.translate(_LOOK_ALIKE) if _CYRILLIC.search(word) else word


def _by_our_table(word: str) -> str:
    word = word.lower()
    if word in _ENGLISH:
        return word
    for theirs, ours in _TABLES:
        word = theirs.sub(ours, word)
    return word
