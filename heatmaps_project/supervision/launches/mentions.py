"""Whether words are spoken of in a text (pure)."""

import re
from collections.abc import Iterable, Sequence
from typing import Final

_WORD: Final = re.compile(r"\w+")
_LEAST: Final = 3  # letters of the longest word of a line
_DIGITS: Final = 2  # of a line: 5G, 4K; more of them tell a number apart


def plain(text: str) -> list[str]:
    """Return the words of a text, small and without ё, so that spellings meet."""
    return _WORD.findall(text.casefold().replace("ё", "е"))


def is_long_enough(line: str) -> bool:
    """Whether a line has a word of three letters: of less, any text has some that begins so."""
    return any(sum(map(str.isalpha, word)) >= _LEAST for word in plain(line))


def is_of_words(line: str) -> bool:
    """Whether a line names a thing, not somebody's number or address of mail."""
    digits = sum(map(str.isdigit, line))
    all_letters = all(any(map(str.isalpha, word)) for word in plain(line))
    return "@" not in line and digits <= _DIGITS and all_letters


def first_named(text: str, stems: Iterable[Sequence[str]]) -> int | None:
    """
    Return which of the stems is the first that is in a text, from 0; None: none is.

    stems  each one or several words, as `plain` gives them: each stands for every word that begins
           so, and several stand one after the other
    """
    words = plain(text)
    return next((n for n, several in enumerate(stems) if several and _is_in(words, several)), None)


def _is_in(words: Sequence[str], several: Sequence[str]) -> bool:
    return any(
        all(word.startswith(stem) for word, stem in zip(words[at:], several, strict=False))
        for at in range(len(words) - len(several) + 1)
    )
