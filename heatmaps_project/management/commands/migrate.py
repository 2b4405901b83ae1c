"""
Django's migrate, which nobody waits for long.

Whoever waits for a table's lock stands before all who come after, so it waits for a second, lets
them by, and asks again; and no statement of it ends because it takes long: what takes long holds
no lock that others need (tests/test_migrations.py sees to it).

It is of the owner of the tables, and gives DATABASE_ROLE, which the application signs in as, what
that needs of them.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from time import sleep
from typing import Any, Final

import psycopg.errors
from django.conf import settings
from django.core.management.commands import migrate
from django.db import OperationalError, connections
from django.db.backends.base.base import BaseDatabaseWrapper

from heatmaps_project.operations import rights

WAITS_S: Final = 1.0
PAUSE_S: Final = 5.0
TIMES: Final = 60


class Command(migrate.Command):
    def handle(self, *args: Any, **options: Any) -> None:
        connection = connections[options["database"]]
        with _lets_others_by(connection):
            self._migrate(connection, *args, **options)
        if settings.DATABASE_ROLE and not options["plan"] and not options["check_unapplied"]:
            if settings.DATABASE_ROLE_PASSWORD:
                rights.let_sign_in(
                    connection, settings.DATABASE_ROLE, settings.DATABASE_ROLE_PASSWORD
                )
            rights.grant(connection, settings.DATABASE_ROLE)

    def _migrate(self, connection: BaseDatabaseWrapper, *args: Any, **options: Any) -> None:
        for time in range(1, TIMES + 1):
            try:
                _drop_what_was_not_finished(connection)
                super().handle(*args, **options)
            except OperationalError as error:
                busy = isinstance(error.__cause__, psycopg.errors.LockNotAvailable)
                if not busy or time == TIMES:
                    raise
                self.stderr.write(f"Somebody holds a table: once more in {PAUSE_S:.0f} s.")
                sleep(PAUSE_S)
            else:
                return


def _drop_what_was_not_finished(connection: BaseDatabaseWrapper) -> None:
    """An index whose CREATE INDEX CONCURRENTLY died is in the way of its own making."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT i.indexrelid::regclass::text FROM pg_index i"
            " JOIN pg_class c ON c.oid = i.indexrelid"
            " WHERE NOT i.indisvalid AND c.relnamespace = current_schema()::regnamespace"
        )
        for (index,) in cursor.fetchall():
            cursor.execute(f"DROP INDEX {index}")


@contextmanager
def _lets_others_by(connection: BaseDatabaseWrapper) -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute(f"SET lock_timeout = '{WAITS_S:.0f}s'")
        cursor.execute("SET statement_timeout = 0")
    yield
    with connection.cursor() as cursor:  # for whoever goes on with this connection
        cursor.execute("RESET lock_timeout")
        cursor.execute("RESET statement_timeout")
