"""What a test has committed is gone before the next, and what migrations wrote is there again."""

from django.db import connection
from django.test import TransactionTestCase

# Django makes them with the tables, and never makes them again.
MADE_WITH_THE_TABLES = {"auth_permission", "django_content_type"}
AS_MIGRATED = "as_migrated"


def remember(under: str = AS_MIGRATED) -> None:
    """Keep a copy of all rows in a schema of its own, if that is not there yet."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regnamespace(%s)", [under])
        if cursor.fetchone() != (None,):  # of a database that is used again
            return
        columns = _columns("public")
        cursor.execute(
            f"CREATE SCHEMA {under};"
            + "".join(
                f"CREATE TABLE {under}.{of} AS SELECT {columns[of]} FROM {of};" for of in _filled()
            )
        )


def forget(under: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"DROP SCHEMA IF EXISTS {under} CASCADE")


def empty(_case: TransactionTestCase) -> None:
    """
    Delete all rows of all tables, but for what migrations wrote.

    Django truncates each table, filled or not, which takes PostgreSQL as long as to make them
    all, and then asks every app for its permissions again.
    """
    restore(AS_MIGRATED)


def restore(remembered: str) -> None:
    """Let all tables hold the rows that were remembered under a name, and no others."""
    written = _columns(remembered)
    with connection.cursor() as cursor:
        # Neither foreign keys nor triggers that hold rows as they were written have a say here.
        cursor.execute(
            "SET session_replication_role = replica;"
            + "".join(f"DELETE FROM {of};" for of in _filled())
            + "".join(
                f"INSERT INTO {of} ({columns}) TABLE {remembered}.{of};"
                for of, columns in written.items()
            )
            + "SET session_replication_role = DEFAULT"
        )


def _columns(schema: str) -> dict[str, str]:
    """The columns of each table, as SQL names them, but for those that PostgreSQL computes."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT quote_ident(relname), string_agg(quote_ident(attname), ', ' ORDER BY attnum)"
            " FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid"
            " WHERE relnamespace = to_regnamespace(%s) AND relkind IN ('r', 'p')"
            " AND attnum > 0 AND NOT attisdropped AND attgenerated = '' GROUP BY relname",
            [schema],
        )
        return dict(cursor.fetchall())


def _filled() -> list[str]:
    """The tables that hold rows."""
    names = connection.introspection.django_table_names(only_existing=True, include_views=False)
    tables = sorted(set(names) - MADE_WITH_THE_TABLES)
    asked = (
        f"SELECT {n} WHERE EXISTS (SELECT FROM {connection.ops.quote_name(of)})"
        for n, of in enumerate(tables)
    )
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(asked))
        return [tables[n] for (n,) in cursor.fetchall()]
