"""Whether words are spoken of in a text (pure)."""

import re
from collections.abc import Iterable, Sequence
from typing import Final

_WORD: Final = re.compile(r"\w+")


def plain(text: str) -> list[str]:
    """Return the words of a text, small and without ё, so that spellings meet."""
    return _WORD.findall(text.casefold().replace("ё", "е"))


def mentions(text: str, stems: Iterable[Sequence[str]]) -> bool:
    """
    Say whether any of the stems is in a text.

    stems  each one or several words, as `plain` gives them: each stands for every word that begins
           so, and several stand one after the other
    """
    words = plain(text)
    return any(
        all(word.startswith(stem) for word, stem in zip(words[at:], several, strict=False))
        for several in stems
        if several
        for at in range(len(words) - len(several) + 1)
    )
