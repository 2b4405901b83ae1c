"""The languages that customers are written to in, and what is said in one of them."""

from collections.abc import Mapping
from typing import TypeVar

LANGUAGES = ("ru", "en")

_Said = TypeVar("_Said")


def spoken(language: str) -> str:
    """Return which of our languages a customer of some language is written to in."""
    return "ru" if language.startswith("ru") else "en"


def in_language(words: Mapping[str, _Said], language: str) -> _Said:
    """Return what is said in a language; in Russian, where there is nothing in it."""
    return words.get(language) or words["ru"]
