"""What the five numbers of the wall are wanted to reach."""

from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from heatmaps_project.supervision.boards.definitions import Definition
from spots.cases.only_row import IS_ONLY, OnlyRow

_PERCENT: Any = {
    "validators": [MinValueValidator(0), MaxValueValidator(100)],
    "help_text": _("At least, %."),
}


class WallTargets(OnlyRow):
    """The one set of targets of this installation; a field for each number, named as its code."""

    in_a_day = models.FloatField(_("spots fixed within a day"), default=40, **_PERCENT)
    kept = models.FloatField(_("promises kept"), default=95, **_PERCENT)
    missed = models.PositiveIntegerField(
        _("promises missed and open"), default=0, help_text=_("At most.")
    )
    through_spots = models.FloatField(_("complaints solved through a spot"), default=50, **_PERCENT)
    satisfied = models.FloatField(_("satisfied with the fix"), default=80, **_PERCENT)
    history = HistoricalRecords(app="heatmaps_project")

    class Meta:
        verbose_name = _("targets of the wall board")
        verbose_name_plural = _("targets of the wall board")
        constraints = [
            models.CheckConstraint(condition=IS_ONLY, name="walltargets_one_row"),
            models.CheckConstraint(
                condition=Q(
                    in_a_day__range=(0, 100),
                    kept__range=(0, 100),
                    through_spots__range=(0, 100),
                    satisfied__range=(0, 100),
                ),
                name="walltargets_percents",
            ),
        ]

    def of(self, definition: Definition) -> float:
        """Return the target of a number."""
        return float(getattr(self, definition.code.replace("-", "_")))
