"""
Heatmaps on eleven machines, as docs/operate.md puts it together, of which each dies once.

Real balancers, PostgreSQL, Redis, web servers and workers, each machine in a network namespace.
`./dev bench hosts` prints how long each was missed.
"""

import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from django.utils import timezone

from feedback.notifications.transitions.claiming import LEASE
from tests.complaints.intake.bodies import make_places
from tests.e2e.installation import until
from tests.factories import bearer, make_api_client, make_message
from tests.gateways import Smsc
from tests.heatmaps_project.operations.network import HERE, NETWORK, Host, network
from tests.heatmaps_project.operations.sealing import (
    AS_POSTGRES,
    DOCUMENTS,
    HOME,
    PG,
    certify,
    equip,
    equip_balancer,
    failure_of,
    make_certificate,
    redis_url,
)
from tests.heatmaps_project.operations.sender import Sender, sending
from tests.servers import ROOT, copy_tables

SHARED = f"{NETWORK}.10"  # the balancers' address, as keepalived.conf has it
HOSTS = {
    **{"lb1": 11, "lb2": 12, "web1": 21, "web2": 22, "worker1": 31, "worker2": 32},
    **{"db1": 41, "db2": 42, "db3": 43, "redis1": 51, "redis2": 52},
}
BACK_WITHIN_S = 60
PATIENCE_S = 10  # of whoever sends complaints
TEXTS = 400  # due one after another, each TEXT_EACH_S
TEXT_EACH_S = 1.5
AT_RISK = 12  # texts that one worker has in hand when it dies
PLACED = "SELECT 1 FROM complaints_complaint c WHERE c.placing <> 'waiting'"
TWO_FOLLOW = "SELECT 1 FROM pg_stat_replication OFFSET 1"
STORED = "SELECT external_id FROM complaints_complaint WHERE source = 'crm'"
UNSENT = "SELECT 1 FROM feedback_message WHERE state IN ('planned', 'claimed')"
WRITTEN_TO = "host=db1,db2,db3 user=heatmaps dbname=postgres target_session_attrs=read-write"
HAS_IT = "Entering MASTER STATE"  # says keepalived
READY = " ready."  # says a worker of Celery


@dataclass
class Installation:
    hosts: dict[str, Host]
    centre: Smsc
    data: Path  # folders of PostgreSQL and Redis, which outlive their machines

    @property
    def url(self) -> str:
        """Of whichever PostgreSQL is written to, for the test, which has addresses alone."""
        addresses = ",".join(self.hosts[name].address for name in ("db1", "db2", "db3"))
        return (
            f"postgresql://heatmaps@/heatmaps?host={addresses}"
            "&target_session_attrs=read-write&connect_timeout=2"
        )

    def ask(self, sql: str) -> list[tuple]:
        with psycopg.connect(self.url, autocommit=True) as connection:
            cursor = connection.execute(sql)
            return cursor.fetchall() if cursor.description else []

    def so(self, sql: str) -> Callable[[], bool]:
        """Return whether rows answer a question; nothing does while PostgreSQL is away."""

        def ask() -> bool:
            try:
                return bool(self.ask(sql))
            except psycopg.OperationalError:
                return False

        return ask

    def written_to(self) -> str:
        [(address,)] = self.ask("SELECT host(inet_server_addr())")
        return next(name for name, host in self.hosts.items() if host.address == address)

    def follow(self, name: str) -> None:
        """Make a machine's PostgreSQL anew, as a follower of the one that is written to."""
        folder = self.data / name
        sealed = f"{WRITTEN_TO} sslmode=verify-full sslrootcert={self.data}/ca.pem"
        copy = ("-c", "fast", "-X", "stream", "-R", "-D", str(folder), "-d", sealed)
        command = [*self.hosts[name].within, *AS_POSTGRES, str(PG / "pg_basebackup"), *copy]

        def copied() -> bool:
            shutil.rmtree(folder, ignore_errors=True)
            return not failure_of(command)

        # a cable that was just plugged in may not lead to all of them yet
        until(copied, f"{name} has all that is written to", seconds=30)

    def bring_back(self, name: str) -> None:
        host, ready = self.hosts[name], self.hosts[name].said().count(READY)
        if name.startswith("db"):
            host.plug_in()
            self.follow(name)
        host.start()
        if name.startswith("worker"):
            until(lambda: host.said().count(READY) > ready, f"{name} is ready")
        until(self.so(TWO_FOLLOW), "two follow")


