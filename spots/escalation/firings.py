"""What became of ladders: stages that were reached, and who was told of each."""

from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from complaints.customers.walled import WalledQuerySet
from spots.escalation.models import Rung
from spots.sla.models import Clock


class OnLadder(models.Model):
    """How far the sweep has looked at a clock, and when it has to look again."""

    clock = models.OneToOneField(
        Clock,
        models.CASCADE,
        primary_key=True,
        related_name="on_ladder",
        verbose_name=_("SLA clock"),
    )
    last_number = models.PositiveIntegerField(default=0)  # of the ledger entries it knows of
    ladders_version = models.PositiveBigIntegerField(default=0)  # edits of ladders it knows of
    next_at = models.DateTimeField(null=True, blank=True)  # of the next stage; None: none to come

    class Meta:
        indexes = [
            models.Index(fields=["next_at"], condition=~Q(next_at=None), name="on_ladder_next")
        ]

    def __str__(self) -> str:
        return str(self.clock_id)


class FiringQuerySet(WalledQuerySet["Firing"]):
    of = "clock__"

    def unanswered(self, now: datetime) -> Self:
        """Told so long ago that the next stage has to hear of it; what stands still waits."""
        running = self.filter(clock__satisfied_at=None, clock__stopped_at=None)
        return running.filter(climbs_at__lte=now, clock__paused_since=None)


class Firing(models.Model):
    """A stage that a clock has reached, for one of its due times."""

    clock = models.ForeignKey(
        Clock, models.PROTECT, related_name="firings", verbose_name=_("SLA clock")
    )
    rung = models.ForeignKey(
        Rung,
        models.PROTECT,
        related_name="firings",
        verbose_name=pgettext_lazy("escalation", "stage"),
    )
    due_version = models.PositiveIntegerField()
    due_at = models.DateTimeField(_("due at"), null=True, blank=True)  # as it was then
    reached_at = models.DateTimeField(_("reached at"))  # the stage's own moment
    fired_at = models.DateTimeField(_("noticed at"))
    climbed_from = models.ForeignKey(  # nobody answered there; None: reached by itself
        "self", models.PROTECT, null=True, blank=True, related_name="+"
    )
    climbs_at = models.DateTimeField(null=True, blank=True)  # unless somebody answers
    acknowledged_at = models.DateTimeField(_("acknowledged at"), null=True, blank=True)
    acknowledged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("acknowledged by"),
    )

    objects = FiringQuerySet.as_manager()

    class Meta:
        verbose_name = _("escalation")
        verbose_name_plural = _("escalations")
        constraints = [
            models.UniqueConstraint(
                fields=["clock", "due_version", "rung"], name="firing_once_per_due"
            ),
            models.CheckConstraint(
                condition=Q(acknowledged_at=None, acknowledged_by=None)
                | Q(acknowledged_at__isnull=False, acknowledged_by__isnull=False, climbs_at=None),
                name="firing_acknowledged_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(fired_at__gte=F("reached_at")), name="firing_noticed_later"
            ),
        ]
        indexes = [
            models.Index(fields=["climbs_at"], condition=~Q(climbs_at=None), name="firing_climbs")
        ]

    def __str__(self) -> str:
        return f"№ {self.clock.case_id}: {self.rung}"


class Told(models.TextChoices):
    """A notice's life."""

    WAITING = "waiting", pgettext_lazy("notice", "waiting")  # for the receiver's duty hours
    TOLD = "told", pgettext_lazy("notice", "new")
    READ = "read", pgettext_lazy("notice", "read")
    ACKNOWLEDGED = "acknowledged", pgettext_lazy("notice", "acknowledged")
    DROPPED = "dropped", pgettext_lazy("notice", "not needed any more")


class NoticeQuerySet(WalledQuerySet["Notice"]):
    of = "firing__clock__"

    def new(self) -> Self:
        """Told, not looked at, and not done meanwhile."""
        running = self.filter(firing__clock__satisfied_at=None, firing__clock__stopped_at=None)
        return running.filter(state=Told.TOLD)


class Notice(models.Model):
    """One person's part of a firing: an entry of their inbox once they are told."""

    firing = models.ForeignKey(Firing, models.PROTECT, related_name="notices")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="notices", verbose_name=_("who")
    )
    instead_of = models.ForeignKey(  # whom the receiver stands in for
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    state = models.CharField(
        pgettext_lazy("notice", "state"), max_length=12, choices=Told.choices, default=Told.WAITING
    )
    due_at = models.DateTimeField(_("to be told at"))  # in the receiver's duty hours
    told_at = models.DateTimeField(_("told at"), null=True, blank=True)
    read_at = models.DateTimeField(_("read at"), null=True, blank=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        constraints = [
            models.UniqueConstraint(fields=["firing", "user"], name="notice_once_per_person"),
            models.CheckConstraint(
                condition=Q(state__in=[Told.WAITING, Told.DROPPED], told_at=None)
                | (~Q(state__in=[Told.WAITING, Told.DROPPED]) & Q(told_at__isnull=False)),
                name="notice_told_has_a_date",
            ),
        ]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(state=Told.WAITING), name="notice_waiting"),
            models.Index(
                fields=["user", "-told_at"], condition=~Q(told_at=None), name="notice_of_inbox"
            ),
        ]

    def __str__(self) -> str:
        return str(self.firing)
