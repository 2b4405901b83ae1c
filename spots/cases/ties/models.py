"""What of the network a case is tied to: sites and equipment, outages, works, building plans."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from spots.cases.models import Case
from spots.network.models import NetworkEvent, Site


class TieQuerySet(models.QuerySet["Tie"]):
    def current(self) -> Self:
        return self.filter(ended_at=None)


class Tie(models.Model):
    """A person tied a case to a site or to a network event. Kept when it is untied."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="ties")
    site = models.ForeignKey(Site, models.PROTECT, null=True, blank=True, related_name="+")
    event = models.ForeignKey(
        NetworkEvent, models.CASCADE, null=True, blank=True, related_name="ties"
    )
    equipment = models.CharField(_("equipment"), max_length=100, blank=True)  # of the site
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = TieQuerySet.as_manager()

    class Meta:
        verbose_name = _("tie to the network")
        verbose_name_plural = _("ties to the network")
        constraints = [
            models.CheckConstraint(
                condition=Q(site__isnull=False, event=None)
                | Q(site=None, event__isnull=False, equipment=""),
                name="tie_to_one_thing",
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_by=None)
                | Q(ended_at__isnull=False, ended_by__isnull=False),
                name="tie_ended_by_somebody",
            ),
            models.UniqueConstraint(
                fields=["case", "site"], condition=Q(ended_at=None), name="tie_to_a_site_once"
            ),
            models.UniqueConstraint(
                fields=["case", "event"], condition=Q(ended_at=None), name="tie_to_an_event_once"
            ),
        ]

    def __str__(self) -> str:
        named = str(self.event or self.site)
        return f"{named}, {self.equipment}" if self.equipment else named
