"""Launches that are watched: what was checked before, and how often complaints name them."""

from typing import Final

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from complaints.customers.models import Brand
from complaints.customers.walled import WalledQuerySet
from complaints.geocoding.models import Region
from heatmaps_project.supervision.launches.mentions import plain

MOST_WORDS: Final = 20
MOST_WATCHED: Final = 20  # launches of a brand at once; as many does the page show


class LaunchQuerySet(WalledQuerySet["Launch"]):
    walled = {"brand": False}


class Launch(models.Model):
    """Something new for a brand's customers: a tariff, a service, a new site."""

    name = models.CharField(_("name"), max_length=100)
    brand = models.ForeignKey(Brand, models.PROTECT, related_name="+", verbose_name=_("brand"))
    words = models.TextField(
        _("words that name it"),
        max_length=1000,
        help_text=_("One a line; each stands for every word that begins so."),
    )
    starts_on = models.DateField(_("starts on"))
    watched_until = models.DateField(_("watched until"))
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        verbose_name=_("owner"),
        help_text=_("Is written to when complaints name it more than before."),
    )
    alerted_on = models.DateField(null=True, editable=False)  # the last day that was told of
    history = HistoricalRecords(app="heatmaps_project", excluded_fields=["alerted_on"])

    objects = LaunchQuerySet.as_manager()

    class Meta:
        verbose_name = _("launch")
        verbose_name_plural = _("launches")
        constraints = [
            models.CheckConstraint(
                condition=Q(watched_until__gte=F("starts_on")),
                name="launch_ends_later",
                violation_error_message=_("It ends before it begins."),
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def stems(self) -> list[list[str]]:
        """The words as mentions.first_named takes them."""
        return [found for line in self.words.splitlines() if (found := plain(line))]


class LaunchItem(models.Model):
    """Something to be done before a launch."""

    launch = models.ForeignKey(Launch, models.CASCADE, related_name="items")
    what = models.CharField(_("to be done before"), max_length=200)
    done = models.BooleanField(_("done"), default=False)

    class Meta:
        verbose_name = _("item of the checklist")
        verbose_name_plural = _("checklist")

    def __str__(self) -> str:
        return self.what


class LaunchDay(models.Model):
    """How many complaints of a day named a launch; counted anew, it is as it was counted last."""

    launch = models.ForeignKey(Launch, models.CASCADE, related_name="days")
    day = models.DateField()  # by this installation's clock
    complaints = models.PositiveIntegerField()
    mentions = models.PositiveIntegerField()

    class Meta:
        verbose_name = _("day of a launch")
        verbose_name_plural = _("days of launches")
        constraints = [
            models.UniqueConstraint(fields=["launch", "day"], name="launch_day_once"),
            models.CheckConstraint(
                condition=Q(mentions__lte=F("complaints")), name="launch_day_mentions"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day:%Y-%m-%d}: {self.mentions}"


class LaunchCountQuerySet(WalledQuerySet["LaunchCount"]):
    walled = {"region": True}


class LaunchCount(models.Model):
    """How many complaints of a day and a region named a launch by a line of its words."""

    day = models.ForeignKey(LaunchDay, models.CASCADE, related_name="counts")
    region = models.ForeignKey(Region, models.CASCADE, null=True, related_name="+")
    line = models.PositiveSmallIntegerField()  # the first that a complaint names, from 0
    complaints = models.PositiveIntegerField()

    objects = LaunchCountQuerySet.as_manager()

    class Meta:
        verbose_name = _("count of a launch")
        verbose_name_plural = _("counts of launches")
        constraints = [
            models.UniqueConstraint(
                fields=["day", "region", "line"], name="launch_count_once", nulls_distinct=False
            )
        ]

    def __str__(self) -> str:
        return f"{self.line}: {self.complaints}"
