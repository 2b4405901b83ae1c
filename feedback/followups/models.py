"""Answers that somebody has to talk about: the rule of alarms, follow-ups and their steps."""

import logging
from datetime import datetime, timedelta
from typing import Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from simple_history.models import HistoricalRecords

from complaints.customers.models import Brand, Customer
from complaints.customers.personal import EncryptedTextField
from complaints.customers.walled import WalledQuerySet
from complaints.geocoding.models import Region
from feedback.comments.labels import Alarm
from feedback.followups.states import WAITING, Kind, Outcome, State
from feedback.surveys.models import Invitation
from spots.cases.models import Case
from spots.cases.only_row import IS_ONLY, OnlyRow
from spots.routing.models import Team
from spots.sla.models import WorkingTime

logger = logging.getLogger(__name__)


class Sharing(models.TextChoices):
    """To whom of the team that calls back a follow-up goes."""

    LEAVE = "leave", pgettext_lazy("follow-up", "left to be taken")
    LEAST_LOADED = "least_loaded", pgettext_lazy("follow-up", "to whoever has the fewest")
    IN_TURN = "in_turn", pgettext_lazy("follow-up", "in turn")


class AlarmRule(OnlyRow):
    """From which answers on somebody calls, who, and how soon: one set for this installation."""

    csat_up_to = models.PositiveSmallIntegerField(_("1 to 5: up to"), default=1)
    nps_up_to = models.PositiveSmallIntegerField(_("0 to 10: up to"), default=3)
    hours = models.PositiveSmallIntegerField(
        _("to be closed within, h"),
        default=24,
        help_text=_("Of working time, if a calendar is set."),
    )
    working_time = models.ForeignKey(
        WorkingTime,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("working calendar"),
        help_text=_("Empty: hours are counted day and night."),
    )
    team = models.ForeignKey(
        Team,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("team that calls back"),
        help_text=_("Follow-ups are given and shared out to its members."),
    )
    sharing = models.CharField(
        _("within the team"), max_length=12, choices=Sharing.choices, default=Sharing.LEAVE
    )
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
            models.CheckConstraint(
                condition=Q(sharing=Sharing.LEAVE) | Q(team__isnull=False),
                name="alarmrule_shares_among_a_team",
                violation_error_message=_("Name the team that calls back."),
            ),
        ]

    def due_at(self, opened_at: datetime) -> datetime:
        """
        Return until when what was opened at a moment is to be closed.

        A calendar that has no such time to come counts as none: late is better than never.
        """
        if self.working_time is not None:
            try:
                return self.working_time.calendar.due(opened_at, self.hours * 60)
            except ValueError:
                logger.warning("The calendar of the rule of alarms has no working time.")
        return opened_at + timedelta(hours=self.hours)


class FollowUpQuerySet(WalledQuerySet["FollowUp"]):
    walled = {"brand": False, "region": True}

    def waiting(self) -> Self:
        """Follow-ups that somebody still has to do something about."""
        return self.filter(state__in=WAITING)

    def newly_late(self, now: datetime) -> Self:
        """Follow-ups past their time that nobody has marked as late yet."""
        return self.waiting().filter(due_at__lte=now, late_at=None)


class FollowUp(models.Model):
    """One unhappy customer whom somebody talks to, by when, and what came of it."""

    invitation = models.OneToOneField(  # None: a person had it made of a text
        Invitation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="followup",
        verbose_name=_("invitation"),
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
    late_at = models.DateTimeField(_("late since"), null=True, blank=True)  # = due_at
    changed_at = models.DateTimeField(_("changed at"), db_default=Now())

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
            models.CheckConstraint(
                condition=Q(late_at=None) | Q(late_at=F("due_at")),
                name="followup_late_from_its_due_time",
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at", "id"], condition=Q(state__in=WAITING), name="followup_waiting"
            ),
            models.Index(
                fields=["owner"], condition=Q(state__in=WAITING), name="followup_of_owner"
            ),
            models.Index(
                fields=["due_at"],
                condition=Q(state__in=WAITING, late_at=None),
                name="followup_not_late_yet",
            ),
            models.Index(fields=["-closed_at", "-id"], name="followup_closed"),
            models.Index(fields=["changed_at", "id"], name="followup_changed"),
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
    to = models.ForeignKey(  # who it was given to
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    note = EncryptedTextField()

    class Meta:
        verbose_name = _("step of a follow-up")
        verbose_name_plural = _("steps of follow-ups")
        indexes = [
            models.Index(fields=["followup", "id"], name="step_of_followup"),
            models.Index(fields=["at"], condition=Q(note__isnull=False), name="step_of_age"),
        ]

    def __str__(self) -> str:
        return f"{self.followup_id} {self.kind}"
