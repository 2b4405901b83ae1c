"""What the watch over complaints remembers between two looks."""

from datetime import datetime
from typing import Self

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.contrib.gis.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from complaints.customers.models import Brand
from complaints.customers.walled import WalledQuerySet
from complaints.customers.walls import Walls
from complaints.geocoding.models import Region
from complaints.intake.models import Complaint
from spots.cases.models import Case
from spots.watching.rules import DetectionRule


class WatchQuerySet(WalledQuerySet["Watch"]):
    def in_force(self) -> Self:
        """Watches whose rule is active, and is for their brand and region."""
        return self.filter(
            Q(rule__brand=None) | Q(rule__brand=F("brand")),
            Q(rule__region=None) | Q(rule__region=F("region")),
            rule__active=True,
        )


class Watch(models.Model):
    """One rule for one brand in one region: complaints are compared with what is usual there."""

    brand = models.ForeignKey(Brand, models.PROTECT, verbose_name=_("brand"))
    region = models.ForeignKey(Region, models.PROTECT, verbose_name=_("region"))
    rule = models.ForeignKey(DetectionRule, models.PROTECT, verbose_name=_("rule"))
    looked_at = models.DateTimeField(_("looked at"), null=True, blank=True)  # up to when
    baseline = models.ForeignKey(  # in force
        "spots.LearntBaseline",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("baseline"),
    )
    state = models.JSONField(default=dict, editable=False)  # of the engine; {} before the first
    version = models.PositiveBigIntegerField(default=0, editable=False)  # one more each look

    objects = WatchQuerySet.as_manager()

    class Meta:
        verbose_name = _("watch")
        verbose_name_plural = _("watches")
        constraints = [
            models.UniqueConstraint(fields=["brand", "region", "rule"], name="watch_once"),
        ]

    def __str__(self) -> str:
        return f"{self.brand}, {self.region}, {self.rule}"


class LearntBaselineQuerySet(models.QuerySet["LearntBaseline"]):
    def within(self, walls: Walls) -> Self:
        return self.filter(watch__in=Watch.objects.within(walls))


class LearntBaseline(models.Model):
    """A version of what is usual: learnt once, frozen, in force until the next one is learnt."""

    watch = models.ForeignKey(Watch, models.PROTECT, related_name="baselines")
    learnt_at = models.DateTimeField(_("learnt at"))
    history_days = models.FloatField(_("days of history"))
    complaints = models.PositiveIntegerField(_("complaints in it"))
    attractors = models.PositiveIntegerField(_("attractors"), default=0)
    weekly = models.JSONField(_("complaints an hour"), default=list)  # all topics, by hour of week
    learning = models.BooleanField(_("still learning"))  # less history than four weeks
    open_at = models.FloatField(_("score that opens a spot"))  # by the rule, calibrated here
    weeks_per_false_spot = models.FloatField(_("weeks per false spot"), null=True)  # to expect
    near_misses = models.PositiveIntegerField(_("near misses"), default=0)  # these rest on
    topics = models.JSONField(default=list, editable=False)  # primary keys, as it numbers them
    arrays = models.BinaryField(null=True, editable=False)  # None: too old to be used again

    objects = LearntBaselineQuerySet.as_manager()

    class Meta:
        verbose_name = _("baseline")
        verbose_name_plural = _("baselines")
        constraints = [
            models.UniqueConstraint(fields=["watch", "learnt_at"], name="baseline_once"),
        ]

    def __str__(self) -> str:
        return f"{timezone.localtime(self.learnt_at):%Y-%m-%d %H:%M}"


