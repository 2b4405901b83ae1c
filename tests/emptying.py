"""What a test has committed is gone before the next, and what migrations wrote is there again."""

from django.db import connection
from django.test import TransactionTestCase

# Django makes them with the tables, and never makes them again.
MADE_WITH_THE_TABLES = {"auth_permission", "django_content_type"}


def remember() -> None:
    """Keep a copy of the rows that migrations wrote."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regnamespace('as_migrated')")
        if cursor.fetchone() != (None,):  # of a database that is used again
            return
        cursor.execute(
            "CREATE SCHEMA as_migrated;"
            + "".join(f"CREATE TABLE as_migrated.{of} AS TABLE {of};" for of in _filled())
        )


def empty(_case: TransactionTestCase) -> None:
    """
    Delete all rows of all tables, but for what migrations wrote.

    Django truncates each table, filled or not, which takes PostgreSQL as long as to make them
    all, and then asks every app for its permissions again.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = 'as_migrated'"
        )
        written = [name for (name,) in cursor.fetchall()]
        # Neither foreign keys nor triggers that hold rows as they were written have a say here.
        cursor.execute(
            "SET session_replication_role = replica;"
            + "".join(f"DELETE FROM {of};" for of in _filled())
            + "".join(f"INSERT INTO {of} TABLE as_migrated.{of};" for of in written)
            + "SET session_replication_role = DEFAULT"
        )


def _filled() -> list[str]:
    """The tables that hold rows."""
    names = connection.introspection.django_table_names(only_existing=True, include_views=False)
    tables = [connection.ops.quote_name(of) for of in sorted(set(names) - MADE_WITH_THE_TABLES)]
    asked = (f"SELECT {n} WHERE EXISTS (SELECT FROM {of})" for n, of in enumerate(tables))
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(asked))
        return [tables[n] for (n,) in cursor.fetchall()]
