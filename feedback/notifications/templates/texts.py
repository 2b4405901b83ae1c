"""Texts with named variables: what may stand in them, and putting the values in."""

import re
from collections.abc import Collection, Mapping

_VARIABLE = re.compile(r"\{([^{}]*)\}")


def variables(text: str) -> frozenset[str]:
    """Return the names that stand in braces."""
    return frozenset(_VARIABLE.findall(text))


def unknown(text: str, *, allowed: Collection[str]) -> frozenset[str]:
    """Return what stands in braces and is no variable; a brace without its partner as "{"."""
    rest = _VARIABLE.sub("", text)
    stray = {brace for brace in "{}" if brace in rest}
    return (variables(text) - frozenset(allowed)) | stray


def filled(text: str, values: Mapping[str, str]) -> str:
    """
    Return the text with each variable's value in its place.

    Values are put in as they are: braces in them mean nothing, so no value can ask for another.

    :raises KeyError: a variable has no value
    """
    return _VARIABLE.sub(lambda found: values[found[1]], text)
