"""
Tasks go by the clock of their worker, as far as it is the database's.

A worker that is hours ahead breaks promises that are not due, writes to staff about them, lets
messages and surveys expire before they are sent, writes to customers at night, and makes
tomorrow's reports of half a day, which nobody makes again. What it leaves undone the next run does.
"""

import logging
from datetime import timedelta
from time import monotonic
from typing import Any, Final

from celery import Task
from django.utils import timezone

from heatmaps_project.clocks import apart

logger = logging.getLogger(__name__)

# Less than the shortest lease, by which a worker calls another one dead, and more than a time
# server lets a clock be wrong.
CLOCKS_DIFFER_MOST: Final = timedelta(minutes=2)
_SAID_EVERY_S: Final = 60.0  # a worker has ten tasks a second

_Task: Any = Task  # which has type arguments for mypy alone


class OnTimeTask(_Task):
    """
    A task that a worker leaves undone while its clock is wrong: nor does its heart beat then.

    Whoever calls one in their own process means the time that they say it is.
    """

    abstract = True
    said_at = float("-inf")  # on a clock that never steps: when this process last said so

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        request = self.request
        if not (request.called_directly or request.is_eager) and _is_wrong():
            return None
        # that of Task would have it that this is another task, without an id
        return self.run(*args, **kwargs)


def _is_wrong() -> bool:
    if (differ := apart(timezone.now())) <= CLOCKS_DIFFER_MOST:
        return False
    if monotonic() - OnTimeTask.said_at >= _SAID_EVERY_S:
        OnTimeTask.said_at = monotonic()
        words = "No tasks are run here: this clock is %s from the database's. Look at both."
        logger.error(words, differ)
    return True
