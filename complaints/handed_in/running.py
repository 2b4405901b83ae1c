"""What was handed in, worked on by whoever claims it."""

import logging
from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

from django.utils import translation

from complaints.handed_in import transitions
from complaints.handed_in.files import UnusableFileError
from complaints.handed_in.models import HandedIn

logger = logging.getLogger(__name__)

_Row = TypeVar("_Row", bound=HandedIn)


def run_waiting(kind: type[_Row], work: Callable[[_Row, datetime], bool], *, now: datetime) -> int:
    """
    Work on the file of a kind that waits longest, if any; return how many were brought on.

    work  brings one on, and says whether it did; raises UnusableFileError
    """
    row = transitions.claim(kind, now=now)
    if row is None:
        return 0
    with translation.override(row.language):  # its reasons are read by who handed it in
        try:
            return int(work(row, now))
        except UnusableFileError as error:
            transitions.refuse(row, note=str(error), now=now)
            return 1
        except Exception as error:
            logger.exception("%s %s failed", kind.__name__, row.pk)
            transitions.fail(row, note=type(error).__name__, now=now)
            return 0
