"""
What probes are told, however many ask: the parts themselves are asked by one at a time, and a few
times a second at most. Anybody may ask, and a broker that is away is waited for seconds.
"""

import time
from collections.abc import Callable
from threading import Lock
from typing import Final, Generic, TypeVar

OFTEN: Final = 20  # times a second that the parts are asked
STALE_S: Final = 5.0  # what was told longer ago is waited for

_Told = TypeVar("_Told")


class Lately(Generic[_Told]):
    """What somebody was told last; whoever asks too often, or meanwhile, is told the same."""

    def __init__(self) -> None:
        self._asking = Lock()
        self._told: tuple[float, _Told] | None = None
        self._second, self._times = 0, 0

    def told(self, ask: Callable[[], _Told]) -> _Told:
        last = self._told
        waits = last is None or time.monotonic() - last[0] > STALE_S
        if not self._asking.acquire(blocking=waits):
            assert last is not None  # else it was waited for
            return last[1]
        try:
            meanwhile = self._told
            if meanwhile is not None and (meanwhile is not last or not self._may_ask()):
                return meanwhile[1]
            answer = ask()
            self._told = time.monotonic(), answer
            return answer
        finally:
            self._asking.release()

    def _may_ask(self) -> bool:
        second = int(time.monotonic())
        if second != self._second:
            self._second, self._times = second, 0
        self._times += 1
        return self._times <= OFTEN