@contextmanager
def installed(folder: Path) -> Iterator[Installation]:
    (etc := folder / "certificates").mkdir()
    names = "".join(f"{NETWORK}.{number} {name}\n" for name, number in HOSTS.items())
    (folder / "hosts").write_text(f"127.0.0.1 localhost\n{SHARED} heatmaps.example.org\n{names}")
    make_certificate(etc, f"IP:{SHARED}")
    certify(etc, *(name for name in HOSTS if name[:2] != "re"))
    certify(etc, *(f"{name},heatmaps.example.org" for name in ("redis1", "redis2")))

    def mounts(name: str) -> dict[Path, Path]:
        own = (equip_balancer if name.startswith("lb") else equip)(etc, name)
        return {Path("/etc/hosts"): folder / "hosts", Path("/etc/haproxy"): own}

    with (
        tempfile.TemporaryDirectory(
            prefix="heatmaps-hosts-", dir="/var/tmp", ignore_cleanup_errors=True
        ) as made,
        network(HOSTS, folder, mounts) as hosts,
    ):
        data = Path(made)  # pytest's own folder is closed to the user of PostgreSQL
        data.chmod(0o755)
        shutil.chown(data, "postgres", "postgres")
        centre = Smsc(HERE)
        try:
            here = Installation(hosts, centre, data)
            start_postgres(here, etc)
            start_others(here, folder)
            yield here
        finally:
            centre.stop()


def start_postgres(here: Installation, etc: Path) -> None:
    make_postgres(here.data / "db1")
    for file in (*etc.glob("db?.*"), etc / "ca.pem"):  # beside the data, which are made anew
        shutil.chown(shutil.copy(file, here.data), "postgres", "postgres")
    run_postgres(here, "db1")
    alone = f"host={here.hosts['db1'].address} user=heatmaps"
    until(lambda: answers(alone), "PostgreSQL answers")
    with psycopg.connect(f"{alone} dbname=postgres", autocommit=True) as connection:
        connection.execute("SET synchronous_commit = local")
        connection.execute("CREATE DATABASE heatmaps")
    copy_tables(f"{alone} dbname=heatmaps options='-c synchronous_commit=local'")
    for name in ("db2", "db3"):
        here.follow(name)
        run_postgres(here, name)
    until(here.so(TWO_FOLLOW), "both follow")


