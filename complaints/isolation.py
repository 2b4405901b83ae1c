"""Keeping one row that fails from those that a sweep still has to do."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from celery.exceptions import SoftTimeLimitExceeded
from django.db import connection


@contextmanager
def isolated(logger: logging.Logger, message: str, *told: object) -> Iterator[None]:
    """
    Log what fails inside, with its traceback, and go on behind the block: with the next row.

    What is done inside has to be a transaction of its own. What is no fault of the row is raised
    still: the time of the task is over, or the database can be asked nothing more.
    """
    try:
        yield
    except SoftTimeLimitExceeded:
        raise
    except Exception:
        if not connection.is_usable():
            raise
        logger.exception(message, *told)
