"""Places where spots return: proposals to invest there, their history, and what they raise."""

from typing import Self

from django.conf import settings
from django.contrib.gis.db import models
from django.contrib.postgres.fields import ArrayField
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from complaints.customers.models import Brand
from complaints.customers.walled import WalledQuerySet
from complaints.geocoding.models import Region
from heatmaps_project.supervision.planning.states import OPEN, Kind, State
from spots.network.models import NetworkEvent, Site


class ProposalQuerySet(WalledQuerySet["Proposal"]):
    def ranked(self) -> Self:
        """The worthiest first."""
        return self.order_by("-worth", "pk")

    def worked_on(self) -> Self:
        """Proposals that are neither done nor rejected, of places that still recur."""
        return self.filter(state__in=OPEN, recurs=True)


class Proposal(models.Model):
    """
    A place where spots return, as last measured, and what is decided about it.

    What is counted is of the 180 days before `measured_at` (recurrence.py, worth.py). A sweep
    measures; people move it.
    """

    brand = models.ForeignKey(Brand, models.PROTECT, verbose_name=_("brand"))
    region = models.ForeignKey(Region, models.PROTECT, verbose_name=_("region"))
    cell = models.CharField(max_length=16)  # H3, the hexagon in the middle
    place = models.CharField(_("place"), max_length=200, blank=True)  # of its newest spot
    centre = models.PointField(_("centre"))  # WGS 84
    outline = models.MultiPolygonField(_("outline"))  # WGS 84; of its hexagons that hold spots
    site = models.ForeignKey(  # the nearest
        Site, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("site")
    )
    state = models.CharField(
        _("state"), max_length=8, choices=State.choices, default=State.PROPOSED
    )
    recurs = models.BooleanField(_("spots return"), default=True)
    found_at = models.DateTimeField(_("found at"))
    done_at = models.DateTimeField(_("done at"), null=True, blank=True)
    measured_at = models.DateTimeField(_("measured as of"))

    cases = ArrayField(models.BigIntegerField(), default=list, blank=True)  # its spots
    spots = models.PositiveIntegerField(_("spots"), default=0)
    came_back = models.PositiveIntegerField(_("back within 30 days of a fix"), default=0)
    affected = models.PositiveIntegerField(_("subscribers hit"), default=0)  # over its spots
    subscribers = models.PositiveIntegerField(_("subscribers living there"), default=0)
    complaints = models.PositiveIntegerField(_("complaints"), default=0)
    per_thousand = models.FloatField(_("complaints per 1,000, shrunk"), null=True, blank=True)
    share = models.FloatField(_("share of complaints"), default=0)  # 0 … 1, of brand and region
    factors = models.JSONField(default=dict, blank=True)  # worth.Facts and worth.Worth, by name
    worth = models.FloatField(_("worth"), default=0)
    band = models.PositiveSmallIntegerField(_("priority band"), default=4)  # P1 … P4

    objects = ProposalQuerySet.as_manager()

    class Meta:
        verbose_name = _("place where spots return")
        verbose_name_plural = _("places where spots return")
        permissions = [("plan_network", _("Can decide about places where spots return"))]
        constraints = [
            models.UniqueConstraint(
                fields=["brand", "region", "cell"], name="proposal_once_per_place"
            ),
            models.CheckConstraint(condition=Q(state__in=State.values), name="proposal_state"),
            models.CheckConstraint(condition=Q(band__gte=1, band__lte=4), name="proposal_band"),
            models.CheckConstraint(condition=Q(share__gte=0, share__lte=1), name="proposal_share"),
            models.CheckConstraint(
                condition=Q(state=State.DONE, done_at__isnull=False) | ~Q(state=State.DONE),
                name="proposal_done_has_a_date",
            ),
        ]
        indexes = [models.Index(fields=["-worth", "id"], name="proposal_by_worth")]

    def __str__(self) -> str:
        return f"№ {self.pk}" + (f", {self.place}" if self.place else "")


class ProposalStep(models.Model):
    """What was done about a proposal: appended, never changed."""

    proposal = models.ForeignKey(Proposal, models.PROTECT, related_name="steps")
    kind = models.CharField(_("what"), max_length=8, choices=Kind.choices)
    at = models.DateTimeField(_("when"))
    by = models.ForeignKey(  # None: the sweep
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("who"),
    )
    note = models.TextField(_("note"), blank=True)

    class Meta:
        verbose_name = _("step of a proposal")
        verbose_name_plural = _("steps of proposals")
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="proposal_step_kind")
        ]

    def __str__(self) -> str:
        return self.get_kind_display()


class RaisedEvent(models.Model):
    """How urgent an outage, works or a building plan became: appended, for machines to be told."""

    event = models.ForeignKey(NetworkEvent, models.CASCADE, related_name="raised")
    band = models.PositiveSmallIntegerField(null=True)  # P1 … P4; None: tied to nothing any more
    was = models.PositiveSmallIntegerField(null=True)
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("priority of a network event")
        verbose_name_plural = _("priorities of network events")
        indexes = [models.Index(fields=["event", "-id"], name="raisedevent_newest")]

    def __str__(self) -> str:
        return f"{self.event_id}: {self.band}"


class ProposalLink(models.Model):
    """An accident, works or a building plan that a proposal raises: its priority follows."""

    proposal = models.ForeignKey(Proposal, models.CASCADE, related_name="links")
    event = models.ForeignKey(
        NetworkEvent, models.CASCADE, related_name="proposal_links", verbose_name=_("network event")
    )
    band = models.PositiveSmallIntegerField(_("priority band"))  # P1 … P4
    raised_at = models.DateTimeField(_("since"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("link of a proposal")
        verbose_name_plural = _("links of proposals")
        constraints = [
            models.UniqueConstraint(fields=["proposal", "event"], name="proposal_link_once"),
            models.CheckConstraint(
                condition=Q(band__gte=1, band__lte=4), name="proposal_link_band"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.proposal_id}/{self.event_id}"
