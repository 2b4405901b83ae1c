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

from tests.personal_in_logs import in_files

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_S = 120
FILL = "from django.core.management import call_command; from django.utils import timezone; \
from tests.e2e import small_world; call_command('migrate', verbosity=0); \
small_world.fill(now=timezone.now())"


@dataclass
class Installation:
    """What a test needs to talk to it."""

    url: str
    environment: dict[str, str]
    folder: Path
    code: Path = ROOT  # of another version, perhaps
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

    def texts(self) -> list[tuple[str, str]]:
        """The texts that the SMS centre was given, in order and put together: (to, text)."""
        texts: list[tuple[str, str]] = []
        for said in self._said("submit"):
            to, part = said["to"], said["text"]
            if said["header"] and not said["header"].endswith("01"):
                to, before = texts.pop()
                part = before + part
            texts.append((to, part))
        return texts

    def smsc_port(self) -> int:
        up = until(lambda: self._said("up"), "the SMS centre listens")
        return int(up[0]["port"])

    def _said(self, event: str) -> list[dict[str, str]]:
        lines = self.log("smsc").splitlines()
        said = [json.loads(line) for line in lines if line.startswith("{")]
        return [facts for facts in said if facts["event"] == event]

    def stop(self) -> None:
        """End everything; :raises AssertionError: something of ours named somebody in its log"""
        for process in self.processes.values():
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
            process.wait(timeout=60)
        ours = (name for name in self.processes if name != "smsc")
        assert in_files(self.folder / f"{name}.log" for name in ours) == []

    def log(self, name: str) -> str:
        return (self.folder / f"{name}.log").read_text(encoding="utf-8", errors="replace")

    def start(self, name: str, *command: str) -> None:
        """Start a process of the installation; its output goes to a file."""
        with (self.folder / f"{name}.log").open("ab") as log:
            self.processes[name] = subprocess.Popen(
                command,
                cwd=self.code,
                env=self.environment,
                stdin=subprocess.PIPE,  # the SMS centre ends when it is closed
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )


@contextmanager
def installed(folder: Path) -> Iterator[Installation]:
    """Install, start, and in the end stop and remove everything."""
    with ExitStack() as stack:
        database_url = stack.enter_context(_database())
        port = free_port()
        url = f"http://127.0.0.1:{port}"
        environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "heatmaps_project.settings",
            "DATABASE_URL": database_url,
            "REDIS_URL": _own_redis_database(os.environ["REDIS_URL"]),
            "PUBLIC_URL": url,
            "STATIC_FROM_SOURCE": "1",
            "EMAIL_BACKEND": "django.core.mail.backends.locmem.EmailBackend",
            "QUIET_HOURS": "",
            "SECOND_FACTOR_ROLES": "none",
        }
        here = Installation(url, environment, folder)
        stack.callback(here.stop)
        here.start("smsc", "node", "tests/smsc/smsc.js")
        environment["SMS_GATEWAY"] = f"smpp://tests:secret@127.0.0.1:{here.smsc_port()}"
        here.manage("shell", "-v0", "-c", FILL)
        python = sys.executable
        celery = (python, "-m", "celery", "-A", "heatmaps_project")
        beat = ("-B", "-s", str(folder / "beat"))
        here.start("worker", *celery, "worker", "-c", "1", "-Q", "celery", "-n", "work@%h", *beat)
        here.start("detector", *celery, "worker", "-c", "1", "-Q", "detection", "-n", "look@%h")
        gunicorn = (python, "-m", "gunicorn", "-c", "python:heatmaps_project.web")
        here.start("web", *gunicorn, "-w", "1", "--threads", "4", "-b", f"127.0.0.1:{port}")
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
        of = os.environ.get("TEST_TEMPLATE", "template1")  # with all tables, where one is at hand
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{of}"')
        try:
            yield urlunsplit(parts._replace(path=f"/{name}"))
        finally:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def _own_redis_database(url: str) -> str:
    return re.sub(r"((?:db|virtual_host)=)\d+", r"\g<1>14", url)


def free_port() -> int:
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        return int(asked.getsockname()[1])


def _answers(url: str) -> bool:
    try:
        return requests.get(f"{url}/admin/login/", timeout=5).ok
    except requests.RequestException:
        return False
