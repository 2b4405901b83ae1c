"""Calls by the half-hour: counted from the record of lookups, or told by a telephone system."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from complaints.customers.models import Brand
from complaints.customers.walled import WalledQuerySet
from complaints.geocoding.models import Region


class Source(models.TextChoices):
    LOOKUPS = "lookups", _("calls looked up")
    FILE = "file", _("file")


class HalfHourQuerySet(WalledQuerySet["HalfHour"]):
    # As of the lookups that they are counted from; a telephone system knows no regions.
    walled = {"brand": True, "region": True}


class HalfHour(models.Model):
    """How many calls began within half an hour."""

    source = models.CharField(max_length=7, choices=Source.choices)
    brand = models.ForeignKey(Brand, models.PROTECT, null=True, related_name="+")
    region = models.ForeignKey(Region, models.PROTECT, null=True, related_name="+")
    began_at = models.DateTimeField()
    calls = models.PositiveIntegerField()
    handle_s = models.FloatField(null=True)  # mean, seconds; None: not told

    objects = HalfHourQuerySet.as_manager()

    class Meta:
        verbose_name = _("half-hour of calls")
        verbose_name_plural = _("half-hours of calls")
        constraints = [
            models.UniqueConstraint(
                fields=["source", "began_at", "brand", "region"],
                nulls_distinct=False,
                name="half_hour_once",
            ),
            models.CheckConstraint(
                condition=Q(source=Source.LOOKUPS) | Q(source=Source.FILE, brand__isnull=False),
                name="half_hour_of_a_file_has_a_brand",
            ),
            models.CheckConstraint(
                condition=Q(handle_s=None) | Q(handle_s__gt=0), name="half_hour_handle"
            ),
        ]
        indexes = [models.Index(fields=["began_at"], name="half_hour_at")]

    def __str__(self) -> str:
        return f"{self.began_at:%Y-%m-%d %H:%M}"
