"""PostgreSQL and Redis by TLS, as docs/operate.md puts it: who answers, and who is let in."""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from kombu import Connection
from kombu.exceptions import OperationalError
from redis import Redis

from heatmaps_project.celery import app, broker_url
from heatmaps_project.operations.health import _broker, _stands
from tests.e2e.installation import until
from tests.heatmaps_project.operations.sealing import (
    AS_POSTGRES,
    PG,
    certify,
    equip,
    equip_balancer,
    failure_of,
    redis_url,
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
    with tempfile.TemporaryFile("w+") as said:
        running = subprocess.Popen(command, cwd="/", stdout=said, stderr=subprocess.STDOUT)

        def answers() -> bool:
            if running.poll() is not None:
                said.seek(0)
                raise AssertionError(f"{command[0]} ended: {said.read()[-3000:]}")
            return listens(port)

        try:
            until(answers, f"{command[0]} listens")
            yield
        finally:
            running.terminate()
            running.wait()


@pytest.fixture(name="folder")
def made() -> Iterator[Path]:
    """Of keys; pytest's own is closed to the user of PostgreSQL."""
    with tempfile.TemporaryDirectory(prefix="heatmaps-sealed-", dir="/var/tmp") as name:
        folder = Path(name)
        certify(folder, "localhost", "elsewhere", "web1", "redis1,localhost", "lb1")
        (folder / "others").mkdir()
        certify(folder / "others", "localhost", "web1")
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
    """Return its port; it listens as that machine."""
    port, own = free_port(), equip(folder, name)
    # where the port is free: of other addresses that is not known
    here = ("--bind", "127.0.0.1", "--tls-port", str(port))
    keeps = ("--dir", str(own), "--appendonly", "no", "--save", "")
    with program("redis-server", str(own / "redis.conf"), *here, *keeps, port=port):
        yield port


@contextmanager
def balanced(folder: Path, redis: int) -> Iterator[int]:
    """Return the port by which the balancer leads to Redis, as the file has it."""
    port, own = free_port(), equip_balancer(folder, "lb1")
    whole = (own / "haproxy.cfg").read_text()
    of_all = whole[whole.index("defaults\n") : whole.index("frontend people\n")]
    said = of_all + whole[whole.index("frontend tasks\n") :]
    for before, after in (
        ("bind :6379", f"bind 127.0.0.1:{port}"),
        ("src web1 web2 worker1 worker2", "src 127.0.0.1"),
        ("/etc/haproxy/", f"{own}/"),
        ("server redis1 redis1:6379", f"server redis1 127.0.0.1:{redis}"),
        ("server redis2 redis2:6379", "# server redis2 redis2:6379"),
    ):
        assert before in said
        said = said.replace(before, after)
    (own / "haproxy.cfg").write_text(said)
    with program("haproxy", "-f", str(own / "haproxy.cfg"), port=port):
        yield port


def said(postgres: int, redis: str, authority: Path) -> str:
    """Return what they say to whoever comes by our settings; `redis`: REDIS_URL."""
    sealed = f"sslmode=verify-full&sslrootcert={authority}"
    done = subprocess.run(
        [sys.executable, "-c", ASK],
        cwd=ROOT,
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "heatmaps_project.settings",
            "DATABASE_URL": f"postgresql://heatmaps@localhost:{postgres}/postgres?{sealed}",
            "REDIS_URL": redis,
        },
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    return done.stdout + done.stderr


def lets_in(settings: Any, url: str) -> bool:
    """Return whether a Redis takes tasks, and is well as the page of health has it."""
    settings.REDIS_URL = url
    options = app.conf.broker_transport_options
    try:
        with Connection(broker_url(url), transport_options=options) as line:
            takes = bool(line.ensure_connection(max_retries=1).default_channel.client.ping())
    except OperationalError:
        takes = False
    assert takes == _stands(_broker)
    return takes


def pings(url: str) -> int:
    """Return how often Redis was asked whether it is there."""
    with Redis.from_url(url) as asked:
        return int(asked.info("commandstats").get("cmdstat_ping", {"calls": 0})["calls"])


def test_both_are_reached_by_tls_and_whoever_else_answers_is_refused(folder):
    ours = folder / "ca.pem"
    web = equip(folder, "web1")
    with postgres(folder, "localhost") as database, redis(folder, "localhost") as tasks:
        assert said(database, redis_url(tasks, web), ours) == ALL
        others = folder / "others" / "ca.pem"
        assert "certificate verify failed" in said(database, redis_url(tasks, web), others)

        with redis(folder, "elsewhere") as of_another:  # by the same authority
            broker = said(database, redis_url(of_another, web), ours)
            assert "health False" in broker
            assert "Hostname mismatch" in broker
    with postgres(folder, "elsewhere") as of_another:
        assert 'server certificate for "elsewhere"' in said(of_another, "redis://localhost", ours)


def test_tasks_go_to_nobody_who_shows_another_certificate(folder):
    """Kombu alone takes any of `rediss://`."""
    web = equip(folder, "web1")
    with postgres(folder, "localhost") as database, redis(folder / "others", "localhost") as tasks:
        broker = said(database, redis_url(tasks, web), folder / "ca.pem")
        assert "health False" in broker
        assert "certificate verify failed" in broker


def test_redis_lets_in_nobody_without_a_certificate_by_our_authority(folder, settings):
    """Whoever reaches its port, past the balancer too."""
    web, stranger = equip(folder, "web1"), equip(folder / "others", "web1")
    shutil.copy(folder / "ca.pem", stranger)
    with redis(folder, "localhost") as tasks:
        for comes in (
            f"rediss://localhost:{tasks}/0?ssl_ca_certs={folder}/ca.pem",
            redis_url(tasks, stranger),
            f"redis://localhost:{tasks}/0",
        ):
            assert not lets_in(settings, comes)
        assert lets_in(settings, redis_url(tasks, web))


def test_the_balancer_finds_redis_by_a_certificate_of_its_own_and_passes_on_who_comes(
    folder, settings
):
    web = equip(folder, "web1")
    with redis(folder, "redis1") as tasks, balanced(folder, tasks) as port:
        # what does not answer is taken to be up at first, until it has failed twice
        until(lambda: pings(redis_url(tasks, web)) > 2, "the balancer has looked")
        assert lets_in(settings, redis_url(port, web))
        assert not lets_in(settings, f"rediss://localhost:{port}/0?ssl_ca_certs={folder}/ca.pem")
