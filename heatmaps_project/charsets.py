"""
Which charsets are known by the names that others give them.

Python keeps each name that it was ever asked for, found or not, until the process ends, and a form
of 64 KB has room for hundreds of them: whoever sends forms with names of nothing fills the memory.
"""

import codecs
import encodings
from encodings.aliases import aliases
from pkgutil import iter_modules
from typing import Final

_KNOWN: Final = frozenset(
    {*aliases, *aliases.values(), *(module.name for module in iter_modules(encodings.__path__))}
)


def know_no_others() -> None:
    """Let Python look for charsets by their own names alone; twice is as once."""
    codecs.unregister(encodings.search_function)
    codecs.unregister(_named)
    codecs.register(_named)


def _named(name: str) -> codecs.CodecInfo | None:
    """
    Return a charset by its own name or another's; None: there is none of that name.

    name  in small letters, as Python asks for it: utf-8, utf_8
    """
    known = name.replace("-", "_").replace(" ", "_") in _KNOWN
    return encodings.search_function(name) if known else None
