"""What units sold, month by month, as their own systems tell it in files."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from complaints.customers.models import Brand
from complaints.customers.walled import WalledQuerySet
from heatmaps_project.accounts.units.models import Unit


class SalesFigureQuerySet(WalledQuerySet["SalesFigure"]):
    walled = {"brand": False}


class SalesFigure(models.Model):
    """What a unit sold of a brand in a month, its parts included."""

    unit = models.ForeignKey(Unit, models.CASCADE, related_name="+", db_index=False)
    brand = models.ForeignKey(  # None: of all brands, seen by whoever sees them all
        Brand, models.CASCADE, null=True, related_name="+", db_index=False
    )
    month = models.DateField()  # its first day
    sales = models.PositiveIntegerField()  # contracts, or whatever the operator counts
    revenue = models.DecimalField(max_digits=14, decimal_places=2, null=True)  # roubles

    objects = SalesFigureQuerySet.as_manager()

    class Meta:
        verbose_name = _("sales of a month")
        verbose_name_plural = _("sales by the month")
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "month", "brand"],
                nulls_distinct=False,
                name="sales_once_a_month_and_brand",
            ),
            models.CheckConstraint(
                condition=Q(revenue=None) | Q(revenue__gte=0), name="sales_revenue"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.month:%Y-%m}"
