"""
What becomes of complaints that were taken when PostgreSQL dies under them: it is started again, and
a replica takes its place.

Real clusters, the replica made by pg_basebackup; a sender tells of complaints all the while.
"""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest

from heatmaps_project.bench.serving import serving
from heatmaps_project.operations.failover import NOWHERE, Servers, UnsureError
from tests.complaints.intake.bodies import make_places
from tests.e2e.installation import until
from tests.factories import bearer, make_api_client
from tests.heatmaps_project.operations.sender import Sender, sending
from tests.servers import Server, own_postgres

pytestmark = [pytest.mark.faults, pytest.mark.django_db(transaction=True)]

BACK_WITHIN_S = 60
REFUSED = {(503, "5")}


def each_that_was_taken_is_there(postgres: Server, sender: Sender) -> None:
    stored = [one for (one,) in postgres.ask("SELECT external_id FROM complaints_complaint")]
    assert len(stored) == len(set(stored))
    assert set(sender.taken) <= set(stored)
    assert len(stored) <= len(sender.taken) + 1  # the last may have been on its way


@contextmanager
def replica_of(postgres: Server) -> Iterator[Server]:
    """A replica that has each transaction before it is said to be done."""
    replica = Server(f"pg-test-{os.getpid()}-replica")
    try:
        replica.follow(postgres)
        for setting in ("synchronous_standby_names = '*'", "synchronous_commit = on"):
            postgres.ask(f"ALTER SYSTEM SET {setting}")
        # over what the cluster of a test was started with
        postgres.ask("ALTER DATABASE heatmaps SET synchronous_commit = on")
        postgres.ask("SELECT pg_reload_conf()")
        in_sync = "SELECT 1 FROM pg_stat_replication WHERE sync_state = 'sync'"
        until(lambda: postgres.ask(in_sync), "the replica is in step")
        yield replica
    finally:
        replica.remove()


def test_what_was_taken_is_in_the_replica_that_takes_over(monkeypatch):
    make_places()
    headers = bearer(make_api_client("crm"))

    with own_postgres() as postgres, replica_of(postgres) as replica:
        # as docs/operate.md says it: whichever of the two lets itself be written to
        hosts = ",".join(str(one.folder) for one in (postgres, replica))
        url = f"postgresql://heatmaps@/heatmaps?host={hosts}&target_session_attrs=read-write"
        monkeypatch.setenv("DATABASE_URL", url)
        with serving() as web, sending(web.url, headers) as sender:
            until(lambda: len(sender.taken) > 10, "complaints are taken")
            assert replica.ask("SELECT pg_is_in_recovery()") == [(True,)]
            before = len(sender.taken)
            postgres.kill()
            died = time.monotonic()
            replica.ask("SELECT pg_promote()")
            until(lambda: len(sender.taken) > before + 10, "complaints are taken again")
            took = time.monotonic() - died
        each_that_was_taken_is_there(replica, sender)

    assert took < BACK_WITHIN_S
    assert sender.refusals() <= REFUSED


def test_one_alone_is_written_to_whatever_comes_back_and_whoever_died_halfway():
    with own_postgres() as postgres, replica_of(postgres) as replica:
        ours, theirs = str(postgres.folder), str(replica.folder)
        them = Servers(f"host={ours},{theirs} user=heatmaps")

        # whoever cut the follower off died then, and the first one is back
        replica.ask(f"ALTER SYSTEM SET primary_conninfo = 'host={NOWHERE}'")
        replica.ask("SELECT pg_reload_conf()")
        assert them.settle(them.look())
        until(lambda: ours in source_of(replica), "it follows again")

        with pytest.raises(UnsureError):
            Servers(f"host={ours},{theirs},/nobody user=heatmaps").fail_over(
                [one for one in them.look() if one.follows]
            )
        assert [one.follows for one in them.look()] == [False, True]

        postgres.kill()
        assert not them.settle(them.look())
        assert them.fail_over(them.look()) == theirs
        assert them.settle(them.look())
        postgres.start()  # as it was
        assert them.settle(them.look())
        assert {one.host: one.shut_out for one in them.look()} == {ours: True, theirs: False}
        with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
            postgres.ask("CREATE TABLE promised ()")
        url = f"postgresql://heatmaps@/heatmaps?host={ours},{theirs}"
        with psycopg.connect(f"{url}&target_session_attrs=read-write") as connection:
            assert connection.info.host == theirs


def source_of(replica: Server) -> str:
    [(source,)] = replica.ask("SELECT current_setting('primary_conninfo')")
    return source


def test_what_was_taken_is_there_after_postgres_died_five_times(monkeypatch):
    make_places()
    headers = bearer(make_api_client("crm"))

    with own_postgres() as postgres:
        postgres.ask("ALTER DATABASE heatmaps SET synchronous_commit = on")
        monkeypatch.setenv("DATABASE_URL", postgres.url)
        with serving() as web, sending(web.url, headers) as sender:
            for _time in range(5):
                until(sender.has_taken_more(), "complaints are taken", seconds=BACK_WITHIN_S)
                postgres.kill()
                until(lambda: sender.answers[-1].status == 503, "it is noticed")
                postgres.start()
            until(sender.has_taken_more(), "complaints are taken", seconds=BACK_WITHIN_S)
        each_that_was_taken_is_there(postgres, sender)

    assert sender.refusals() == REFUSED
