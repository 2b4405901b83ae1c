"""Who is called in a text: @name, as in “@anna.k, could you look?”."""

import re

_CALLED = re.compile(r"(?<![\w@.+-])@([\w+-]+(?:[.@][\w+-]+)*)")


def called_in(text: str) -> list[str]:
    """Return the names called, each once, in order; a full stop after a name is not part of it."""
    return list(dict.fromkeys(_CALLED.findall(text)))
