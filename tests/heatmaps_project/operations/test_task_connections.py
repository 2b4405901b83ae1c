"""A worker keeps its connections to PostgreSQL from one task to the next."""

import os
import time

import pytest
from django.db import connection

from tests.e2e.installation import until
from tests.factories import make_complaint
from tests.processes import working
from tests.servers import Server

WATCHED_S = 6.0  # the timetable has some forty tasks in them
# A worker's process has a pool of one, which grows while a task waits; the timetable and the main
# process have none.
MOST = 4


def lines() -> set[int]:
    """Return the processes of PostgreSQL that serve others than this test on its database."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pid FROM pg_stat_activity WHERE datname = current_database()"
            " AND backend_type = 'client backend' AND pid <> pg_backend_pid()"
        )
        return {pid for (pid,) in cursor.fetchall()}


@pytest.mark.faults
@pytest.mark.django_db(transaction=True)
def test_tasks_go_on_with_the_lines_that_are_there(tmp_path):
    waiting = make_complaint(placing="waiting", point=None, placed_at=None, precision="")
    before, seen = lines(), set[int]()
    broker = Server(f"redis-test-{os.getpid()}-lines").start()
    more = {"REDIS_URL": broker.url, "DATABASE_POOL": "1"}

    def is_settled() -> bool:
        waiting.refresh_from_db()
        return waiting.placing != "waiting"

    try:
        with working(tmp_path, **more):
            until(is_settled, "tasks are done")
            end = time.monotonic() + WATCHED_S
            while time.monotonic() < end:
                seen |= lines()
                time.sleep(0.05)
    finally:
        broker.remove()

    assert len(seen - before) <= MOST
