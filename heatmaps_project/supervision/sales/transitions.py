"""Every write of sales: told again, a month is as it was told last."""

from collections.abc import Mapping
from datetime import date

from django.db import transaction

from complaints.customers.models import Brand
from heatmaps_project.supervision.sales.models import SalesFigure
from heatmaps_project.supervision.sales.sales_lines import Sold


@transaction.atomic
def take_sales(told: Mapping[tuple[int, date], Sold], *, brand: Brand) -> int:
    """Keep what a file says of a brand, all of it; return how many months of units."""
    rows = [
        SalesFigure(unit_id=unit, brand=brand, month=month, sales=sold.sales, revenue=sold.revenue)
        for (unit, month), sold in sorted(told.items(), key=lambda one: one[0])
    ]
    SalesFigure.objects.bulk_create(
        rows,
        batch_size=2000,
        update_conflicts=True,
        unique_fields=["unit", "month", "brand"],
        update_fields=["sales", "revenue"],
    )
    return len(rows)
