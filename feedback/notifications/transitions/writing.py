"""Writing many messages at once, by COPY: INSERT spends most of its time on spelling the rows."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import connection
from django.db.models import Field

from feedback.notifications.outbox.models import Message


def write_messages(rows: Iterable[Mapping[str, Any]]) -> None:
    """
    Write new messages of a batch that the caller has locked; they get no numbers here.

    rows  their columns; what is not named has its default. The server writes one while the next
        is made, so making one must not ask the database

    :raises IntegrityError: one of them is there already
    """
    fields = [field for field in Message._meta.concrete_fields if not field.primary_key]
    columns = [_Column(field) for field in fields]
    quoted = ", ".join(connection.ops.quote_name(str(field.column)) for field in fields)
    table = connection.ops.quote_name(Message._meta.db_table)
    with (
        connection.cursor() as cursor,
        connection.wrap_database_errors,
        cursor.copy(f"COPY {table} ({quoted}) FROM STDIN") as copy,
    ):
        for row in rows:
            copy.write_row([column.of(row) for column in columns])


class _Column:
    """A column's values as the database takes them; the same one again is not prepared again."""

    def __init__(self, field: Field[Any, Any]) -> None:
        self._field, self._name = field, field.attname
        self._last: Any = _Column
        self._prepared: Any = None

    def of(self, row: Mapping[str, Any]) -> Any:
        value = row[self._name] if self._name in row else self._field.get_default()
        if value is not self._last:
            self._last = value
            self._prepared = self._field.get_db_prep_save(value, connection)
        return self._prepared
