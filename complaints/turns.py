"""Heavy work of a web process: few threads do it at once, and few more wait for their turn."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore
from typing import Final

PATIENCE_S: Final = 10.0
_WAITING: Final = 2  # a web process has eight threads: most of them serve others meanwhile


class NoTurnError(Exception):
    """Too many wait for the same, or it took too long: try again."""


class Turns:
    """
    Turns at one kind of work, within a process.

    at_once  how many threads do it; beside them _WAITING wait
    """

    def __init__(self, at_once: int = 1) -> None:
        self._room, self._turn = BoundedSemaphore(at_once + _WAITING), BoundedSemaphore(at_once)

    @contextmanager
    def taken(self) -> Iterator[None]:
        """:raises NoTurnError: enough others wait, or none of them is done within PATIENCE_S"""
        with _held(self._room, timeout=0), _held(self._turn, timeout=PATIENCE_S):
            yield


@contextmanager
def _held(places: BoundedSemaphore, *, timeout: float) -> Iterator[None]:
    if not places.acquire(timeout=timeout):
        raise NoTurnError
    try:
        yield
    finally:
        places.release()
