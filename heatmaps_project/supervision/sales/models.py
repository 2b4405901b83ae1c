"""What units sold, month by month, as their own systems tell it in files."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from heatmaps_project.accounts.units.models import Unit


class SalesFigure(models.Model):
    """What a unit sold in a month, its parts included."""

    unit = models.ForeignKey(Unit, models.CASCADE, related_name="+", db_index=False)
    month = models.DateField()  # its first day
    sales = models.PositiveIntegerField()  # contracts, or whatever the operator counts
    revenue = models.DecimalField(max_digits=14, decimal_places=2, null=True)  # roubles

    class Meta:
        verbose_name = _("sales of a month")
        verbose_name_plural = _("sales by the month")
        constraints = [
            models.UniqueConstraint(fields=["unit", "month"], name="sales_once_a_month"),
            models.CheckConstraint(
                condition=Q(revenue=None) | Q(revenue__gte=0), name="sales_revenue"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.month:%Y-%m}"
