"""Whether a column is one of thousands of numbers."""

from collections.abc import Iterable

from django.contrib.postgres.fields import ArrayField
from django.db.models import BigIntegerField, BooleanField, F, Func, Value


def among(column: str, ids: Iterable[int]) -> Func:
    """Return whether a column is one of many numbers: `__in` spells each of them by itself."""
    array = Value(list(ids), output_field=ArrayField(BigIntegerField()))
    return Func(
        F(column),
        Func(array, function="ANY"),
        template="%(expressions)s",
        arg_joiner=" = ",
        output_field=BooleanField(),
    )
