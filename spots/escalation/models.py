"""Ladders: who is told when a promise is at risk, stage by stage."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from simple_history.models import HistoricalRecords

from spots.escalation.stages import Stage
from spots.routing.models import Team
from spots.sla.models import Policy, Target


class Ladder(models.Model):
    """Who is told, stage by stage, of promises by some policies, or by all others."""

    name = models.CharField(_("name"), max_length=100, unique=True)
    active = models.BooleanField(_("active"), default=True)
    policies = models.ManyToManyField(  # none: those that no other ladder names
        Policy, blank=True, related_name="ladders", verbose_name=_("SLA policies")
    )
    history = HistoricalRecords(app="spots", m2m_fields=[policies])

    class Meta:
        verbose_name = _("escalation ladder")
        verbose_name_plural = _("escalation ladders")

    def __str__(self) -> str:
        return self.name


class Receiver(models.TextChoices):
    ENGINEER = "engineer", _("the engineer of the case")  # none yet: the lead, else the team
    LEAD = "lead", _("the lead of its team")
    MEMBERS = "members", _("everybody of its team")
    PERSON = "person", _("a person")
    TEAM = "team", _("a team")


class Channel(models.TextChoices):
    """Beside the inbox, in which everything is."""

    EMAIL = "email", _("e-mail")
    SMS = "sms", _("SMS to the work phone")
    WEBHOOK = "webhook", _("webhook, to machines")  # of the firing, whoever is on duty


LETTERS = (Channel.EMAIL, Channel.SMS)  # go to a person


class Rung(models.Model):
    """One stage of a ladder for one kind of promise: when it is reached, and who is told."""

    ladder = models.ForeignKey(Ladder, models.CASCADE, related_name="rungs")
    target = models.CharField(_("promise"), max_length=12, choices=Target.choices)
    percent = models.PositiveSmallIntegerField(_("share of the time, %"), null=True, blank=True)
    after_minutes = models.PositiveIntegerField(  # None with percent
        _("or after the breach, minutes"), null=True, blank=True
    )
    working = models.BooleanField(_("working minutes"), default=False)
    receiver = models.CharField(_("who is told"), max_length=8, choices=Receiver.choices)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("person"),
    )
    team = models.ForeignKey(
        Team, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("team")
    )
    channels = ArrayField(
        models.CharField(max_length=7, choices=Channel.choices),
        default=list,
        blank=True,
        verbose_name=_("beside the inbox"),
    )
    climb_minutes = models.PositiveIntegerField(  # None: nobody has to answer
        _("unanswered after, minutes: the next"), null=True, blank=True
    )
    active = models.BooleanField(_("active"), default=True)
    since = models.DateTimeField(default=timezone.now, editable=False)  # in force
    history = HistoricalRecords(app="spots")

    class Meta:
        verbose_name = pgettext_lazy("escalation", "stage")
        verbose_name_plural = pgettext_lazy("escalation", "stages")
        constraints = [
            models.CheckConstraint(
                condition=Q(percent__gte=1, percent__lte=99, after_minutes=None)
                | Q(percent=None, after_minutes__isnull=False),
                name="rung_at_a_share_or_after_the_breach",
            ),
            models.CheckConstraint(
                condition=Q(receiver=Receiver.PERSON, person__isnull=False, team=None)
                | Q(receiver=Receiver.TEAM, team__isnull=False, person=None)
                | Q(
                    receiver__in=[Receiver.ENGINEER, Receiver.LEAD, Receiver.MEMBERS],
                    person=None,
                    team=None,
                ),
                name="rung_says_whom",
            ),
            models.CheckConstraint(
                condition=Q(climb_minutes=None) | Q(climb_minutes__gte=1), name="rung_climbs_later"
            ),
        ]

    def __str__(self) -> str:
        when = f"{self.percent} %" if self.percent is not None else f"+ {self.after_minutes}"
        return f"{self.get_target_display()}: {when}"

    @property
    def stage(self) -> Stage:
        """The rung as the arithmetic asks for it."""
        return Stage(self.pk, self.since, self.percent, self.after_minutes or 0, self.working)
