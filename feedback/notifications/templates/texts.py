"""Texts with named variables: what may stand in them, and putting the values in."""

import re
from collections.abc import Collection, Iterable, Mapping

_VARIABLE = re.compile(r"\{([^{}]*)\}")
# Abbreviations end in full stops, too: a sentence begins with a capital, or is a variable.
_BETWEEN_SENTENCES = re.compile(r"(?<=[.!?…}])\s+(?=[«“\"(]?[A-ZА-ЯЁ]|\{)")


def variables(text: str) -> frozenset[str]:
    """Return the names that stand in braces."""
    return frozenset(_VARIABLE.findall(text))


def unknown(text: str, *, allowed: Collection[str]) -> frozenset[str]:
    """Return what stands in braces and is no variable; a brace without its partner as "{"."""
    rest = _VARIABLE.sub("", text)
    stray = {brace for brace in "{}" if brace in rest}
    return (variables(text) - frozenset(allowed)) | stray


def without(text: str, name: str) -> str:
    """
    Return a text without what needs a variable: its sentence, and the questions that lead to it.

    "" if nothing else is said.
    """
    wanted = f"{{{name}}}"
    paragraphs = (
        " ".join(_without(_BETWEEN_SENTENCES.split(one), wanted)) if wanted in one else one
        for one in text.split("\n\n")
    )
    return "\n\n".join(one for one in paragraphs if one.strip()).strip()


def _without(sentences: Iterable[str], wanted: str) -> list[str]:
    kept: list[str] = []
    for sentence in sentences:
        if wanted not in sentence:
            kept.append(sentence)
            continue
        while kept and kept[-1].endswith("?"):
            kept.pop()
    return kept


def filled(text: str, values: Mapping[str, str]) -> str:
    """
    Return the text with each variable's value in its place.

    Values are put in as they are: braces in them mean nothing, so no value can ask for another.

    :raises KeyError: a variable has no value
    """
    return _VARIABLE.sub(lambda found: values[found[1]], text)
