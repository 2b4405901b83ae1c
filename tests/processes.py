"""Processes of their own on the database of the test."""

import multiprocessing
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import RLock
from urllib.parse import urlsplit

from django.db import connection, connections
from threadpoolctl import threadpool_limits
from tqdm import tqdm

from tests.personal_in_logs import in_files
from tests.servers import ROOT, children_of

PATIENCE_S = 120


def environment(**more: str) -> dict[str, str]:
    """Return the environment of a process that works on the database of the test."""
    url = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}")
    return {
        **os.environ,
        "DATABASE_URL": url.geturl(),
        "DJANGO_SETTINGS_MODULE": "heatmaps_project.settings",
        **more,
    }


def forked(work: Callable[[], object]) -> multiprocessing.process.BaseProcess:
    """
    Do this in a process of its own, begun when this returns, with a connection of its own.

    It is a copy of the test's: a new Python takes seconds to read all modules. Like the workers
    that Celery forks, it has no threads of what was there before, so no browser and no live server.
    """

    def work_alone() -> None:
        for one in connections.all(initialized_only=True):
            one.connection = None  # which is the test's; psycopg ends it only in its own process
        # That of bars is shared by all copies: one killed while it draws would hold it for ever.
        tqdm.set_lock(RLock())
        with threadpool_limits(1):  # those of OpenMP are not there, and would be waited for
            work()

    process = multiprocessing.get_context("fork").Process(target=work_alone)
    process.start()
    return process


def killed(process: multiprocessing.process.BaseProcess) -> bool:
    """
    Wait for the end of a process; return whether it was killed, and had not just ended.

    :raises AssertionError: it does not end
    """
    process.join(PATIENCE_S)
    if process.is_alive():
        process.kill()
        raise AssertionError(f"it goes on after {PATIENCE_S} s")
    return process.exitcode == -signal.SIGKILL


def end_forked() -> None:
    """Kill all processes that `forked` began and nobody has waited for."""
    for process in multiprocessing.active_children():
        process.kill()
        process.join()


@contextmanager
def working(folder: Path, **more: str) -> Iterator[None]:
    """A worker and its timetable on the database of the test; it is started again when it dies."""
    celery = (sys.executable, "-m", "celery", "-A", "heatmaps_project", "worker", "-B", "-c", "1")
    with (folder / "worker.log").open("wb") as log:
        process = subprocess.Popen(
            [str(ROOT / "dev.d" / "keep"), "worker", *celery, "-s", str(folder / "beat")],
            cwd=ROOT,
            env=environment(KEEP_PAUSE="1", **more),
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        try:
            yield
        finally:
            # each worker that it starts is the leader of a group of its own
            workers = children_of(process.pid)
            process.kill()
            process.wait()
            for worker in workers:
                os.killpg(worker, signal.SIGKILL)
    assert in_files([folder / "worker.log"]) == []
