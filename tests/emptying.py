"""What a test has committed is gone before the next one."""

from django.db import connection
from django.test import TransactionTestCase

# Django makes them with the tables, and never makes them again.
MADE_WITH_THE_TABLES = {"auth_permission", "django_content_type"}


def empty(_case: TransactionTestCase) -> None:
    """
    Delete all rows of all tables.

    Django truncates each table, filled or not, which takes PostgreSQL as long as to make them
    all, and then asks every app for its permissions again.
    """
    names = connection.introspection.django_table_names(only_existing=True, include_views=False)
    tables = [connection.ops.quote_name(name) for name in set(names) - MADE_WITH_THE_TABLES]
    with connection.cursor() as cursor:
        cursor.execute(
            " UNION ALL ".join(
                f"SELECT {number} WHERE EXISTS (SELECT FROM {table})"
                for number, table in enumerate(tables)
            )
        )
        filled = [tables[number] for (number,) in cursor.fetchall()]
        if not filled:
            return
        # Neither foreign keys nor triggers that hold rows as they were written have a say here.
        cursor.execute(
            "SET session_replication_role = replica;"
            + "".join(f"DELETE FROM {table};" for table in filled)
            + "SET session_replication_role = DEFAULT"
        )
