"""PostgreSQL and Redis of a test's own, which it stops and starts in the middle of things."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from django.db import connection

ROOT = Path(__file__).resolve().parents[1]
_GIVEN = ("DATABASE_URL", "REDIS_URL")


def children_of(process: int) -> list[int]:
    """Return the numbers of its processes."""
    children = Path(f"/proc/{process}/task/{process}/children").read_text()
    return [int(child) for child in children.split()]


class Server:
    """A server under the name that ./dev gives its folder: "pg-…" or "redis-…"."""

    def __init__(self, name: str) -> None:
        self._name = name

    def start(self) -> "Server":
        self.url = self._do("start")
        return self

    def follow(self, other: "Server") -> None:
        """Start as a replica of another PostgreSQL."""
        self.url = self._do("follow", other._name)

    def backup(self) -> None:
        self._do("backup")

    def restore(self, other: "Server", until: str = "") -> None:
        """Start with what the backups of another have, up to a time."""
        self.url = self._do("restore", other._name, until)

    @property
    def folder(self) -> Path:
        return (ROOT / ".run" / self._name).resolve()

    def restart(self, meanwhile: Callable[[], None]) -> None:
        self._do("stop")
        meanwhile()
        self.start()

    def kill(self) -> None:
        """End PostgreSQL as a power cut would, all its processes; return when they are gone."""
        main = int((self.folder / "data" / "postmaster.pid").read_text().split()[0])
        os.kill(main, signal.SIGSTOP)  # so that it begins no other
        theirs = [main, *children_of(main)]
        for process in theirs:
            os.kill(process, signal.SIGKILL)
        # One that is left, be it a number that nobody has asked after yet, would keep the next
        # PostgreSQL from starting.
        while any(Path(f"/proc/{process}").exists() for process in theirs):
            time.sleep(0.05)

    def manage(self, *command: str) -> str:
        """Run a command of manage.py on PostgreSQL, and return what it printed."""
        done = subprocess.run(
            [sys.executable, "manage.py", *command],
            cwd=ROOT,
            env={**os.environ, "DATABASE_URL": self.url},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr[-3000:]
        return done.stdout

    def ask(self, sql: str) -> list[tuple]:
        """Ask PostgreSQL."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            cursor = connection.execute(sql)
            return cursor.fetchall() if cursor.description else []

    def remove(self) -> None:
        self._do("remove")

    def _do(self, what: str, *of: str) -> str:
        done = subprocess.run(
            ["./dev", "server", what, self._name, *of],
            cwd=ROOT,
            env={name: value for name, value in os.environ.items() if name not in _GIVEN},
            capture_output=True,
            text=True,
            timeout=120,
            check=True,
        )
        return done.stdout.strip()


@contextmanager
def own_servers() -> Iterator[tuple[Server, Server]]:
    """A PostgreSQL with the tables of the test's database, and a Redis."""
    with own_postgres() as postgres:
        redis = Server(f"redis-test-{os.getpid()}-own").start()
        try:
            yield postgres, redis
        finally:
            redis.remove()


@contextmanager
def own_postgres(disk: Path | None = None) -> Iterator[Server]:
    """A PostgreSQL with the tables of the test's database; `disk`: a folder to be its own."""
    name = f"pg-test-{os.getpid()}-own"
    if disk:
        (disk / "pg").mkdir()
        (ROOT / ".run" / name).symlink_to(disk / "pg")
    postgres = Server(name).start()
    try:
        copy_tables(postgres.url)
        yield postgres
    finally:
        postgres.remove()


def copy_tables(into: str) -> None:
    """Copy all of the test's database into an empty one, which a connection string names."""
    server = connection.get_connection_params()
    source = " ".join(f"{key}={server[key]}" for key in ("dbname", "host", "user") if key in server)
    dump = subprocess.run(["pg_dump", "-d", source], capture_output=True, check=True)
    subprocess.run(["psql", "-qX", into], input=dump.stdout, capture_output=True, check=True)
