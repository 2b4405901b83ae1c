"""A whole installation of its own for the browser: database, web, workers, beat, SMS centre."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
import requests

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_S = 60


@dataclass
class Installation:
    """What a test needs to talk to it."""

    url: str
    environment: dict[str, str]
    folder: Path
    smsc_log: Path
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def manage(self, *command: str) -> str:
        """Run a management command and return what it printed."""
        done = subprocess.run(
            [sys.executable, "manage.py", *command],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        assert done.returncode == 0, done.stderr[-3000:]
        return done.stdout

    def texts(self) -> list[dict[str, str]]:
        """The texts that the SMS centre was given, in order: {"to": …, "text": …}."""
        if not self.smsc_log.exists():
            return []
        lines = self.smsc_log.read_text(encoding="utf-8").splitlines()
        return [json.loads(line) for line in lines if line.startswith("{")]

    def log(self, name: str) -> str:
        return (self.folder / f"{name}.log").read_text(encoding="utf-8", errors="replace")

    def start(self, name: str, *command: str) -> None:
        """Start a process of the installation; its output goes to a file."""
        with (self.folder / f"{name}.log").open("ab") as log:
            self.processes[name] = subprocess.Popen(
                command,
                cwd=ROOT,
                env=self.environment,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )


@contextmanager
def installed(folder: Path) -> Iterator[Installation]:
    """Install, start, and in the end stop and remove everything."""
    with ExitStack() as stack:
        database_url = stack.enter_context(_database())
        port, smsc_port = _free_port(), _free_port()
        url = f"http://127.0.0.1:{port}"
        environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "heatmaps_project.settings",
            "DATABASE_URL": database_url,
            "REDIS_URL": _own_redis_database(os.environ["REDIS_URL"]),
            "PUBLIC_URL": url,
            "STATIC_FROM_SOURCE": "1",
            "SMS_GATEWAY": f"smpp://tests:tests@127.0.0.1:{smsc_port}",
            "EMAIL_BACKEND": "django.core.mail.backends.locmem.EmailBackend",
            "QUIET_HOURS": "",
        }
        smsc_log = folder / "smsc.log"
        here = Installation(url, environment, folder, smsc_log)
        stack.callback(_stop, here)
        here.manage("migrate", "-v0")
        python = sys.executable
        celery = (python, "-m", "celery", "-A", "heatmaps_project")
        here.start("smsc", "node", "tests/smsc/smsc.js", str(smsc_port))
        here.start("worker", *celery, "worker", "-c", "1", "-Q", "celery", "-n", "work@%h")
        here.start("detector", *celery, "worker", "-c", "1", "-Q", "detection", "-n", "look@%h")
        here.start("beat", *celery, "beat", "-s", str(folder / "beat"))
        gunicorn = (python, "-m", "gunicorn", "heatmaps_project.wsgi", "-k", "gthread")
        here.start("web", *gunicorn, "--threads", "4", "-b", f"127.0.0.1:{port}")
        until(lambda: _answers(url), "the web server answers")
        yield here


def until(ask, what: str, seconds: float = PATIENCE_S):
    """Ask again and again until the answer is true, and return it."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = ask()
        if found:
            return found
        time.sleep(0.3)
    raise AssertionError(f"{what}: not within {seconds} s")


def link_in(text: str) -> str:
    found = re.search(r"https?://\S+/r/\S+", text)
    assert found, text
    return found.group().rstrip(".,")


@contextmanager
def _database() -> Iterator[str]:
    parts = urlsplit(os.environ["DATABASE_URL"])
    name = f"e2e_{os.getpid()}"
    server = urlunsplit(parts._replace(path="/postgres"))
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
        try:
            yield urlunsplit(parts._replace(path=f"/{name}"))
        finally:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def _own_redis_database(url: str) -> str:
    return re.sub(r"((?:db|virtual_host)=)\d+", r"\g<1>14", url)


def _free_port() -> int:
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        return int(asked.getsockname()[1])


def _answers(url: str) -> bool:
    try:
        return requests.get(f"{url}/admin/login/", timeout=5).ok
    except requests.RequestException:
        return False


def _stop(here: Installation) -> None:
    for process in here.processes.values():
        os.killpg(process.pid, signal.SIGTERM)
    for process in here.processes.values():
        try:
            process.wait(timeout=15)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait(timeout=5)
