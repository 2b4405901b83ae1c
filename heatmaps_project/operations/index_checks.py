"""What `check --database default` says of peppers: it looks at rows."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning
from django.db import connection

from complaints.customers.cipher import is_pepper, tag
from complaints.customers.models import Customer
from heatmaps_project.operations.transitions_of_indexes import COLUMNS, Column, phones_are_found


def indexes_are_of_known_peppers(
    app_configs: Sequence[AppConfig] | None, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """Refuse a pepper that was taken away, or is another, while rows are of it; tell of two."""
    if not (databases and _can_be_used()):
        return []
    there = [column for column in COLUMNS if is_there(column)]
    first, *others = map(tag, settings.BLIND_INDEX_PEPPERS)
    unknown, former = [], []
    for column in there:
        found = column.tags_at_the_ends()
        unknown += [str(column)] if found - {first, *others} else []
        former += [str(column)] if found & {*others} else []
    phones = Column(Customer, "phone_index")
    if not unknown and is_there(phones) and not phones_are_found():
        unknown = [str(phones)]
    faults: list[CheckMessage] = []
    if unknown:
        faults += [
            Error(
                f"Rows of a pepper that BLIND_INDEX_PEPPER has not: {', '.join(unknown)}.",
                hint="Put it back behind the others: nobody is found by these rows.",
                id="heatmaps.E005",
            )
        ]
    if others:
        said = (
            f"rows of former ones: {', '.join(former)}" if former else "no row of former ones seen"
        )
        faults += [
            Warning(
                f"BLIND_INDEX_PEPPER has more than one pepper; {said}.",
                hint="manage.py renew_indexes, which says which can go.",
                id="heatmaps.W002",
            )
        ]
    return faults


def _can_be_used() -> bool:
    """Whether there are peppers, each one: what is none, another check tells of."""
    peppers = settings.BLIND_INDEX_PEPPERS
    return bool(peppers) and all(is_pepper(*pair) for pair in peppers.items())


def is_there(column: Column) -> bool:
    """Whether the database has it: `migrate` asks before it makes the tables."""
    meta = column.model._meta
    with connection.cursor() as cursor:
        if meta.db_table not in connection.introspection.table_names(cursor):
            return False
        names = connection.introspection.get_table_description(cursor, meta.db_table)
    return column.name in {one.name for one in names}
