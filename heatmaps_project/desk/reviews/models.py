"""Conversations that were drawn to be listened to, and what whoever listened thought of them."""

from typing import Final

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from complaints.customers.models import Brand, Named
from complaints.customers.personal import EncryptedTextField
from complaints.customers.walled import WalledQuerySet
from complaints.geocoding.models import Region
from heatmaps_project.desk.reviews.sampling import Risk

RISKS: Final = {
    Risk.AGAIN: _("called again"),
    Risk.LOW_RATING: _("low rating"),
    Risk.BROKEN: _("promise not kept"),
}
BEST: Final = 5  # of a criterion; the worst is 1


class Criterion(Named):
    """What is listened for."""

    order = models.PositiveSmallIntegerField(_("order"), default=0)
    active = models.BooleanField(_("active"), default=True)
    history = HistoricalRecords(app="heatmaps_project")

    class Meta:
        verbose_name = _("criterion of reviews")
        verbose_name_plural = _("criteria of reviews")


class Sample(models.Model):
    """One drawing: of which conversations, and from which seed, so that it can be drawn again."""

    brand = models.ForeignKey(Brand, models.PROTECT, null=True, related_name="+")
    since = models.DateTimeField()
    until = models.DateTimeField()
    seed = models.PositiveBigIntegerField()
    size = models.PositiveSmallIntegerField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("sample of conversations")
        verbose_name_plural = _("samples of conversations")
        constraints = [
            models.CheckConstraint(condition=Q(until__gt=F("since")), name="sample_span")
        ]

    def __str__(self) -> str:
        return f"№ {self.pk}"


class ReviewQuerySet(WalledQuerySet["Review"]):
    walled = {"brand": True, "region": True}  # as of the lookups that it is about


class Review(models.Model):
    """A conversation to listen to, or that was listened to. It outlives the record of lookups."""

    sample = models.ForeignKey(Sample, models.PROTECT, related_name="reviews")
    call = models.UUIDField(unique=True)
    began_at = models.DateTimeField()
    agent = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    brand = models.ForeignKey(Brand, models.PROTECT, null=True, related_name="+")
    region = models.ForeignKey(Region, models.PROTECT, null=True, related_name="+")
    risks = ArrayField(models.CharField(max_length=10), default=list)
    recording = models.URLField(max_length=500, blank=True)  # in the telephone system
    note = EncryptedTextField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    reviewed_at = models.DateTimeField(null=True)

    objects = ReviewQuerySet.as_manager()

    class Meta:
        verbose_name = _("review of a conversation")
        verbose_name_plural = _("reviews of conversations")
        permissions = [("review_contact", _("Can review conversations"))]
        constraints = [
            models.CheckConstraint(
                condition=Q(by=None, reviewed_at=None)
                | Q(by__isnull=False, reviewed_at__isnull=False) & ~Q(by=F("agent")),
                name="review_by_another",
            )
        ]
        indexes = [
            models.Index(fields=["began_at"], condition=Q(reviewed_at=None), name="review_to_do"),
            models.Index(fields=["-reviewed_at"], name="review_done"),
        ]

    def __str__(self) -> str:
        return f"№ {self.pk}"


class Score(models.Model):
    """What one criterion was worth in one review."""

    review = models.ForeignKey(Review, models.CASCADE, related_name="scores")
    criterion = models.ForeignKey(Criterion, models.PROTECT, related_name="+")
    score = models.PositiveSmallIntegerField()

    class Meta:
        verbose_name = _("score of a review")
        verbose_name_plural = _("scores of reviews")
        constraints = [
            models.UniqueConstraint(fields=["review", "criterion"], name="score_once"),
            models.CheckConstraint(
                condition=Q(score__gte=1, score__lte=BEST), name="score_in_range"
            ),
        ]

    def __str__(self) -> str:
        return str(self.score)
