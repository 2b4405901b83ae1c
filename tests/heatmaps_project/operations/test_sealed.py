"""PostgreSQL and Redis by TLS, as docs/operate.md puts it: by their own certificates alone."""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.e2e.installation import until
from tests.heatmaps_project.operations.sealing import (
    AS_POSTGRES,
    PG,
    certify,
    failure_of,
    redis_by_tls,
)
from tests.servers import ROOT

pytestmark = pytest.mark.faults

ONLY_SEALED = "hostnossl all all all reject\nhostssl all all all trust\n"
# As a web server, a worker and the page of health come to them.
ASK = """
import django; django.setup()
from django.db import connection
from heatmaps_project.celery import app
from heatmaps_project.operations.health import _broker, _stands
with connection.cursor() as cursor:
    cursor.execute("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()")
    print("database", cursor.fetchone())
print("health", _stands(_broker))
with app.connection() as broker:
    broker.ensure_connection(max_retries=1)
    print("tasks", broker.default_channel.client.ping())
"""
ALL = "database (True,)\nhealth True\ntasks True\n"


def free_port() -> int:
    with socket.socket() as line:
        line.bind(("127.0.0.1", 0))
        return int(line.getsockname()[1])


def listens(port: int) -> bool:
    with socket.socket() as line:
        return line.connect_ex(("127.0.0.1", port)) == 0


@contextmanager
def program(*command: str, port: int) -> Iterator[None]:
    running = subprocess.Popen(
        command, cwd="/", stdout=subprocess.DEVNULL, stderr=subprocess.STDOUT
    )
    try:
        until(lambda: listens(port), f"{command[-1]} listens")
        yield
    finally:
        running.terminate()
        running.wait()


@pytest.fixture(name="folder")
def made() -> Iterator[Path]:
    """Of keys; pytest's own is closed to the user of PostgreSQL."""
    with tempfile.TemporaryDirectory(prefix="heatmaps-sealed-", dir="/var/tmp") as name:
        folder = Path(name)
        certify(folder, "localhost", "elsewhere")
        (folder / "others").mkdir()
        certify(folder / "others", "localhost")
        if not os.geteuid():
            for one in (folder, folder / "localhost.key", folder / "elsewhere.key"):
                shutil.chown(one, "postgres", "postgres")
        yield folder


@contextmanager
def postgres(folder: Path, name: str) -> Iterator[int]:
    """Return its port; it listens as that machine."""
    as_its_user = () if os.geteuid() else AS_POSTGRES
    data, port = folder / f"data-{name}", free_port()
    make = ("-U", "heatmaps", "--auth=trust", "--locale=C.UTF-8", "-E", "UTF8", "--no-sync")
    command = [*as_its_user, str(PG / "initdb"), "-D", str(data), *make]
    assert not failure_of(command)
    (data / "pg_hba.conf").write_text(ONLY_SEALED)
    with (data / "postgresql.conf").open("a") as settings:
        settings.write(
            f"ssl = on\nssl_cert_file = '{folder}/{name}.pem'\n"
            f"ssl_key_file = '{folder}/{name}.key'\n"
            f"port = {port}\nlisten_addresses = '127.0.0.1'\nunix_socket_directories = ''\n"
            "dynamic_shared_memory_type = mmap\n"
        )
    with program(*as_its_user, str(PG / "postgres"), "-D", str(data), port=port):
        yield port


@contextmanager
def redis(folder: Path, name: str) -> Iterator[int]:
    port = free_port()
    with program("redis-server", *redis_by_tls(folder, name, port), "--save", "", port=port):
        yield port


def said(postgres: int, redis: int, authority: Path) -> str:
    """Return what they say to whoever comes by our settings."""
    sealed = f"sslmode=verify-full&sslrootcert={authority}"
    done = subprocess.run(
        [sys.executable, "-c", ASK],
        cwd=ROOT,
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "heatmaps_project.settings",
            "DATABASE_URL": f"postgresql://heatmaps@localhost:{postgres}/postgres?{sealed}",
            "REDIS_URL": f"rediss://localhost:{redis}/0?ssl_ca_certs={authority}",
        },
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    return done.stdout + done.stderr


def test_both_are_reached_by_tls_and_whoever_else_answers_is_refused(folder):
    with postgres(folder, "localhost") as database, redis(folder, "localhost") as tasks:
        assert said(database, tasks, folder / "ca.pem") == ALL
        assert "certificate verify failed" in said(database, tasks, folder / "others" / "ca.pem")

        with redis(folder, "elsewhere") as of_another:  # by the same authority
            broker = said(database, of_another, folder / "ca.pem")
            assert "health False" in broker
            assert "Hostname mismatch" in broker
    with postgres(folder, "elsewhere") as of_another:
        assert 'server certificate for "elsewhere"' in said(of_another, tasks, folder / "ca.pem")


def test_tasks_go_to_nobody_who_shows_another_certificate(folder):
    """Kombu alone takes any of `rediss://`."""
    with postgres(folder, "localhost") as database, redis(folder / "others", "localhost") as tasks:
        broker = said(database, tasks, folder / "ca.pem")
        assert "health False" in broker
        assert "certificate verify failed" in broker
