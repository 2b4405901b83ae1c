"""Writing many messages at once, by COPY: INSERT spends most of its time on spelling the rows."""

from collections.abc import Sequence
from typing import Any

from django.db import connection
from django.db.models import Field

from feedback.notifications.models import Message


def write_messages(messages: Sequence[Message]) -> None:
    """
    Write new messages of a batch that the caller has locked; they get no numbers here.

    :raises IntegrityError: one of them is there already
    """
    if not messages:
        return
    fields: list[Field[Any, Any]] = [
        field for field in Message._meta.concrete_fields if not field.primary_key
    ]
    quoted = ", ".join(connection.ops.quote_name(str(field.column)) for field in fields)
    table = connection.ops.quote_name(Message._meta.db_table)
    with (
        connection.cursor() as cursor,
        connection.wrap_database_errors,
        cursor.copy(f"COPY {table} ({quoted}) FROM STDIN") as copy,
    ):
        for message in messages:
            copy.write_row(
                [
                    field.get_db_prep_save(getattr(message, field.attname), connection)
                    for field in fields
                ]
            )
