"""What people set up for priorities: versions of the weights, and places that are important."""

from typing import Any, Final

from django.conf import settings
from django.contrib.gis.db import models
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import F, Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from complaints.customers.models import Brand
from spots.cases.priority.formula import SCALES, Scale, Weights
from spots.network.models import OfBrandQuerySet

FARTHEST_M: Final = 5000  # metres around an important place; measures.py relies on it


def _at_most(label: Any, code: str, **more: Any) -> Any:
    at_most = SCALES[code].at_most
    return models.FloatField(label, default=at_most, validators=[MinValueValidator(0)], **more)


def _half_at(label: Any, code: str, **more: Any) -> Any:
    return models.FloatField(label, default=SCALES[code].half_at, **more)


class PriorityWeights(models.Model):
    """
    What each fact is worth (priority.py), from a moment on; the newest that has begun counts.

    A version is never changed, only followed by another: old priorities stay explained.
    """

    since = models.DateTimeField(_("in force since"), unique=True)
    by = models.ForeignKey(  # None: made with the installation
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, verbose_name=_("who")
    )
    note = models.TextField(_("why"), blank=True, max_length=500)

    customers_at_most = _at_most(_("customers, at most"), "customers")
    customers_half_at = _half_at(_("half of it at … customers"), "customers")
    segments = models.JSONField(_("factor by segment"), default=dict, blank=True)
    share_at_most = _at_most(_("share of the subscribers here, at most"), "share")
    share_half_at = _half_at(_("half of it at a share of (0 … 1)"), "share")
    ltv_at_most = _at_most(_("lifetime value, at most"), "ltv")
    ltv_half_at = _half_at(_("half of it at a value of"), "ltv")
    again_at_most = _at_most(_("complained again, at most"), "again")
    again_half_at = _half_at(_("half of it at … customers again"), "again")
    growth_at_most = _at_most(_("growth, at most"), "growth")
    growth_half_at = _half_at(_("half of it at … new customers in an hour"), "growth")
    age_at_most = _at_most(_("age, at most"), "age")
    age_half_at = _half_at(_("half of it at … hours"), "age")
    places_at_most = _at_most(_("important places, at most"), "places")
    places_half_at = _half_at(_("half of it at a sum of weights of"), "places")
    unhappy_at_most = _at_most(_("unhappy with the fix, at most"), "unhappy")
    unhappy_half_at = _half_at(_("half of it at … unhappy customers"), "unhappy")
    churn_at_most = _at_most(_("likely to leave, at most"), "churn")
    churn_half_at = _half_at(_("half of it at … customers likely to leave"), "churn")
    debt_at_most = _at_most(_("overdue debt, at most"), "debt", db_default=0)
    debt_half_at = _half_at(_("half of it at a debt of"), "debt", db_default=50_000)
    severity_at_most = models.FloatField(
        _("severity of the topic, at severity 5"), default=25, validators=[MinValueValidator(0)]
    )

    p1_from = models.FloatField(_("P1 from"), default=140)
    p2_from = models.FloatField(_("P2 from"), default=90)
    p3_from = models.FloatField(_("P3 from"), default=55)

    class Meta:
        verbose_name = _("priority weights")
        verbose_name_plural = _("priority weights")
        constraints = [
            models.CheckConstraint(
                condition=Q(severity_at_most__gte=0)
                & Q(**{f"{code}_at_most__gte": 0 for code in SCALES})
                & Q(**{f"{code}_half_at__gt": 0 for code in SCALES})
                & Q(p1_from__gt=F("p2_from"), p2_from__gt=F("p3_from")),
                name="weights_never_turn_the_order_over",
            ),
        ]

    def __str__(self) -> str:
        return date_format(timezone.localtime(self.since), "j E Y, H:i")

    @property
    def weights(self) -> Weights:
        """The version as the formula takes it."""
        return Weights(
            scales={
                code: Scale(getattr(self, f"{code}_at_most"), getattr(self, f"{code}_half_at"))
                for code in SCALES
            },
            severity_at_most=self.severity_at_most,
            segments=self.segments,
            p1_from=self.p1_from,
            p2_from=self.p2_from,
            p3_from=self.p3_from,
        )


class ImportantPlace(models.Model):
    """A hospital, a key client's office …: a case that reaches it is more urgent."""

    brand = models.ForeignKey(Brand, models.PROTECT, verbose_name=_("brand"))
    name = models.CharField(_("name"), max_length=200)
    point = models.PointField(_("point"))  # WGS 84
    radius_m = models.PositiveIntegerField(  # what belongs to it
        _("radius, metres"), default=200, validators=[MaxValueValidator(FARTHEST_M)]
    )
    weight = models.FloatField(  # see PriorityWeights.places_half_at
        _("weight"), default=1, validators=[MinValueValidator(0.1), MaxValueValidator(10)]
    )
    active = models.BooleanField(_("active"), default=True)

    objects = OfBrandQuerySet.as_manager()

    class Meta:
        verbose_name = _("important place")
        verbose_name_plural = _("important places")
        constraints = [
            models.CheckConstraint(
                condition=Q(radius_m__lte=FARTHEST_M), name="important_place_radius"
            ),
            models.CheckConstraint(
                condition=Q(weight__gt=0, weight__lte=10), name="important_place_weight"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class BandChange(models.Model):
    """That a case left a priority band: an audit as of a moment asks in which it was then."""

    case = models.ForeignKey("spots.Case", models.PROTECT, db_index=False, related_name="+")
    at = models.DateTimeField()
    was = models.PositiveSmallIntegerField()  # the band that it left: 1 … 4

    class Meta:
        indexes = [
            models.Index(fields=["case", "at", "id"], include=["was"], name="bandchange_of_case"),
            models.Index(fields=["at"], include=["case"], name="bandchange_at"),
        ]

    def __str__(self) -> str:
        return f"№ {self.case_id}: P{self.was} until {self.at:%Y-%m-%d %H:%M}"
