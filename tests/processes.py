"""Processes of their own on the database of the test."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from django.db import connection

from tests.servers import ROOT


def environment(**more: str) -> dict[str, str]:
    """Return the environment of a process that works on the database of the test."""
    url = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}")
    return {
        **os.environ,
        "DATABASE_URL": url.geturl(),
        "DJANGO_SETTINGS_MODULE": "heatmaps_project.settings",
        **more,
    }


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
            workers = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
            process.kill()
            process.wait()
            for worker in workers:
                os.killpg(int(worker), signal.SIGKILL)
