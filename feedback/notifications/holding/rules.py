"""What holds messages back, as people set it: limits, and the switch that stops all."""

from datetime import timedelta
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from complaints.customers.consent import Purpose
from complaints.customers.models import Brand
from complaints.customers.walled import WalledQuerySet
from spots.cases.only_row import IS_ONLY, OnlyRow


class SendingRule(OnlyRow):
    """How much customers are written, and what needs a second person: one set for all."""

    per_day = models.PositiveSmallIntegerField(
        _("messages a customer gets in 24 hours, at most"), default=3, db_default=3
    )
    per_week = models.PositiveSmallIntegerField(
        _("messages a customer gets in 7 days, at most"), default=10, db_default=10
    )
    eta_moved_minutes = models.PositiveSmallIntegerField(
        _("a term that moved is told again when it moved by more than, min"), default=60
    )
    eta_moved_times = models.PositiveSmallIntegerField(
        _("a term that moved is told again so often, at most"), default=2
    )
    approve_above = models.PositiveIntegerField(
        _("a batch to more people than this needs a second person"), default=1000
    )
    area_per_minute = models.PositiveIntegerField(
        _("to those who never complained, messages a minute"), default=600
    )
    area_days = models.PositiveSmallIntegerField(
        _("who never complained is not written to again for, days"), default=7
    )
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("limits of sending")
        verbose_name_plural = _("limits of sending")
        constraints = [
            models.CheckConstraint(condition=IS_ONLY, name="sendingrule_one_row"),
            models.CheckConstraint(
                condition=Q(per_day__gte=1, per_week__gte=1, area_per_minute__gte=1),
                name="sendingrule_makes_sense",
            ),
        ]

    @property
    def eta_moved_by(self) -> timedelta:
        return timedelta(minutes=self.eta_moved_minutes)


class StopQuerySet(WalledQuerySet["Stop"]):
    walled = {"brand": True}

    def in_force(self) -> Self:
        return self.filter(lifted_at=None)


class Stop(models.Model):
    """
    A switch that somebody pulled: messages of a purpose, of a brand or through a gateway wait.

    What is left empty stands for all; a row with nothing in it stops everything.
    """

    purpose = models.CharField(
        _("purpose"),
        max_length=9,
        choices=Purpose.choices,
        blank=True,
        help_text=_("Empty: for every purpose."),
    )
    brand = models.ForeignKey(
        Brand,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("brand"),
        help_text=_("Empty: for every brand."),
    )
    gateway = models.CharField(
        _("gateway"), max_length=100, blank=True, help_text=_("Empty: for every gateway.")
    )
    why = models.CharField(_("why"), max_length=200)
    pulled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("stopped by")
    )
    pulled_at = models.DateTimeField(_("stopped at"))
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("lifted by"),
    )
    lifted_at = models.DateTimeField(_("lifted at"), null=True, blank=True)

    objects = StopQuerySet.as_manager()

    class Meta:
        verbose_name = _("stop of sending")
        verbose_name_plural = _("stops of sending")
        constraints = [
            models.CheckConstraint(
                condition=Q(lifted_at=None, lifted_by=None)
                | Q(lifted_at__isnull=False, lifted_by__isnull=False),
                name="stop_lifted_by_somebody",
            ),
        ]
        indexes = [
            models.Index(fields=["id"], condition=Q(lifted_at=None), name="stop_in_force"),
        ]

    def __str__(self) -> str:
        named = (self.get_purpose_display(), str(self.brand or ""), self.gateway)
        return ", ".join(name for name in named if name) or str(_("everything"))
