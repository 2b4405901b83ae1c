"""What the staff wrote before customers' phones and mail were masked in it, masked after all."""

from typing import Any, Final

from django.db import transaction
from django.db.models import QuerySet

from complaints.customers.in_words import without_customers
from complaints.rewriting import rewriting

PORTION: Final = 1000  # rows of one transaction


def mask_all(rows: QuerySet[Any], column: str) -> int:
    """
    Mask customers' phones and mail in a column of texts; return how many texts were changed.

    A portion after another, each in a transaction of its own: killed anywhere and begun again, it
    changes what is left.
    """
    changed, last = 0, 0
    while portion := list(
        rows.filter(pk__gt=last).order_by("pk").values_list("pk", column)[:PORTION]
    ):
        changed += _mask(rows, column, dict(portion))
        last = portion[-1][0]
    return changed


@transaction.atomic
def _mask(rows: QuerySet[Any], column: str, texts: dict[int, str]) -> int:
    most = rows.model._meta.get_field(column).max_length
    changed = 0
    with rewriting():
        for pk, text in texts.items():
            masked = without_customers(text)[:most]
            if masked != text:  # as long as it still says so: whoever writes meanwhile masks it
                changed += rows.filter(pk=pk, **{column: text}).update(**{column: masked})
    return changed
