"""A web server of its own for a bench, as it runs in production: gunicorn with threads."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from heatmaps_project import web

WORKERS: Final = 2
THREADS: Final = web.threads
PATIENCE_S: Final = 60


class Server:
    """Gunicorn on a free port; `kill` ends it as a power cut would, `start` begins anew."""

    def __init__(self, *extra: str) -> None:
        self._extra = extra  # arguments of gunicorn
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port: int = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """:raises TimeoutError: it does not answer within PATIENCE_S"""
        self._process = subprocess.Popen(
            [
                *(sys.executable, "-m", "gunicorn", "-c", "python:heatmaps_project.web"),
                *("-w", str(WORKERS), "--threads", str(THREADS)),
                *("-b", f"127.0.0.1:{self.port}", "--log-level", "error"),
                *self._extra,
            ],
            env={
                **os.environ,
                "API_LIST_SECONDS_PER_MINUTE": "100000000",
                "API_REQUESTS_PER_MINUTE": "100000000",
                "DATABASE_POOL": "1",
            },
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,  # so that all of it can be killed at once
        )
        until = time.monotonic() + PATIENCE_S
        while not self._answers():
            if time.monotonic() > until:
                raise TimeoutError(f"{self.url} does not answer.")
            time.sleep(0.1)

    @property
    def process(self) -> int:
        """The number of the process whose children do the work."""
        assert self._process is not None
        return self._process.pid

    def kill(self) -> int:
        """Kill the server and all its workers; return the number of the process that died."""
        assert self._process is not None
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        return self._process.pid

    def kill_worker(self) -> int:
        """
        Kill the worker that has served longest; return its number. Another takes its place.

        :raises TimeoutError: there is none within PATIENCE_S
        """
        until = time.monotonic() + PATIENCE_S
        of_it = Path(f"/proc/{self.process}/task/{self.process}/children")
        while not (children := of_it.read_text().split()):  # its server has only just begun
            if time.monotonic() > until:
                raise TimeoutError(f"{self.url} has no workers.")
            time.sleep(0.1)
        worker = int(children[0])  # they stand there as they were born
        os.kill(worker, signal.SIGKILL)
        return worker

    def _answers(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=1):
                return True
        except OSError:
            return False


@contextmanager
def serving(*extra: str) -> Iterator[Server]:
    """Serve as long as the block lasts; extra: arguments of gunicorn"""
    server = Server(*extra)
    server.start()
    try:
        yield server
    finally:
        server.kill()
