"""The numbers of rows, after a backup was restored."""

from typing import Final

from django.db import connection

AHEAD: Final = 10_000_000  # far more than a database loses between its last copy and its end

_MOVE_ON: Final = """
    SELECT count(setval(
        format('%%I.%%I', schemaname, sequencename)::regclass,
        coalesce(last_value, start_value) + %s
    ))
    FROM pg_sequences
    WHERE schemaname = current_schema() AND data_type = 'bigint'::regtype
"""


def give_no_number_again() -> None:
    """
    Leave out the numbers that the lost database gave after what was restored.

    They stand outside: in links to customers' own pages, in other systems, in the list of whoever
    was erased. Given again, each would open, change or erase somebody else.
    """
    with connection.cursor() as cursor:
        cursor.execute(_MOVE_ON, [AHEAD])
