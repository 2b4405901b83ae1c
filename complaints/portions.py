"""Sweeps that delete: one portion after another, each in a transaction of its own."""

from collections.abc import Callable
from time import monotonic
from typing import Final

PATIENCE_S: Final = 30.0  # of one run; what is left waits for the next


def until_none_is_left(portion: Callable[[], int], *, patience_s: float = PATIENCE_S) -> int:
    """
    Repeat a portion until it finds nothing more, or for so long; return how much it was.

    With one portion a run, what comes faster than a portion in the time between two runs would be
    kept for ever.
    """
    began, done = monotonic(), 0
    while some := portion():
        done += some
        if monotonic() - began >= patience_s:
            break
    return done
