"""What detection remembers between two looks at the complaints of a brand in a region."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from complaints.customers.models import Brand
from complaints.geocoding.models import Region
from complaints.intake.models import Complaint
from spots.cases.models import Case


class Watch(models.Model):
    """One brand in one region: complaints are compared with what is usual there."""

    brand = models.ForeignKey(Brand, models.PROTECT, verbose_name=_("brand"))
    region = models.ForeignKey(Region, models.PROTECT, verbose_name=_("region"))
    looked_at = models.DateTimeField(_("looked at"), null=True, blank=True)  # up to when
    learnt_at = models.DateTimeField(_("baseline of"), null=True, blank=True)
    state = models.JSONField(default=dict, editable=False)  # of the engine; {} before the first
    version = models.PositiveBigIntegerField(default=0, editable=False)  # one more each look

    class Meta:
        verbose_name = _("watch")
        verbose_name_plural = _("watches")
        constraints = [
            models.UniqueConstraint(fields=["brand", "region"], name="watch_once"),
        ]

    def __str__(self) -> str:
        return f"{self.brand}, {self.region}"


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
    at = models.DateTimeField()
    score = models.FloatField(null=True, blank=True)  # decimal digits of odds; None: not scored
    live = models.FloatField(null=True, blank=True)
    radius_m = models.FloatField(null=True, blank=True)
    customers = models.PositiveIntegerField(null=True, blank=True)
    expected = models.FloatField(null=True, blank=True)
    start_at = models.DateTimeField(null=True, blank=True)

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

    class Meta:
        verbose_name = _("sighting")
        verbose_name_plural = _("sightings")
        constraints = [
            models.UniqueConstraint(fields=["watch", "number"], name="sighting_once"),
        ]

    def __str__(self) -> str:
        return f"{self.watch_id}/{self.number}"
