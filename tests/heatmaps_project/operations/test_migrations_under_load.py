"""
The latest migration of each app, over many complaints, while somebody reads and writes.

Not the API: old code does not run on this checkout. What a migration locks, it locks for all.
"""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread

import psycopg
import pytest
from django.apps import apps
from django.db.migrations.loader import MigrationLoader

from tests.servers import Server, own_postgres

APPS = ("heatmaps_project", "feedback", "spots", "complaints")  # in the order of undoing
MOST_S = 3.0  # that anybody waits for a lock
ROWS = int(os.environ.get("MIGRATION_ROWS", "100000"))  # of complaints
FILL = f"""
from django.db import connection, transaction
from django.utils import timezone
from heatmaps_project.bench.pages.filling import Size, fill
with transaction.atomic():
    connection.cursor().execute("SET LOCAL statement_timeout = 0")
    fill(Size(spots=2000, complaints={ROWS}, working=500), now=timezone.now())
"""
# What is filled in has no blind indexes of its phones, as a check of every migrate says.
UNCHECKED = "--skip-checks"
TOUCHED = ("complaints_complaint", "complaints_customer", "spots_case", "spots_clock")


def before_the_latest() -> dict[str, str]:
    """By app, the migration that its latest one stands on."""
    graph = MigrationLoader(None).graph
    [*latest] = (next(key for key in graph.leaf_nodes(app)) for app in APPS)
    return {
        app: max(name for of, name in graph.node_map if of == app and name < last)
        for app, last in latest
    }


@contextmanager
def touching(postgres: Server) -> Iterator[list[float]]:
    """Write a row of each large table again and again; what each took, in seconds."""
    took: list[float] = []
    ends = Event()

    def work() -> None:
        with psycopg.connect(postgres.url, autocommit=True) as connection:
            while not ends.is_set():
                for table in TOUCHED:
                    began = time.monotonic()
                    connection.execute(
                        f"UPDATE {table} SET id = id WHERE id = (SELECT max(id) FROM {table})"
                    )
                    took.append(time.monotonic() - began)
                time.sleep(0.01)

    thread = Thread(target=work)
    thread.start()
    try:
        yield took
    finally:
        ends.set()
        thread.join()


@pytest.mark.faults
@pytest.mark.django_db(transaction=True)
def test_nobody_waits_for_the_latest_migrations():
    assert {apps.get_model("spots", "Case")._meta.db_table} <= set(TOUCHED)
    with own_postgres() as postgres:
        postgres.manage("shell", "-v0", "-c", FILL)
        for app, name in before_the_latest().items():
            postgres.manage("migrate", "-v0", UNCHECKED, app, name)
        rows = "SELECT count(*) FROM django_migrations"
        [(before,)] = postgres.ask(rows)
        with touching(postgres) as took:
            postgres.manage("migrate", "-v0", UNCHECKED)
        [(after,)] = postgres.ask(rows)

    sys.stdout.write(
        f"{after - before} migrations over {ROWS} complaints; the longest wait {max(took):.2f} s\n"
    )
    assert after - before >= len(APPS)
    assert len(took) > 100
    assert max(took) < MOST_S
