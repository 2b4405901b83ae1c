"""How much customers are written, and what needs a second person, as people set it."""

from datetime import timedelta

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from spots.cases.only_row import IS_ONLY, OnlyRow


class SendingRule(OnlyRow):
    """How much customers are written, and what needs a second person: one set for all."""

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
                condition=Q(area_per_minute__gte=1),
                name="sendingrule_makes_sense",
            ),
        ]

    @property
    def eta_moved_by(self) -> timedelta:
        return timedelta(minutes=self.eta_moved_minutes)
