"""How good the helper's suggestions are: what it said, and what the engineer then chose."""

from django.contrib.gis.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from spots.cases.catalogue import Cause
from spots.cases.models import Event


class SuggestionOutcome(models.Model):
    """A choice of a cause, beside what was suggested at that moment. One for each choice."""

    event = models.OneToOneField(  # of kind planned: case, author and time
        Event, models.PROTECT, related_name="suggestion_outcome"
    )
    chosen = models.ForeignKey(Cause, models.PROTECT, related_name="+", verbose_name=_("chosen"))
    first = models.ForeignKey(  # None: nothing was suggested
        Cause, models.PROTECT, null=True, related_name="+", verbose_name=_("suggested first")
    )
    sign = models.CharField(_("because of"), max_length=8, blank=True)  # of the first, strongest
    score = models.FloatField(_("score"), default=0)  # of the first, 0 … 1
    place = models.PositiveSmallIntegerField(  # of the chosen one in the list, from 1
        _("place of the chosen"), null=True
    )

    class Meta:
        verbose_name = _("outcome of suggestions")
        verbose_name_plural = _("outcomes of suggestions")
        constraints = [
            models.CheckConstraint(
                condition=Q(score__gte=0, score__lte=1), name="suggestion_score"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.event_id}: {self.place or '—'}"
