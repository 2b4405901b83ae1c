"""What customers of each group were worth, as it was counted last: it takes seconds to count."""

from django.db import models

from complaints.customers.models import Brand


class ValueCount(models.Model):
    """A period that was counted: months up to `last`, beside complaints or gifts."""

    last = models.DateField()  # month
    months = models.PositiveSmallIntegerField()
    by_gifts = models.BooleanField()
    counted_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["last", "months", "by_gifts"], name="valuecount_once_per_period"
            )
        ]

    def __str__(self) -> str:
        return f"{self.last} {self.months}"


class ValueGroup(models.Model):
    """Customers of a brand with the same rating and as many complaints or gifts: groups.Group."""

    count = models.ForeignKey(ValueCount, models.CASCADE, related_name="groups")
    brand = models.ForeignKey(Brand, models.CASCADE, related_name="+")
    rating = models.PositiveSmallIntegerField()  # of RATINGS
    other = models.PositiveSmallIntegerField()  # of COMPLAINTS or GIFTS
    customers = models.PositiveIntegerField()
    left = models.PositiveIntegerField()
    told = models.PositiveIntegerField()
    total = models.FloatField()
    squares = models.FloatField()

    def __str__(self) -> str:
        return f"{self.count_id} {self.rating}/{self.other}"


class StaleValue(models.Model):
    """Customers' months changed: noted by a trigger, as they change, for all to be counted anew."""

    def __str__(self) -> str:
        return str(self.pk)
