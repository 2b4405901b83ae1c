"""What each customer was worth, month by month, as the operator's billing tells it."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from complaints.customers.models import Customer


class MonthlyFact(models.Model):
    """One customer in one month."""

    customer = models.ForeignKey(Customer, models.PROTECT, related_name="months")
    month = models.DateField(_("month"))  # its first day
    revenue = models.DecimalField(  # roubles; None: not told
        _("revenue, roubles"), max_digits=10, decimal_places=2, null=True
    )
    left = models.BooleanField(_("left in this month"))

    class Meta:
        verbose_name = _("customer's month")
        verbose_name_plural = _("customers' months")
        constraints = [
            models.UniqueConstraint(fields=["customer", "month"], name="month_once_per_customer"),
            models.CheckConstraint(condition=Q(month__day=1), name="month_is_its_first_day"),
            models.CheckConstraint(condition=Q(revenue__gte=0), name="month_revenue"),
        ]
        indexes = [models.Index(fields=["month", "customer"], name="months_of_customers")]

    def __str__(self) -> str:
        return f"{self.customer_id} {self.month}"
