"""In which time zone the owner of a number lives, by the numbering plan."""

from collections.abc import Collection

from django.db import connection

from complaints.customers.numbers.models import NumberRange

# For each number the range that begins last before it: one step down the index.
_FOUND = """
    SELECT asked.number, known.time_zone
    FROM unnest(%s::bigint[]) AS asked (number), LATERAL (
        SELECT last, time_zone FROM {table} WHERE first <= asked.number ORDER BY first DESC LIMIT 1
    ) AS known
    WHERE known.last >= asked.number
"""


def zones_of_phones(phones: Collection[str]) -> dict[str, str]:
    """Return the zone of each phone, in E.164, that lies in a range; one query."""
    numbers = {int(digits): phone for phone in phones if (digits := phone.lstrip("+")).isdecimal()}
    if not numbers:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_FOUND.format(table=NumberRange._meta.db_table), [list(numbers)])
        return {numbers[number]: zone for number, zone in cursor.fetchall()}