def make_postgres(folder: Path) -> None:
    made = ("-U", "heatmaps", "--auth=trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
    assert not failure_of([*AS_POSTGRES, str(PG / "initdb"), "-D", str(folder), *made])
    with (folder / "pg_hba.conf").open("a") as rules:
        for of in ("all", "replication"):
            rules.write(f"hostssl {of} all {NETWORK}.0/24 trust\n")
    (folder / "postgresql.auto.conf").write_text(
        "listen_addresses = '*'\nunix_socket_directories = ''\nsynchronous_commit = on\n"
        "synchronous_standby_names = 'ANY 1 (*)'\nwal_keep_size = '256MB'\n"
        "dynamic_shared_memory_type = mmap\n"  # which nobody would tidy up after
    )


def run_postgres(here: Installation, name: str) -> None:
    data = here.data / name
    sealed = ("-c", f"ssl_cert_file={data}.pem", "-c", f"ssl_key_file={data}.key")
    program = (str(PG / "postgres"), "-D", str(data), "-c", "ssl=on", *sealed)
    here.hosts[name].runs(*program, user="postgres", HOME=HOME)


def answers(conninfo: str) -> bool:
    try:
        psycopg.connect(f"{conninfo} dbname=postgres").close()
    except psycopg.OperationalError:
        return False
    return True


def start_others(here: Installation, folder: Path) -> None:
    environment = {
        "DJANGO_SETTINGS_MODULE": "heatmaps_project.settings",
        "DATABASE_URL": "postgresql://heatmaps@/heatmaps?host=db1,db2,db3"
        "&target_session_attrs=read-write&sslmode=verify-full&sslrootcert=/etc/haproxy/ca.pem",
        "DATABASE_POOL": "1",
        "REDIS_URL": redis_url(6379, Path("/etc/haproxy"), "heatmaps.example.org"),
        "PUBLIC_URL": "https://heatmaps.example.org",
        "ALLOWED_HOSTS": f"heatmaps.example.org,{SHARED}",
        "TRUSTED_PROXIES": "1",
        "SMS_GATEWAY": here.centre.address,
        "QUIET_HOURS": "",
        "KEEP_PAUSE": "1",
        "STATIC_FROM_SOURCE": "1",
    }
    keep = str(ROOT / "dev.d" / "keep")
    for name in ("redis1", "redis2"):
        (here.data / name).mkdir()
        keeps = ("--dir", str(here.data / name))
        here.hosts[name].runs("redis-server", "/etc/haproxy/redis.conf", *keeps)
    for name in ("lb1", "lb2"):
        ids = ("-p", str(folder / f"{name}.pid"), "-r", str(folder / f"{name}.vrrp.pid"))
        here.hosts[name].runs(keep, "haproxy", "haproxy", "-f", "/etc/haproxy/haproxy.cfg")
        shared = ("-f", str(DOCUMENTS / "keepalived.conf"))
        here.hosts[name].runs("keepalived", "-n", "-l", "-P", *shared, *ids)
    for name in ("web1", "web2"):
        gunicorn = (sys.executable, "-m", "gunicorn", "-c", "python:heatmaps_project.web")
        serves = ("-w", "1", "--threads", "4", "-b", "0.0.0.0:8000")
        sealed = ("--certfile", "/etc/haproxy/own.pem", "--keyfile", "/etc/haproxy/own.key")
        here.hosts[name].runs(keep, name, *gunicorn, *serves, *sealed, **environment)
    celery = (sys.executable, "-m", "celery", "-A", "heatmaps_project", "worker", "-B", "-c", "1")
    for name in ("worker1", "worker2"):
        of_its_own = ("-l", "INFO", "-n", f"worker@{name}", "-s", f"{folder}/beat-{name}")
        here.hosts[name].runs(keep, name, *celery, *of_its_own, **environment)
    sealed_by = "sslmode=verify-full sslrootcert=/etc/haproxy/ca.pem"
    watch = ("fail_over", f"host=db1,db2,db3 user=heatmaps {sealed_by}", "--watch")
    here.hosts["lb1"].runs(keep, "fail_over", sys.executable, "manage.py", *watch, **environment)


@pytest.mark.faults
@pytest.mark.django_db(transaction=True)
def test_whichever_machine_dies_nothing_is_lost_and_nobody_is_told_twice(tmp_path, monkeypatch):
    make_places()
    headers = bearer(make_api_client("crm"))
    texts_are_due()
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "certificates" / "certificate.pem"))
    missed: dict[str, float] = {}
    took_over: list[str] = []

    with (
        installed(tmp_path) as here,
        sending(f"https://{SHARED}", headers, patience_s=PATIENCE_S) as sender,
    ):
        until(here.so(PLACED), "complaints are taken, and placed")
        for name, host in here.hosts.items():
            of = here.written_to()
            host.kill()
            missed[name] = seconds_until_all_works(here, sender, f"without {name}")
            if here.written_to() != of:
                took_over.append(of)
            here.bring_back(name)
        sender.end()
        here.ask("UPDATE feedback_message SET due_at = now() WHERE state = 'planned'")
        until(lambda: not here.ask(UNSENT), "all are told", seconds=LEASE.total_seconds() + 60)
        stored = [one for (one,) in here.ask(STORED)]
        states = Counter(state for (state,) in here.ask("SELECT state FROM feedback_message"))
        told = Counter(one["to"] for one in here.centre.saw("submit"))
        balancers_took_turns = all(HAS_IT in here.hosts[name].said() for name in ("lb1", "lb2"))

    said = ", ".join(f"{name} {seconds:.0f} s" for name, seconds in missed.items())
    sys.stdout.write(
        f"Each machine died once; until complaints were taken and placed again: {said}."
        f" {len(sender.taken)} complaints were taken, all are there; {len(told)} customers were"
        f" told, none twice. {took_over} were taken over from.\n"
    )
    assert took_over  # one that was written to was among those that died
    assert balancers_took_turns
    assert set(sender.taken) <= set(stored)
    assert len(stored) == len(set(stored)) <= len(sender.taken) + 1  # one may be on its way
    assert set(told.values()) == {1}
    assert states.total() == TEXTS
    assert set(states) <= {"handed_over", "delivered", "uncertain"}
    assert states["uncertain"] <= AT_RISK * len(missed)
    # 200: sent again, because whoever had taken it died before it said so
    assert {one.status for one in sender.answers} <= {0, 200, 201, 502, 503, 504}
    assert max(missed.values()) < BACK_WITHIN_S


def texts_are_due() -> None:
    begins, ends = timezone.now() + timedelta(seconds=60), timezone.now() + timedelta(days=1)
    for number in range(TEXTS):
        make_message(due_at=begins + timedelta(seconds=number * TEXT_EACH_S), expires_at=ends)


def seconds_until_all_works(here: Installation, sender: Sender, what: str) -> float:
    """Wait until complaints are taken, and one that came after now is placed."""
    died, now, taken = time.monotonic(), datetime.now(UTC), sender.has_taken_more()
    until(taken, f"complaints are taken {what}", seconds=BACK_WITHIN_S)
    placed = f"{PLACED} AND c.received_at > '{now.isoformat()}'"
    until(here.so(placed), f"complaints are placed {what}", seconds=BACK_WITHIN_S)
    return time.monotonic() - died
