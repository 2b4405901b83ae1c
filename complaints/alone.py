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


def one_by_one(*names: bytes) -> None:
    """
    Wait, until the transaction ends, for whoever else does something under one of the names.

    names  8 bytes and more of each tell it apart, as those of a blind index do
    """
    keys = sorted(int.from_bytes(name[:8], "big", signed=True) for name in names)
    with connection.cursor() as cursor:  # in one order: nobody waits in a circle
        for key in keys:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [key])
