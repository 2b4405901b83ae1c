"""
What the web takes and workers do while Redis is killed, emptied, a replica, silent, and full.

Real processes on a Redis of their own: workers under the supervisor of `./dev up`, and a sender
who tells of complaints all the while.
"""

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import redis

from complaints.models import Complaint
from tests.complaints.intake.bodies import make_places
from tests.e2e.installation import until
from tests.factories import bearer, make_api_client
from tests.heatmaps_project.operations.sender import sending
from tests.processes import working
from tests.servers import Server

pytestmark = pytest.mark.django_db(transaction=True)

TAKEN_WITHIN_S = 20.0  # each complaint, whatever Redis does, on a busy machine


@dataclass
class Broker:
    """Redis, and how it fails: each lasts as long as its block, and asserts that it happened."""

    server: Server

    def client(self, patience_s: float = 60) -> redis.Redis:
        return redis.Redis.from_url(self.server.url, socket_timeout=patience_s)

    @contextmanager
    def killed(self) -> Iterator[None]:
        before = self.client().info("server")
        os.kill(before["process_id"], signal.SIGKILL)
        until(lambda: not Path(f"/proc/{before['process_id']}").exists(), "it is dead")
        with pytest.raises(redis.ConnectionError):
            self.client().ping()
        yield
        self.server.start()
        assert self.client().info("server")["run_id"] != before["run_id"]

    @contextmanager
    def emptied(self) -> Iterator[None]:
        until(self.client().dbsize, "something is in it")
        self.client().flushall()
        yield

    @contextmanager
    def a_replica(self) -> Iterator[None]:
        """Of a master that is nowhere, as when it lost an election."""
        self.client().replicaof("127.0.0.1", "1")
        yield
        with pytest.raises(redis.ReadOnlyError):
            self.client().set("one", "more")
        self.client().replicaof("NO", "ONE")

    @contextmanager
    def silent(self) -> Iterator[None]:
        process = self.client().info("server")["process_id"]
        os.kill(process, signal.SIGSTOP)
        try:
            yield
            with pytest.raises(redis.TimeoutError):
                self.client(patience_s=0.2).ping()
        finally:
            os.kill(process, signal.SIGCONT)

    @contextmanager
    def full(self) -> Iterator[None]:
        before = self.client().config_get("maxmemory")["maxmemory"]
        self.client().config_set("maxmemory", 1)
        yield
        with pytest.raises(redis.OutOfMemoryError):
            self.client().set("one", "more")
        self.client().config_set("maxmemory", before)


@pytest.fixture
def broker() -> Iterator[Broker]:
    server = Server(f"redis-test-{os.getpid()}-faults").start()
    try:
        yield Broker(server)
    finally:
        server.remove()


def waiting() -> int:
    return Complaint.objects.filter(placing="waiting").count()


def placed_more() -> Callable[[], bool]:
    """Return whether the worker has placed more since now."""

    def placed() -> int:
        return Complaint.objects.exclude(placing="waiting").count()

    before = placed()
    return lambda: placed() > before


# each: how it fails, how often, for how many seconds, and within how many workers are back
FEW = (("killed", 1, 0.0, 60), ("silent", 1, 1.0, 60))
ALL = (
    ("killed", 20, 0.5, 60),
    ("emptied", 3, 0.0, 60),
    ("a_replica", 2, 3.0, 60),
    ("full", 2, 10.0, 60),
    ("silent", 1, 60.0, 120),
)


@pytest.mark.parametrize("faults", [FEW, pytest.param(ALL, marks=pytest.mark.faults)])
def test_complaints_are_taken_while_redis_fails_and_worked_off_afterwards(
    broker, tmp_path, live_server, settings, faults
):
    make_places()
    headers = bearer(make_api_client("crm"))
    settings.REDIS_URL = broker.server.url

    with (
        working(tmp_path, REDIS_URL=broker.server.url),
        sending(live_server.url, headers) as sender,
    ):
        until(lambda: sender.taken and not waiting(), "workers work")
        for name, times, holds_s, back_s in faults:
            for _time in range(times):
                with getattr(broker, name)():
                    until(sender.has_taken_more(), f"complaints are taken: {name}")
                    time.sleep(holds_s)
            until(placed_more(), f"workers go on: {name}", seconds=back_s)
        sender.end()
        until(lambda: not waiting(), "all is worked off")

    assert sender.refusals() == set()
    assert max(one.seconds for one in sender.answers) < TAKEN_WITHIN_S
    stored = sorted(Complaint.objects.values_list("external_id", flat=True))
    assert stored == sorted(sender.taken)


@pytest.mark.parametrize("name", ["killed", "a_replica", "silent", "full"])
def test_a_broker_that_takes_no_task_is_seen_and_stops_no_request(broker, client, settings, name):
    settings.REDIS_URL = broker.server.url

    def sound() -> bool:
        said = client.get("/health/")
        assert said.status_code == 200
        return bool(said.json()["parts"]["broker"]["ok"])

    assert sound()
    with getattr(broker, name)():
        assert not sound()
        assert client.get("/health/ready/").status_code == 200
    assert sound()
