"""Answers that somebody has to talk about: the rule of alarms, follow-ups and their steps."""

from datetime import timedelta
from typing import Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from complaints.customers.models import Brand, Customer
from complaints.customers.personal import EncryptedTextField
from complaints.customers.walled import WalledQuerySet
from complaints.geocoding.models import Region
from feedback.comments.labels import Alarm
from feedback.followups.states import Kind, Outcome, State
from feedback.surveys.models import Invitation
from spots.cases.models import Case
from spots.cases.only_row import IS_ONLY, OnlyRow


class AlarmRule(OnlyRow):
    """From which answers on somebody calls, and how soon: one set for this installation."""

    csat_up_to = models.PositiveSmallIntegerField(_("1 to 5: up to"), default=1)
    nps_up_to = models.PositiveSmallIntegerField(_("0 to 10: up to"), default=3)
    hours = models.PositiveSmallIntegerField(_("to be closed within, h"), default=24)
    script = models.TextField(
        _("what to say"),
        max_length=2000,
        blank=True,
        help_text=_("Shown to whoever calls the customer."),
    )
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("rule of alarms")
        verbose_name_plural = _("rule of alarms")
        constraints = [
            models.CheckConstraint(condition=IS_ONLY, name="alarmrule_one_row"),
            models.CheckConstraint(
                condition=Q(csat_up_to__lte=5, nps_up_to__lte=10, hours__gte=1),
                name="alarmrule_makes_sense",
            ),
        ]

    @property
    def within(self) -> timedelta:
        return timedelta(hours=self.hours)


class FollowUpQuerySet(WalledQuerySet["FollowUp"]):
    walled = {"brand": False, "region": True}

    def waiting(self) -> Self:
        """Follow-ups that somebody still has to do something about."""
        return self.exclude(state=State.CLOSED)


class FollowUp(models.Model):
    """One unhappy customer whom somebody talks to, by when, and what came of it."""

    invitation = models.OneToOneField(
        Invitation, models.PROTECT, related_name="followup", verbose_name=_("invitation")
    )
    customer = models.ForeignKey(
        Customer, models.PROTECT, related_name="followups", verbose_name=_("customer")
    )
    brand = models.ForeignKey(Brand, models.PROTECT, related_name="+", verbose_name=_("brand"))
    region = models.ForeignKey(
        Region, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("region")
    )
    case = models.ForeignKey(
        Case,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="followups",
        verbose_name=_("case"),
    )
    alarms = ArrayField(
        models.CharField(max_length=9, choices=Alarm.choices), verbose_name=_("alarms")
    )
    state = models.CharField(_("state"), max_length=6, choices=State.choices, default=State.OPEN)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="followups",
        verbose_name=_("owner"),
    )
    misses = models.PositiveSmallIntegerField(_("not reached, times"), default=0)
    outcome = models.CharField(_("outcome"), max_length=11, choices=Outcome.choices, blank=True)
    opened_at = models.DateTimeField(_("opened at"))
    due_at = models.DateTimeField(_("due at"))
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)

    objects = FollowUpQuerySet.as_manager()

    class Meta:
        verbose_name = _("follow-up")
        verbose_name_plural = _("follow-ups")
        permissions = [("work_followup", _("Can take and close follow-ups"))]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=State.values), name="followup_state"),
            models.CheckConstraint(
                condition=Q(state=State.CLOSED, closed_at__isnull=False)
                & Q(outcome__in=Outcome.values)
                | ~Q(state=State.CLOSED) & Q(outcome="", closed_at=None),
                name="followup_closed_says_how",
            ),
            models.CheckConstraint(
                condition=~Q(state=State.TAKEN) | Q(owner__isnull=False),
                name="followup_taken_has_an_owner",
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at"], condition=~Q(state=State.CLOSED), name="followup_waiting"
            ),
            models.Index(fields=["owner", "state"], name="followup_of_owner"),
        ]

    def __str__(self) -> str:
        return f"№ {self.pk}"


class FollowUpStep(models.Model):
    """What was done about a follow-up; never changed."""

    followup = models.ForeignKey(FollowUp, models.PROTECT, related_name="steps")
    kind = models.CharField(max_length=6, choices=Kind.choices)
    at = models.DateTimeField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    note = EncryptedTextField()

    class Meta:
        verbose_name = _("step of a follow-up")
        verbose_name_plural = _("steps of follow-ups")
        indexes = [models.Index(fields=["followup", "id"], name="step_of_followup")]

    def __str__(self) -> str:
        return f"{self.followup_id} {self.kind}"
