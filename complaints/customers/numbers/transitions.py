"""Taking in files of numbers, each as a whole."""

from collections.abc import Sequence

from django.db import transaction

from complaints.customers.numbers.lines import OwnLine, RangeLine
from complaints.customers.numbers.models import NumberRange, OwnNumber
from complaints.customers.one_index import bring
from complaints.customers.personal import blind_index

_LOCK_RANGES = "LOCK TABLE complaints_numberrange IN SHARE ROW EXCLUSIVE MODE"


@transaction.atomic
def take_own_numbers(lines: Sequence[OwnLine]) -> int:
    """Add the numbers of a file; those that are known have its kind and note. Return how many."""
    bring(OwnNumber, "phone_index", [line.phone for line in lines])
    rows = [
        OwnNumber(
            kind=line.kind,
            phone=line.phone,
            phone_index=blind_index(line.phone),
            note=line.note,
        )
        for line in lines
    ]
    OwnNumber.objects.bulk_create(
        rows,
        batch_size=1000,
        update_conflicts=True,
        unique_fields=["phone_index"],
        update_fields=["kind", "note"],
    )
    return len(rows)


@transaction.atomic
def replace_ranges(lines: Sequence[RangeLine]) -> int:
    """Put the numbering plan of a file in the place of the one that was there."""
    with transaction.get_connection().cursor() as cursor:
        cursor.execute(_LOCK_RANGES)  # two files at once would overlap each other
    NumberRange.objects.all().delete()
    rows = (
        NumberRange(first=line.first, last=line.last, time_zone=line.zone, region=line.region)
        for line in lines
    )
    return len(NumberRange.objects.bulk_create(rows, batch_size=2000))
