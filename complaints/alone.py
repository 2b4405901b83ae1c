"""Work that one process does at a time."""

from django.db import connection


def alone(*key: int) -> bool:
    """
    Take a lock until the transaction ends, unless another process has it; say whether it is ours.

    key  one number of 64 bits, or two of 32 (PostgreSQL, pg_try_advisory_xact_lock)
    """
    places = ", ".join("%s" for _ in key)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT pg_try_advisory_xact_lock({places})", key)
        return bool(cursor.fetchone()[0])
