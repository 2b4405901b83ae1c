"""PostgreSQL and Redis of a test's own, which it stops and starts in the middle of things."""

import os
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import connection

ROOT = Path(__file__).resolve().parents[1]
_GIVEN = ("DATABASE_URL", "REDIS_URL")


class Server:
    """A server under the name that ./dev gives its folder: "pg-…" or "redis-…"."""

    def __init__(self, name: str) -> None:
        self._name = name
        self.url = self._do("start")

    def restart(self, meanwhile: Callable[[], None]) -> None:
        self._do("stop")
        meanwhile()
        self._do("start")

    def remove(self) -> None:
        self._do("remove")

    def _do(self, what: str) -> str:
        done = subprocess.run(
            ["./dev", "server", what, self._name],
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
    postgres = Server(f"pg-test-{os.getpid()}-own")
    try:
        redis = Server(f"redis-test-{os.getpid()}-own")
        try:
            _copy_tables(postgres.url)
            yield postgres, redis
        finally:
            redis.remove()
    finally:
        postgres.remove()


def _copy_tables(into: str) -> None:
    server = connection.get_connection_params()
    source = " ".join(f"{key}={server[key]}" for key in ("dbname", "host", "user") if key in server)
    dump = subprocess.run(["pg_dump", "-d", source], capture_output=True, check=True)
    subprocess.run(["psql", "-qX", into], input=dump.stdout, capture_output=True, check=True)
