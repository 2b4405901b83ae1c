"""Scores of a span of the past, frozen: what later scores are compared with."""

from typing import Self
from uuid import uuid4

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from complaints.customers.walls import Walls
from feedback.surveys.catalogue import Survey
from feedback.surveys.scores import Csat, Estimate, Nps
from feedback.surveys.states import About


def _walls(name: str) -> "ArrayField[list[int] | None, list[int] | None]":
    """Primary keys in order; None: all there are."""
    return ArrayField(models.BigIntegerField(), null=True, verbose_name=name)


class ScoreBaselineQuerySet(models.QuerySet["ScoreBaseline"]):
    def of_cut(self, walls: Walls, *, about: About, survey: int | None) -> Self:
        """Baselines that count the very answers that a reader's board counts."""
        within = walls.values
        return self.filter(
            brands=within["brands"], regions=within["regions"], about=about, survey=survey
        )


class ScoreBaseline(models.Model):
    """
    NPS and CSAT of a span as they were counted on a day, with what was counted and how.

    Never changed: the database refuses it. Another one is frozen beside it, with a reason.
    """

    key = models.UUIDField(unique=True, default=uuid4, editable=False)  # of the form
    about = models.CharField(max_length=12, choices=About.choices)
    survey = models.ForeignKey(  # None: all of them
        Survey, models.PROTECT, null=True, related_name="+", db_index=False
    )
    brands = _walls("brands")  # of whoever froze it
    regions = _walls("regions")
    since = models.DateTimeField(_("since"))  # of answers: after it
    until = models.DateTimeField(_("until"))  # the last moment of it

    definition = models.PositiveSmallIntegerField(_("version of the definition"))
    promoters = models.PositiveIntegerField()
    detractors = models.PositiveIntegerField()
    gave_nps = models.PositiveIntegerField()
    satisfied = models.PositiveIntegerField()
    gave_csat = models.PositiveIntegerField()
    # Points and percent, with their 95 % intervals; None: too few to say.
    nps = ArrayField(models.FloatField(), size=3, null=True)  # value, low, high
    csat = ArrayField(models.FloatField(), size=3, null=True)

    reason = models.CharField(_("reason"), max_length=300)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(_("when"))

    objects = ScoreBaselineQuerySet.as_manager()

    class Meta:
        verbose_name = _("frozen baseline of scores")
        verbose_name_plural = _("frozen baselines of scores")
        constraints = [
            models.CheckConstraint(
                condition=Q(since__lt=F("until"), until__lte=F("at")), name="baseline_of_the_past"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="baseline_says_why"),
            models.CheckConstraint(
                condition=Q(promoters__lte=F("gave_nps") - F("detractors"))
                & Q(satisfied__lte=F("gave_csat")),
                name="baseline_counts",
            ),
        ]
        indexes = [models.Index(fields=["about", "survey", "-at"], name="baseline_of_cut")]

    def __str__(self) -> str:
        return f"№ {self.pk}"

    @property
    def scores(self) -> tuple[Nps, Csat]:
        """What was counted."""
        nps = Nps(self.promoters, self.detractors, self.gave_nps)
        return nps, Csat(self.satisfied, self.gave_csat)

    @property
    def nps_told(self) -> Estimate | None:
        """NPS as it was told when it was frozen."""
        return Estimate(*self.nps) if self.nps else None

    @property
    def csat_told(self) -> Estimate | None:
        """CSAT as it was told when it was frozen."""
        return Estimate(*self.csat) if self.csat else None
