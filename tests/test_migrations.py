"""No migration holds a large table for long; one that waits for a lock lets others by."""

import threading

import psycopg
import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.migration import Migration

from heatmaps_project.management.commands import migrate
from tests.factories import make_brand
from tests.locking import faults_of
from tests.processes import environment

# From which number on an app's migrations are held to it: there was no installation before.
SINCE = {"complaints": 15, "spots": 20, "feedback": 24, "heatmaps_project": 32}
# Tables whose rows people enter one by one.
SMALL = {
    "complaints_brand",
    "complaints_historicalplacedaddress",
    "complaints_placedaddress",
    "complaints_region",
    "complaints_topic",
    "feedback_survey",
    "heatmaps_project_user",
    "spots_detectionrule",
    "spots_priorityweights",
    "spots_team",
}

LARGE_ONES = {
    'CREATE INDEX "i" ON "big" ("a")': True,
    'CREATE UNIQUE INDEX "i" ON "big" ("a") WHERE "a" > 1': True,
    'CREATE INDEX CONCURRENTLY "i" ON "big" ("a")': False,
    'DROP INDEX CONCURRENTLY IF EXISTS "i"': False,
    'ALTER TABLE "big" ADD COLUMN "b" integer DEFAULT 7 NOT NULL': False,
    'ALTER TABLE "big" ALTER COLUMN "b" DROP DEFAULT': False,
    'ALTER TABLE "big" ADD COLUMN "b" timestamptz DEFAULT (STATEMENT_TIMESTAMP()) NOT NULL': False,
    'ALTER TABLE "big" ADD COLUMN "b" uuid DEFAULT (gen_random_uuid()) NOT NULL': True,
    'ALTER TABLE "big" ADD COLUMN "b" float GENERATED ALWAYS AS (random()) STORED': True,
    'ALTER TABLE "big" ADD COLUMN "b" bigserial': True,
    'ALTER TABLE "big" ADD COLUMN "b" bigint NULL CONSTRAINT "c" REFERENCES "brand" ("id")': False,
    'ALTER TABLE "big" ADD CONSTRAINT "c" CHECK ("a" > 0)': True,
    'ALTER TABLE "big" ADD CONSTRAINT "c" CHECK ("a" > 0) NOT VALID': False,
    'ALTER TABLE "big" VALIDATE CONSTRAINT "c"': False,
    'ALTER TABLE "big" ADD CONSTRAINT "c" FOREIGN KEY ("a") REFERENCES "big" ("id")': True,
    'ALTER TABLE "big" ADD CONSTRAINT "c" UNIQUE ("a")': True,
    'ALTER TABLE "big" ADD CONSTRAINT "c" UNIQUE USING INDEX "i"': False,
    'ALTER TABLE "big" ALTER COLUMN "a" TYPE bigint USING "a"::bigint': True,
    'ALTER TABLE "big" ALTER COLUMN "a" SET NOT NULL': True,
    'ALTER TABLE "big" ALTER COLUMN "a" DROP NOT NULL': False,
    'ALTER TABLE "big" DROP COLUMN "a" CASCADE': False,
    'SELECT 1; CREATE INDEX "i" ON "big" ("a")': True,
    "DO $$ BEGIN PERFORM 1; END $$": True,
}


@pytest.mark.parametrize(("statement", "long"), LARGE_ONES.items())
def test_what_takes_each_row_of_a_large_table_is_known(statement, long):
    assert bool(faults_of([statement], atomic=True, small=set())) == long
    made = 'CREATE TABLE "big" ("a" integer)'
    if "DO" not in statement:
        assert faults_of([made, statement], atomic=True, small=set()) == []
        assert faults_of([statement], atomic=True, small={"big"}) == []


def test_rows_are_not_written_while_a_table_is_held():
    column, fill = 'ALTER TABLE "big" ADD COLUMN "b" integer', 'UPDATE "big" SET "b" = "a"'
    python = "-- THIS OPERATION CANNOT BE WRITTEN AS SQL"

    index = 'CREATE INDEX "i" ON "big" ("a")'
    assert faults_of([index, fill], atomic=True, small={"big"}) == []
    for rows in (fill, python):
        assert len(faults_of([column, rows], atomic=True, small=set())) == 1
        assert faults_of([column, rows], atomic=False, small=set()) == []
        assert faults_of([rows], atomic=True, small=set()) == []


@pytest.mark.django_db(transaction=True)
def test_no_migration_holds_a_large_table_for_long():
    loader = MigrationLoader(connection)
    held_to_it = [
        one
        for (app, name), one in loader.disk_migrations.items()
        if app in SINCE and int(name[:4]) >= SINCE[app]
    ]
    faults = {str(one): found for one in held_to_it if (found := faults_in(loader, one))}

    assert faults == {}


def faults_in(loader: MigrationLoader, migration: Migration) -> list[str]:
    sql = loader.collect_sql([(migration, False)])
    faults = faults_of(sql, atomic=migration.atomic, small=SMALL)
    if not migration.atomic and len(migration.operations) > 1:
        faults.append("whoever dies between two steps cannot begin anew: a migration for each")
    return faults


@pytest.mark.django_db(transaction=True)
def test_whoever_waits_for_a_lock_lets_others_by_and_asks_again(monkeypatch):
    """A writer behind a migration, which is itself behind a long transaction."""
    make_brand()
    url = environment()["DATABASE_URL"]
    with psycopg.connect(url) as holder, psycopg.connect(url, autocommit=True) as writer:
        holder.execute("SELECT count(*) FROM complaints_brand")
        written, ends, pauses = threading.Semaphore(0), threading.Event(), []

        def write():
            while not ends.is_set():
                writer.execute("UPDATE complaints_brand SET id = id")
                written.release()

        def alter(executor, *args, **options):
            if len(pauses) == 2:
                holder.rollback()
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("LOCK TABLE complaints_brand IN ACCESS EXCLUSIVE MODE")
            return executor.loader.project_state()

        def pause(seconds):
            while written.acquire(blocking=False):
                """Written before."""
            pauses.append(written.acquire(timeout=60))

        monkeypatch.setattr(MigrationExecutor, "migrate", alter)
        monkeypatch.setattr(migrate, "sleep", pause)
        lock_timeout = shown("lock_timeout")
        thread = threading.Thread(target=write)
        thread.start()
        try:
            call_command("migrate", verbosity=0)
        finally:
            ends.set()
            thread.join()

    assert pauses == [True, True]  # the holder held the table all the while
    assert shown("lock_timeout") == lock_timeout != f"{migrate.WAITS_S:.0f}s"


def shown(setting: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"SHOW {setting}")
        return cursor.fetchone()[0]
