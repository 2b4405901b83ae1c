"""
A worker that lives and takes nothing ends itself, so that whatever runs it starts it again.

Where Redis is silent while a worker tells it that a task is done, kombu 5.7 counts that task among
those in hand for ever, and takes no other in its place.
"""

import logging
from time import monotonic
from typing import Any, Final

from celery import bootsteps
from celery.exceptions import WorkerShutdown
from celery.worker import state

IDLE_S: Final = 30.0  # the timetable has something for each queue every three seconds
LOOKS_EACH_S: Final = 5.0
EXIT_CODE: Final = 1

logger = logging.getLogger(__name__)


class EndsWhenIdle(bootsteps.StartStopStep):
    """A step of the worker's main process, beside its event loop's timer."""

    requires = ("celery.worker.components:Timer",)

    def __init__(self, worker: Any, **options: Any) -> None:
        super().__init__(worker, **options)
        self._taken, self._since = 0, monotonic()
        self._looking: Any = None

    def start(self, worker: Any) -> None:
        self._since = monotonic()
        self._looking = worker.timer.call_repeatedly(LOOKS_EACH_S, self.look)

    def stop(self, worker: Any) -> None:
        if self._looking:
            self._looking.cancel()

    def look(self) -> None:
        taken = sum(state.total_count.values())
        if taken != self._taken or state.reserved_requests or state.active_requests:
            self._taken, self._since = taken, monotonic()
        elif monotonic() - self._since > IDLE_S:
            logger.error("No task came for %d s: this worker ends, to be started anew.", IDLE_S)
            raise WorkerShutdown(EXIT_CODE)
