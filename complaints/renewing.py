"""Ciphertext is sealed anew under the first of DATA_KEYS while everything runs: others can go."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from django.apps import apps
from django.conf import settings
from django.db import connection, models, transaction
from django.db.models import F, Func, Value

from complaints.customers.personal import EncryptedTextField, current_cipher
from complaints.handed_in.models import Piece
from complaints.imports.models import ImportPart

BATCH: Final = 500  # rows of one transaction
_FEW: Final = 8  # of pieces of files: a megabyte each
# Bytes that our cipher sealed, by the model that has them, or makes what has them.
_SEALED: Final[dict[type[models.Model], tuple[str, ...]]] = {
    Piece: ("content",),
    ImportPart: ("content", "refused"),
}


@dataclass(frozen=True)
class Column:
    """Where ciphertext lies."""

    model: type[models.Model]
    name: str

    def __str__(self) -> str:
        return f"{self.model._meta.db_table}.{self.name}"

    @property
    def batch(self) -> int:
        """How many rows are renewed in one transaction."""
        is_text = isinstance(self.model._meta.get_field(self.name), EncryptedTextField)
        return BATCH if is_text else _FEW

    def rows_of_other_keys(self) -> models.QuerySet[Any, Any]:
        """Rows whose ciphertext is not of the first key, as their keys and bytes, in order."""
        first = next(iter(settings.DATA_KEYS)).encode()
        begins = bytes([len(first)]) + first
        raw = Func(F(self.name), template="%(expressions)s", output_field=models.BinaryField())
        head = Func(
            F(self.name),
            Value(1),
            Value(len(begins)),
            function="substr",
            output_field=models.BinaryField(),
        )
        rows = self.model._base_manager.filter(**{f"{self.name}__isnull": False})
        stored = rows.annotate(stored_bytes=raw, stored_key=head).exclude(stored_key=begins)
        found: models.QuerySet[Any, Any] = stored.order_by("pk").values_list("pk", "stored_bytes")
        return found


def columns() -> Iterator[Column]:
    """Every column of ciphertext that there is."""
    for model in apps.get_models(include_auto_created=True):
        if model._meta.proxy:
            continue
        for field in model._meta.local_concrete_fields:
            if isinstance(field, EncryptedTextField):
                yield Column(model, field.name)
        for kind, names in _SEALED.items():
            if issubclass(model, kind):
                yield from (Column(model, name) for name in names)


def renew(column: Column) -> int:
    """
    Seal a column's rows anew, some at a time; return how many.

    A row that somebody writes meanwhile is left as they wrote it, one that they hold to the next
    run. Stopped at any line, the next run goes on.

    :raises UnknownKeyError: a row is of a key that is not among DATA_KEYS
    """
    renewed, last = 0, None
    while True:
        rows = column.rows_of_other_keys()
        found = list((rows if last is None else rows.filter(pk__gt=last))[: column.batch])
        if not found:
            return renewed
        renewed += _renew(column, [(pk, bytes(sealed)) for pk, sealed in found])
        last = found[-1][0]


@transaction.atomic
def _renew(column: Column, rows: list[tuple[Any, bytes]]) -> int:
    # Whoever holds some has perhaps to wait for others of them, in an order of their own: to wait
    # here as well would be a deadlock, and a batch of complaints refused.
    there = column.model._base_manager.filter(pk__in=[key for key, _sealed in rows]).order_by("pk")
    held = there.select_for_update(skip_locked=True, no_key=True)
    free = set(held.values_list("pk", flat=True))
    if not free:
        return 0
    cipher, meta, quote = current_cipher(), column.model._meta, connection.ops.quote_name
    pk = quote(meta.pk.attname if meta.pk else "id")
    name = quote(column.name)
    update = f"UPDATE {quote(meta.db_table)} SET {name} = %s WHERE {pk} = %s AND {name} = %s"
    with connection.cursor() as cursor:
        cursor.executemany(
            update,
            [
                (cipher.seal(cipher.unseal(sealed)), key, sealed)
                for key, sealed in rows
                if key in free
            ],
        )
        return int(cursor.rowcount)
