"""Policies: of which spots customers are told as soon as they open, before anybody asks."""

from collections.abc import Iterable
from datetime import datetime

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from complaints.customers.models import Brand
from complaints.intake.models import Topic
from feedback.notifications.templates.catalogue import Reason
from spots.cases.models import Case
from spots.sla.models import Clock, Target

LOWEST_BAND = 4


class OpeningPolicy(models.Model):
    """Of the rows that fit a spot, the most particular holds: brand before topic."""

    brand = models.ForeignKey(
        Brand,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("brand"),
        help_text=_("Empty: for every brand."),
    )
    topic = models.ForeignKey(
        Topic,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("topic"),
        help_text=_("Empty: for every topic."),
    )
    band = models.PositiveSmallIntegerField(
        _("from priority P… upwards"),
        default=LOWEST_BAND,
        validators=[MinValueValidator(1), MaxValueValidator(LOWEST_BAND)],
        help_text=_("1: of the most urgent alone; 4: of all. It counts within a day of opening."),
    )
    neighbours = models.BooleanField(
        _("tell those in the area who never complained, too"), default=False
    )
    says_promise = models.BooleanField(
        _("say our own promise while no engineer has set a term"),
        default=True,
        help_text=_("The time by which the spot is to be fixed under its SLA."),
    )
    since = models.DateTimeField(
        _("spots opened from"),
        default=timezone.now,
        help_text=_("Of what opened before nobody is told."),
    )
    active = models.BooleanField(_("active"), default=True)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("telling as spots open")
        verbose_name_plural = _("telling as spots open")
        constraints = [
            models.UniqueConstraint(
                fields=["brand", "topic"],
                nulls_distinct=False,
                name="openingpolicy_once",
                violation_error_message=_("There is a policy for exactly this already."),
            ),
            models.CheckConstraint(
                condition=Q(band__gte=1, band__lte=LOWEST_BAND), name="openingpolicy_band"
            ),
        ]

    def __str__(self) -> str:
        return " · ".join(str(one) for one in (self.brand, self.topic) if one) or str(_("all"))


def policy_for(case: Case, policies: Iterable[OpeningPolicy]) -> OpeningPolicy | None:
    """Return the policy in force that holds for a case, whatever its priority."""
    fitting = [
        one
        for one in policies
        if one.active
        and one.brand_id in {None, case.brand_id}
        and one.topic_id in {None, case.topic_id}
    ]
    return max(
        fitting, key=lambda one: (one.brand_id is not None, one.topic_id is not None), default=None
    )


def expected_at(case: Case, reason: str) -> datetime | None:
    """
    Return the term that a message of a reason says: the engineer's, else, to those who are told
    early, our own promise while it holds and a policy lets it be said.
    """
    if case.eta_at or reason not in {Reason.OPENED, Reason.AREA}:
        return case.eta_at
    policy = policy_for(case, OpeningPolicy.objects.filter(active=True))
    if policy is None or not policy.says_promise:
        return None
    promises = Clock.objects.running().filter(case=case, target=Target.FIX, breached_at=None)
    return promises.values_list("due_at", flat=True).first()
