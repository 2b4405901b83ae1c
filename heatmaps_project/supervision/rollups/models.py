"""What happened in each hour, summed, so that a year of figures need not be counted anew."""

from django.db import models

from complaints.customers.models import Brand
from complaints.geocoding.models import Region
from complaints.intake.models import Topic
from heatmaps_project.supervision.rollups.facts import Fact
from spots.routing.models import Team


class HourlyFact(models.Model):
    """
    The rows of one kind, of one brand, region, team and topic, whose moment is in one hour.

    What n, good and total count, and what the other columns are of, each fact's source says
    (sources.py). Written by roll_up alone.
    """

    fact = models.CharField(max_length=6, choices=Fact.choices)
    hour = models.DateTimeField()
    brand = models.ForeignKey(Brand, models.CASCADE, null=True, related_name="+", db_index=False)
    region = models.ForeignKey(Region, models.CASCADE, null=True, related_name="+", db_index=False)
    team = models.ForeignKey(Team, models.CASCADE, null=True, related_name="+", db_index=False)
    topic = models.ForeignKey(Topic, models.CASCADE, null=True, related_name="+", db_index=False)
    what = models.CharField(max_length=12, blank=True)
    before = models.DateTimeField(null=True)  # when the same last happened to the same case
    took = models.DurationField(null=True)  # where lengths are ranked: a row for each length
    n = models.PositiveIntegerField()
    good = models.PositiveIntegerField()
    total = models.PositiveBigIntegerField()

    class Meta:
        indexes = [models.Index(fields=["fact", "hour"], name="hourlyfact_there")]

    def __str__(self) -> str:
        return f"{self.fact} {self.hour}"


class RolledDay(models.Model):
    """A day in UTC of which a fact is summed in HourlyFact, though perhaps of nothing."""

    fact = models.CharField(max_length=6, choices=Fact.choices)
    day = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["fact", "day"], name="rolledday_once")]

    def __str__(self) -> str:
        return f"{self.fact} {self.day}"


class StaleDay(models.Model):
    """A day of which rows of a fact changed when it was over: noted by triggers, as they change."""

    fact = models.CharField(max_length=6, choices=Fact.choices)
    day = models.DateField()

    class Meta:
        indexes = [models.Index(fields=["fact", "day"], name="staleday_there")]

    def __str__(self) -> str:
        return f"{self.fact} {self.day}"
