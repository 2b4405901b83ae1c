"""How a fix is checked, as people set it: what complaints and what answers show it did not hold."""

from datetime import timedelta

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from spots.cases.only_row import IS_ONLY, OnlyRow


class FixCheck(OnlyRow):
    """The one set of rules by which fixes are checked in this installation."""

    hours = models.FloatField(_("verified for, h"), default=24.0)  # from the fix
    grace_h = models.FloatField(_("complaints do not count for, h"), default=2.0)  # from the fix
    high_at = models.FloatField(  # decimal digits of odds, as detection's scores
        _("score from which complaints are still many"), default=4.0
    )
    answers = models.PositiveSmallIntegerField(_("ratings at least"), default=3)
    unhappy_share = models.FloatField(_("share of ratings 1 and 2"), default=0.5)
    history = HistoricalRecords(app="spots")

    class Meta:
        verbose_name = _("check of fixes")
        verbose_name_plural = _("check of fixes")
        constraints = [
            models.CheckConstraint(condition=IS_ONLY, name="fixcheck_one_row"),
            models.CheckConstraint(
                condition=Q(hours__gt=F("grace_h"), hours__lte=168, grace_h__gte=0),
                name="fixcheck_hours_make_sense",
            ),
            models.CheckConstraint(
                condition=Q(high_at__gte=2, high_at__lte=50), name="fixcheck_score_makes_sense"
            ),
            models.CheckConstraint(
                condition=Q(answers__gte=1, unhappy_share__gt=0, unhappy_share__lte=1),
                name="fixcheck_answers_make_sense",
            ),
        ]

    @property
    def lasts(self) -> timedelta:
        return timedelta(hours=self.hours)

    @property
    def grace(self) -> timedelta:
        return timedelta(hours=self.grace_h)