class Arrival(models.Model):
    """
    That a complaint was taken by the engine, when, and how surprising it was then.

    It is taken as if received at `at`: usually when it was; later if it was put on the map
    only after others that were received after it.
    """

    complaint = models.OneToOneField(
        Complaint, models.PROTECT, primary_key=True, related_name="arrival"
    )
    watch = models.ForeignKey(Watch, models.PROTECT)
    baseline = models.ForeignKey(LearntBaseline, models.PROTECT)  # it was judged by
    at = models.DateTimeField()
    corrections = models.PositiveIntegerField(default=0)  # of the complaint as it was taken
    score = models.FloatField(null=True, blank=True)  # decimal digits of odds; None: not scored
    live = models.FloatField(null=True, blank=True)
    radius_m = models.FloatField(null=True, blank=True)
    customers = models.PositiveIntegerField(null=True, blank=True)
    expected = models.FloatField(null=True, blank=True)
    start_at = models.DateTimeField(null=True, blank=True)
    # {"answers", "poor", "usually_poor", "gain"} of what surveys added to it; None: nothing
    surveys = models.JSONField(null=True, editable=False)

    class Meta:
        verbose_name = _("score of a complaint")
        verbose_name_plural = _("scores of complaints")
        indexes = [models.Index(fields=["watch", "at"], name="arrival_of_watch")]
        constraints = [
            models.CheckConstraint(
                condition=Q(score=None)
                | Q(customers__gte=1, expected__gt=0, start_at__isnull=False),
                name="arrival_score_is_explained",
            )
        ]

    def __str__(self) -> str:
        return f"{self.complaint_id}: {self.score}"


class Sighting(models.Model):
    """Which case a spot of the engine is: the engine numbers its spots for itself."""

    watch = models.ForeignKey(Watch, models.PROTECT)
    number = models.PositiveBigIntegerField()
    case = models.OneToOneField(Case, models.PROTECT, related_name="sighting")
    # What is there now: {"hours", "customers", "expected"}, customers of the last hours.
    present = models.JSONField(default=dict, editable=False)
    present_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = _("sighting")
        verbose_name_plural = _("sightings")
        constraints = [
            models.UniqueConstraint(fields=["watch", "number"], name="sighting_once"),
        ]

    def __str__(self) -> str:
        return f"{self.watch_id}/{self.number}"


class Checkpoint(models.Model):
    """The engine's state at a moment of the last days: from here a correction is replayed."""

    watch = models.ForeignKey(Watch, models.CASCADE, related_name="checkpoints")
    at = models.DateTimeField()
    state = models.JSONField()

    class Meta:
        verbose_name = _("checkpoint")
        verbose_name_plural = _("checkpoints")
        constraints = [models.UniqueConstraint(fields=["watch", "at"], name="checkpoint_once")]


class NearMiss(models.Model):
    """A group of complaints that alarmed and came to nothing: what chance brings here."""

    watch = models.ForeignKey(Watch, models.CASCADE, related_name="near_misses")
    at = models.DateTimeField()
    score = models.FloatField()

    class Meta:
        verbose_name = _("near miss")
        verbose_name_plural = _("near misses")
        constraints = [
            models.UniqueConstraint(fields=["watch", "at", "score"], name="near_miss_once"),
        ]


class AttractorQuerySet(WalledQuerySet["Attractor"]):
    """Attractors, within the walls of whoever reads."""


class Verdict(models.TextChoices):
    LEARNT = "learnt", _("found by itself")
    ADDED = "added", _("a person says: no real place")
    REAL = "real", _("a person says: a real place")


class Attractor(models.Model):
    """A coordinate where a geocoder puts what it cannot place: complaints there count for none."""

    brand = models.ForeignKey(Brand, models.CASCADE, verbose_name=_("brand"))
    region = models.ForeignKey(Region, models.CASCADE, verbose_name=_("region"))
    coordinate = models.BigIntegerField(editable=False)  # as detection.arrivals.coordinates
    point = models.PointField(_("point"))  # WGS 84
    verdict = models.CharField(
        _("what it is"), max_length=6, choices=Verdict.choices, default=Verdict.ADDED
    )
    customers = models.PositiveIntegerField(_("customers"), default=0)  # distinct, in history
    allowed = models.FloatField(_("explained by the houses there"), default=0)  # customers
    seen_at = models.DateTimeField(_("last found"), null=True, blank=True)  # by the learning
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, verbose_name=_("who")
    )
    note = models.CharField(_("note"), max_length=200, blank=True)
    history = HistoricalRecords(app="spots")
    # read by the history when the row is saved
    _history_user: AbstractUser | None
    _history_date: datetime

    objects = AttractorQuerySet.as_manager()

    class Meta:
        verbose_name = _("attractor")
        verbose_name_plural = _("attractors")
        constraints = [
            models.UniqueConstraint(
                fields=["brand", "region", "coordinate"], name="attractor_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.point.y:.5f}, {self.point.x:.5f}"
