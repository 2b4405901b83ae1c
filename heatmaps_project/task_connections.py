"""
Connections of workers to PostgreSQL: a process keeps its pool from one task to the next.

Celery closes the pool after every task. The next one then begins with the first of several hosts,
and where that one's cable is pulled each task waits for it: more are due than are done.
"""

import sys
from typing import Any, Final, cast

from celery.signals import task_postrun, task_prerun, worker_init
from django.db import close_old_connections, connections

# So many tasks, twice, before Celery closes everything (celery.fixups.django).
CELERYS_OWN: Final = {"CELERY_DB_REUSE_MAX": sys.maxsize}


def keep_connections() -> None:
    """Do what a request does: give back what is in no transaction, and leave what is broken."""
    worker_init.connect(_close_all)
    task_prerun.connect(_give_back)
    task_postrun.connect(_give_back)


def _give_back(sender: Any, **_unknown: Any) -> None:
    if not sender.request.is_eager:  # else whoever calls it goes on with the connection
        close_old_connections()


def _close_all(**_unknown: Any) -> None:
    """Close what the main process opened: those that it forks have connections of their own."""
    for connection in connections.all(initialized_only=True):
        connection.close()
        if connection.settings_dict["OPTIONS"].get("pool"):
            cast("Any", connection).close_pool()
