"""Taking in customers' months: told again, they are as they were told last."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from complaints.customers.models import Brand, Customer
from complaints.customers.month_lines import MonthLine
from complaints.customers.months import MonthlyFact

_BATCH = 2000


@dataclass(frozen=True)
class Taken:
    months: int
    unknown: int  # of customers whom nobody here has heard of


@transaction.atomic
def take_months(*, brand: Brand, lines: Sequence[MonthLine]) -> Taken:
    """Keep what a file says of a brand's customers, all of it: but of those not known here."""
    known = 0
    for start in range(0, len(lines), _BATCH):
        part = lines[start : start + _BATCH]
        names = {line.crm_id for line in part}
        rows = Customer.objects.filter(brand=brand, crm_id__in=names)
        ids = dict(rows.values_list("crm_id", "pk"))
        facts = [
            MonthlyFact(
                customer_id=ids[line.crm_id],
                month=line.month,
                revenue=line.revenue,
                left=line.left,
            )
            for line in part
            if line.crm_id in ids
        ]
        MonthlyFact.objects.bulk_create(
            facts,
            update_conflicts=True,
            unique_fields=["customer", "month"],
            update_fields=["revenue", "left"],
        )
        known += len(facts)
    return Taken(known, len(lines) - known)
