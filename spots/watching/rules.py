"""Rules of detection as people set them: which complaints, by which method, how sensitive."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from complaints.customers.models import Brand
from complaints.customers.walled import WalledQuerySet
from complaints.geocoding.models import Region
from complaints.intake.models import Topic
from spots.detection.rules import Rule

DEFAULT_RULE = "default"  # made by a migration: takes every topic that no rule before it takes


def usual_radii() -> list[float]:
    return list(Rule.radii_m)


class Method(models.TextChoices):
    """How complaints are judged; the values are `rules.Detector`'s."""

    SURPRISE = "surprise", _("unusual for the place and hour")
    SIMPLE = "dbscan", _("N complaints within R metres in D hours")


class RuleQuerySet(WalledQuerySet["DetectionRule"]):
    walled = {"brand": True, "region": True}


class DetectionRule(models.Model):
    """
    How complaints of some topics become spots.

    Rules are asked in order: a complaint is judged by the first active rule that takes its
    brand, region and topic, together with the other complaints of that rule, and by no other.
    """

    name = models.SlugField(_("name"), unique=True)
    order = models.PositiveIntegerField(_("order"), unique=True)
    active = models.BooleanField(_("active"), default=False)  # tried first, then put into force
    brand = models.ForeignKey(Brand, models.PROTECT, null=True, blank=True, verbose_name=_("brand"))
    region = models.ForeignKey(
        Region, models.PROTECT, null=True, blank=True, verbose_name=_("region")
    )
    topics = models.ManyToManyField(  # none: every topic that no rule before it takes
        Topic, blank=True, verbose_name=_("topics")
    )
    method = models.CharField(
        _("method"), max_length=8, choices=Method.choices, default=Method.SURPRISE
    )

    open_at = models.FloatField(_("score that opens a spot"), default=Rule.open_at)
    weeks_per_false_spot = models.FloatField(  # None: `open_at` as it is
        _("weeks per false spot"), null=True, blank=True
    )
    minimum_customers = models.PositiveSmallIntegerField(
        _("customers at least"), default=Rule.minimum_customers
    )
    radii_m = ArrayField(models.FloatField(), verbose_name=_("radii, m"), default=usual_radii)
    window_h = models.FloatField(_("window, h"), default=Rule.window_h)
    live_h = models.FloatField(_("live window, h"), default=Rule.live_h)
    survey_weight = models.FloatField(  # 0: what surveys say is not heard
        _("weight of answers to surveys"), default=Rule.survey_weight
    )

    eps_m = models.FloatField(_("radius R, m"), default=Rule.eps_m)
    minimum = models.PositiveSmallIntegerField(_("complaints N"), default=Rule.minimum)
    simple_window_h = models.FloatField(_("window D, h"), default=Rule.simple_window_h)

    history = HistoricalRecords(app="spots", m2m_fields=[topics])

    objects = RuleQuerySet.as_manager()

    class Meta:
        verbose_name = _("detection rule")
        verbose_name_plural = _("detection rules")
        constraints = [
            models.CheckConstraint(
                condition=Q(open_at__gte=4, open_at__lte=50), name="rule_score_makes_sense"
            ),
            models.CheckConstraint(
                condition=Q(weeks_per_false_spot=None) | Q(weeks_per_false_spot__gt=0),
                name="rule_false_spots_make_sense",
            ),
            models.CheckConstraint(
                condition=Q(minimum_customers__gte=3, minimum__gte=2),
                name="rule_needs_several_customers",
            ),
            models.CheckConstraint(
                condition=Q(
                    window_h__gt=0, window_h__lte=Rule.window_h, live_h__gt=0, simple_window_h__gt=0
                )
                & Q(live_h__lte=models.F("window_h"), simple_window_h__lte=Rule.window_h),
                name="rule_windows_make_sense",
            ),
            models.CheckConstraint(
                condition=Q(survey_weight__gte=0, survey_weight__lte=1),
                name="rule_survey_weight_makes_sense",
            ),
            models.CheckConstraint(
                condition=Q(eps_m__gte=10, eps_m__lte=10_000), name="rule_radius_makes_sense"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def parameters(self, *, open_at: float | None = None) -> Rule:
        """The rule as the engine takes it; `open_at` in place of its own score."""
        return Rule(
            detector="dbscan" if self.method == Method.SIMPLE else "surprise",
            open_at=self.open_at if open_at is None else open_at,
            minimum_customers=self.minimum_customers,
            radii_m=tuple(sorted(self.radii_m)),
            window_h=self.window_h,
            live_h=self.live_h,
            survey_weight=self.survey_weight,
            eps_m=self.eps_m,
            minimum=self.minimum,
            simple_window_h=self.simple_window_h,
        )
