"""
Comments sorted by topic and alarm with lists of words, which people edit.

A word of a list stands for every word that begins so: «пропада» for «пропадает» and «пропадала».
Two words stand for one after the other. Never the only gate for an alarm: scores count too.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True)
class Sorted:
    """What a comment is about ("": nothing known), and what is alarming in it."""

    topic: str
    alarms: frozenset[str]


def sort(
    text: str, *, topics: Mapping[str, Iterable[str]], alarms: Mapping[str, Iterable[str]]
) -> Sorted:
    """Return the topic with the most words in a comment, the first of equals, and its alarms."""
    words = _words(text)
    hits = {label: sum(_count(stem, words) for stem in stems) for label, stems in topics.items()}
    best = max(hits, key=lambda label: hits[label], default="")
    found = (label for label, stems in alarms.items() if any(_count(s, words) for s in stems))
    return Sorted(best if hits.get(best) else "", frozenset(found))


def _words(text: str) -> list[str]:
    return _WORD.findall(text.lower().replace("ё", "е"))


def _count(stem: str, words: list[str]) -> int:
    parts = _words(stem)
    if not parts:
        return 0
    places = range(len(words) - len(parts) + 1)
    return sum(all(words[at + n].startswith(part) for n, part in enumerate(parts)) for at in places)
