"""Filling the database of a bench: all or nothing, and kept where the next run may use it."""

from collections.abc import Callable
from time import perf_counter

from django.core.management.base import CommandError
from django.db import connection, transaction

# A million rows take longer than a page may, and so may what is done between two statements.
_PATIENCE = ("statement_timeout", "idle_in_transaction_session_timeout")


def filled_once(fill: Callable[[], object], *, there: int, wanted: int, what: str) -> str:
    """
    Fill an empty database, unless it is filled as wanted already; return in words what was done.

    A bench that is stopped meanwhile begins anew.

    :raises CommandError: it was filled otherwise
    """
    if there not in (0, wanted):
        raise CommandError(
            f"Filled with {there:,} {what}, not {wanted:,}: remove .run/pg-bench-*, or name another"
            " database."
        )
    if there:
        return f"As filled before: {wanted:,} {what}."
    return f"Filled with {wanted:,} {what} in {at_once(fill):.0f} s."


def at_once(fill: Callable[[], object]) -> float:
    """Fill in one transaction, however long it takes; return seconds."""
    began = perf_counter()
    with connection.cursor() as cursor:
        for limit in _PATIENCE:
            cursor.execute(f"SET {limit} = 0")
        with transaction.atomic():
            fill()
        cursor.execute("VACUUM ANALYZE")  # as the server does by itself, in its time
        for limit in _PATIENCE:
            cursor.execute(f"RESET {limit}")
    return perf_counter() - began
