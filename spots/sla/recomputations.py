"""Promises made anew in the background, because policies or calendars were edited."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import ExpressionWrapper, F, Q
from django.utils.translation import gettext_lazy as _


class RecomputationQuerySet(models.QuerySet["Recomputation"]):
    def to_do(self) -> Self:
        return self.filter(finished_at=None)


class Recomputation(models.Model):
    """
    One pass over the open promises of all cases that are worked on, in the order of the cases.

    A sweep makes one when there are more versions of policies or calendars than the last one
    knew of, and works it off in batches; after each, how far it got is stored.
    """

    because = models.CharField(_("because of"), max_length=200, blank=True)  # what was edited
    by = models.ForeignKey(  # who edited it last
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("who"),
    )
    policy_versions = models.PositiveIntegerField()  # how many there were when it was made
    calendar_versions = models.PositiveIntegerField()
    asked_at = models.DateTimeField(_("asked at"))
    cursor = models.BigIntegerField(default=0)  # number of the last case that is done
    cases = models.PositiveIntegerField(_("cases"))  # in work when it was made
    done = models.PositiveIntegerField(_("cases done"), default=0)
    changed = models.PositiveIntegerField(_("promises changed"), default=0)
    finished_at = models.DateTimeField(_("done at"), null=True, blank=True)

    objects = RecomputationQuerySet.as_manager()

    class Meta:
        verbose_name = _("recomputation of promises")
        verbose_name_plural = _("recomputations of promises")
        constraints = [
            models.UniqueConstraint(
                ExpressionWrapper(Q(finished_at__isnull=True), output_field=models.BooleanField()),
                condition=Q(finished_at=None),
                name="recomputation_one_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(finished_at=None) | Q(finished_at__gte=F("asked_at")),
                name="recomputation_ends_later",
            ),
        ]

    def __str__(self) -> str:
        return self.because or f"№ {self.pk}"

    @property
    def progress(self) -> float:
        """Share done, 0 … 1."""
        if self.finished_at is not None or not self.cases:
            return 1.0
        return min(1.0, self.done / self.cases)
