"""
Whether what a layer draws has changed: a number in the database for each source.

Triggers of the tables (migration 0004) count every change, and hold a shared advisory lock until
it is committed: who reads the number while such a lock is held cannot know which side of the
change a tile will show, and must not keep it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from django.db import connection

LOCK = 1835102323  # first half of the advisory locks' keys; the second is the source's number


class Source(StrEnum):
    COMPLAINTS = "complaints"
    CASES = "cases"
    COVERAGE = "coverage"
    SITES = "sites"
    EVENTS = "events"
    MEASUREMENTS = "measurements"


NUMBERS = {source: number for number, source in enumerate(Source, start=1)}


@dataclass(frozen=True)
class Version:
    number: int
    settled: bool  # nobody is in the middle of a change


def versions(sources: Iterable[Source]) -> dict[Source, Version]:
    """The versions of sources, in one query."""
    asked = sorted(set(sources))
    if not asked:
        return {}
    with connection.cursor() as cursor:
        # Numbers first: a change that begins after the locks were looked at must move a number
        # that was not read yet to be missed, and none is left. Asked of the numbers, the locks
        # cannot be looked at before these are known.
        numbers = ", ".join(f"(SELECT last_value FROM spots_map_{source})" for source in asked)
        cursor.execute(
            f"WITH version AS MATERIALIZED (SELECT ARRAY[{numbers}] AS numbers)"
            " SELECT numbers, ARRAY(SELECT objid::int FROM pg_locks"
            " WHERE database = (SELECT oid FROM pg_database WHERE datname = current_database())"
            " AND locktype = 'advisory' AND classid = %s AND pid <> pg_backend_pid()"
            " AND version.numbers IS NOT NULL) FROM version",
            [LOCK],
        )
        found, changing = cursor.fetchone()
    return {
        source: Version(number, settled=NUMBERS[source] not in changing)
        for source, number in zip(asked, found, strict=True)
    }
