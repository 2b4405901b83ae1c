"""Tables that are only appended to, rewritten where personal data have to go."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from django.db import connection

_SAY: Final = "SELECT set_config('heatmaps.erasure', %s, true)"


@contextmanager
def rewriting() -> Iterator[None]:
    """Let them be rewritten in the caller's transaction: their triggers ask for it."""
    with connection.cursor() as cursor:
        cursor.execute(_SAY, ["on"])
    yield  # what fails takes the transaction with it, and so what was said
    with connection.cursor() as cursor:
        cursor.execute(_SAY, ["off"])
