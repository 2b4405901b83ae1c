"""Reports by mail: who gets which, and each as it was made, once for a local date."""

from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from complaints.geocoding.models import Region
from heatmaps_project.accounts.roles import Role
from heatmaps_project.supervision.digests.cadence import Cadence
from spots.escalation.letters import LetterState
from spots.routing.models import Team

CADENCES = (
    (Cadence.DAILY.value, pgettext_lazy("digest", "daily")),
    (Cadence.WEEKLY.value, pgettext_lazy("digest", "weekly, on Mondays")),
    (Cadence.MONTHLY.value, pgettext_lazy("digest", "monthly, on the first")),
)


class About(models.TextChoices):
    REGION = "region", pgettext_lazy("digest", "each of their regions")
    TEAM = "team", pgettext_lazy("digest", "each team that they lead")


class DigestRule(models.Model):
    """What people of a role are sent: it is a setting, so nobody subscribes one by one."""

    role = models.CharField(_("role"), max_length=13, choices=Role.choices)
    cadence = models.CharField(_("how often"), max_length=7, choices=CADENCES)
    about = models.CharField(_("about"), max_length=6, choices=About.choices)
    active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("subscription to reports")
        verbose_name_plural = _("subscriptions to reports")
        constraints = [
            models.UniqueConstraint(fields=["role", "cadence", "about"], name="digest_rule_once")
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()}: {self.get_cadence_display()}"


class DigestQuerySet(models.QuerySet["Digest"]):
    def due(self, now: datetime) -> Self:
        return self.filter(state=LetterState.PLANNED, due_at__lte=now)


class Digest(models.Model):
    """
    One report for one person, as it was made: the figures of whole days, within their walls.

    The row is the outbox, too: the unique key makes it once for a local date, however often the
    sweep runs and whatever the clocks of the zone do.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("whose")
    )
    cadence = models.CharField(_("how often"), max_length=7, choices=CADENCES)
    day = models.DateField(_("made on"))  # local; it tells of the days before
    region = models.ForeignKey(
        Region, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("region")
    )
    team = models.ForeignKey(
        Team, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("team")
    )
    zone = models.CharField(_("time zone"), max_length=64)
    language = models.CharField(_("language"), max_length=2)
    made_at = models.DateTimeField(_("made at"))
    subject = models.CharField(_("subject"), max_length=300)
    page = models.TextField()  # HTML that needs nothing else
    state = models.CharField(
        _("state"), max_length=9, choices=LetterState.choices, default=LetterState.PLANNED
    )
    due_at = models.DateTimeField()  # of the next attempt
    lease_until = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True)
    error = models.CharField(_("error"), max_length=200, blank=True)  # never with the address

    objects = DigestQuerySet.as_manager()

    class Meta:
        verbose_name = _("report by mail")
        verbose_name_plural = _("reports by mail")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "cadence", "day", "region", "team"],
                nulls_distinct=False,
                name="digest_once_a_date",
            ),
            models.CheckConstraint(
                condition=Q(region__isnull=False, team=None) | Q(region=None, team__isnull=False),
                name="digest_of_a_region_or_a_team",
            ),
            models.CheckConstraint(
                condition=Q(state=LetterState.CLAIMED, lease_until__isnull=False)
                | (~Q(state=LetterState.CLAIMED) & Q(lease_until=None)),
                name="digest_claimed_has_a_lease",
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at", "id"],
                condition=Q(state=LetterState.PLANNED),
                name="digest_due",
            ),
            models.Index(fields=["user", "-day", "-id"], name="digest_newest"),
        ]

    def __str__(self) -> str:
        return self.subject
