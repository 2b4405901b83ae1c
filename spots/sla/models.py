"""Promised times: calendars, policies, and the clock of each promise."""

from typing import Self

from django.conf import settings
from django.contrib.gis.db import models
from django.contrib.postgres.fields import ArrayField
from django.db.models import Case, F, Q, Value, When
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from complaints.customers.models import Brand
from complaints.customers.walled import WalledQuerySet
from complaints.geocoding.models import Region
from complaints.intake.models import Topic
from spots.sla.as_written import calendar_as_written
from spots.sla.calendar import WorkCalendar
from spots.sla.derivation import Category
from spots.sla.indexes import AUDITED
from spots.sla.of_case import OfCase


class WorkingTime(models.Model):
    """When a team works, as people edit it; `calendar` is the arithmetic on it."""

    name = models.CharField(_("name"), max_length=100, unique=True)
    zone = models.CharField(_("time zone"), max_length=64, default="Europe/Moscow")
    week = models.JSONField(_("week"))  # {"0": [["09:00", "18:00"]], …}, Monday is 0
    holidays = models.JSONField(_("days off"), default=list, blank=True)  # ["2026-05-01", …]
    exceptions = models.JSONField(_("moved and short days"), default=dict, blank=True)
    names = models.JSONField(_("names of days"), default=dict, blank=True)  # {"2026-05-01": "…"}
    # Whose it is, for people who look for it: a policy or a duty names the calendar it counts by.
    region = models.ForeignKey(
        Region, models.SET_NULL, null=True, blank=True, verbose_name=_("region")
    )
    team = models.ForeignKey(
        "spots.Team", models.SET_NULL, null=True, blank=True, verbose_name=_("team")
    )
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("working calendar")
        verbose_name_plural = _("working calendars")

    def __str__(self) -> str:
        return self.name

    @property
    def calendar(self) -> WorkCalendar:
        """:raises ValueError: the fields do not describe working time"""
        return calendar_as_written(self)


class Target(models.TextChoices):
    REACTION = "reaction", _("reaction")  # accepted by a team
    ETA = "eta", _("cause and term")
    FIX = "fix", _("fix")
    FIRST_ANSWER = "first_answer", _("first answer")  # of a single case, from its reception


class ReopenMode(models.TextChoices):
    """What becomes of a promise whose case is reopened."""

    CONTINUE = "continue", _("the minutes run on; the time in between is a pause")
    RESTART = "restart", _("the minutes count anew")


class PolicyQuerySet(WalledQuerySet["Policy"]):
    walled = {"brand": True, "region": True}


class Policy(models.Model):
    """Promised working minutes; policies are asked in order, the first that matches decides."""

    order = models.PositiveIntegerField(_("order"), unique=True)
    name = models.CharField(_("name"), max_length=100)
    brand = models.ForeignKey(Brand, models.CASCADE, null=True, blank=True, verbose_name=_("brand"))
    region = models.ForeignKey(
        Region, models.CASCADE, null=True, blank=True, verbose_name=_("region")
    )
    area = models.MultiPolygonField(_("area"), null=True, blank=True)  # holds the case's centre
    topic = models.ForeignKey(Topic, models.CASCADE, null=True, blank=True, verbose_name=_("topic"))
    segments = ArrayField(  # codes, as the CRM sends them
        models.CharField(max_length=32), default=list, blank=True, verbose_name=_("segments")
    )
    segments_share = models.FloatField(_("share of the segments"), default=0.5)  # 0 … 1
    band = models.PositiveSmallIntegerField(_("priority band"), null=True, blank=True)
    kind = models.CharField(_("kind"), max_length=6, blank=True)  # a Case's
    working_time = models.ForeignKey(
        WorkingTime, models.PROTECT, verbose_name=_("working calendar")
    )
    # working minutes; empty or 0: nothing is promised
    reaction_minutes = models.PositiveIntegerField(_("reaction, minutes"), null=True, blank=True)
    eta_minutes = models.PositiveIntegerField(_("cause and term, minutes"), null=True, blank=True)
    fix_minutes = models.PositiveIntegerField(_("fix, minutes"), null=True, blank=True)
    first_answer_minutes = models.PositiveIntegerField(
        _("first answer, minutes"), null=True, blank=True
    )
    reopening = models.CharField(
        _("when reopened"), max_length=8, choices=ReopenMode.choices, default=ReopenMode.CONTINUE
    )
    history = HistoricalRecords()

    objects = PolicyQuerySet.as_manager()

    class Meta:
        verbose_name = _("SLA policy")
        verbose_name_plural = _("SLA policies")
        constraints = [
            models.CheckConstraint(
                condition=Q(segments_share__gte=0, segments_share__lte=1),
                name="policy_share_makes_sense",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ClockQuerySet(WalledQuerySet["Clock"]):
    def running(self) -> Self:
        """Promises that are open or paused, whether they were missed or not."""
        return self.filter(satisfied_at=None, stopped_at=None)


class Clock(OfCase):
    """
    One promise on one case: until when, and whether it was kept.

    Everything but case and target is derived from the ledger (spots.sla.derivation), and stored
    so that it can be asked for; what it is asked by is its case's.
    """

    case = models.ForeignKey(
        "spots.Case",
        models.PROTECT,
        related_name="clocks",
        db_index=False,  # AUDITED has one that tells more
        verbose_name=_("case"),
    )
    target = models.CharField(_("promise"), max_length=12, choices=Target.choices)
    policy = models.ForeignKey(Policy, models.PROTECT, verbose_name=_("policy"))
    minutes = models.PositiveIntegerField(_("working minutes"))  # as promised last
    started_at = models.DateTimeField(_("started at"))  # it counts from then
    due_at = models.DateTimeField(_("due at"), null=True, blank=True)  # None: it stands still
    due_version = models.PositiveIntegerField(default=1, db_default=1)  # grows as the due changes
    consumed_minutes = models.FloatField(  # of working time, by the last fact in its ledger
        _("minutes used up"), default=0, db_default=0
    )
    paused_since = models.DateTimeField(_("paused since"), null=True, blank=True)
    satisfied_at = models.DateTimeField(_("done at"), null=True, blank=True)
    breached_at = models.DateTimeField(_("missed at"), null=True, blank=True)  # = due_at
    stopped_at = models.DateTimeField(_("no longer needed at"), null=True, blank=True)
    category = models.GeneratedField(
        expression=Case(
            When(satisfied_at__isnull=False, then=Value(Category.DONE.value)),
            When(stopped_at__isnull=False, then=Value(Category.STOPPED.value)),
            When(paused_since__isnull=False, then=Value(Category.PAUSED.value)),
            default=Value(Category.OPEN.value),
        ),
        output_field=models.CharField(max_length=7),
        db_persist=True,
    )
    last_number = models.PositiveIntegerField(default=0, db_default=0)  # of its ledger entries
    # When the first and the last of them were recorded: between the two it was known otherwise.
    recorded_from = models.DateTimeField(null=True, blank=True, editable=False)
    recorded_until = models.DateTimeField(null=True, blank=True, editable=False)

    objects = ClockQuerySet.as_manager()

    class Meta:
        verbose_name = _("SLA clock")
        verbose_name_plural = _("SLA clocks")
        constraints = [
            models.UniqueConstraint(fields=["case", "target"], name="clock_once_per_target"),
            models.CheckConstraint(
                condition=Q(breached_at=None) | Q(breached_at=F("due_at"), due_at__isnull=False),
                name="clock_breach_is_the_due_time",
            ),
            models.CheckConstraint(
                condition=Q(satisfied_at=None) | Q(stopped_at=None), name="clock_ended_once"
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at"],
                condition=Q(satisfied_at=None, breached_at=None, stopped_at=None),
                name="clock_due",
            ),
            models.Index(
                fields=["id"],
                condition=Q(satisfied_at=None, stopped_at=None),
                name="clock_running",
            ),
            models.Index(
                fields=["due_at", "id"],
                condition=Q(satisfied_at=None, stopped_at=None),
                name="clock_open",
            ),
            *AUDITED,
        ]

    def __str__(self) -> str:
        return f"№ {self.case_id}: {self.get_target_display()}"


class LedgerKind(models.TextChoices):
    STARTED = "started", _("started")
    PAUSED = "paused", _("paused")
    RESUMED = "resumed", _("runs on")
    PROMISED = "promised", _("promised anew")
    SATISFIED = "satisfied", _("done")
    STOPPED = "stopped", _("no longer needed")
    REOPENED = "reopened", _("reopened")
    BREACHED = "breached", _("missed")
    WITHDRAWN = "withdrawn", _("not missed after all")


class LedgerQuerySet(WalledQuerySet["LedgerEntry"]):
    of = "clock__"


class LedgerEntry(models.Model):
    """What happened to a clock, why and by whom: appended, never changed."""

    clock = models.ForeignKey(
        Clock,
        models.PROTECT,
        db_index=False,
        related_name="entries",
        verbose_name=_("SLA clock"),
    )
    number = models.PositiveIntegerField(_("number"))  # 1, 2, … of its clock, as recorded
    kind = models.CharField(_("what"), max_length=10, choices=LedgerKind.choices)
    at = models.DateTimeField(_("when"))
    recorded_at = models.DateTimeField(_("recorded at"))  # later than `at`: it was heard of late
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("who"),
    )
    due_before = models.DateTimeField(_("due before"), null=True, blank=True)
    due_at = models.DateTimeField(_("due at"), null=True, blank=True)  # after it
    due_version = models.PositiveIntegerField(default=1)
    reason = models.CharField(_("reason"), max_length=200, blank=True)

    # What a start or a new promise says; a reopening, how it goes on.
    policy = models.ForeignKey(
        Policy, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("policy")
    )
    policy_version = models.ForeignKey(
        "spots.HistoricalPolicy", models.PROTECT, null=True, blank=True, related_name="+"
    )
    calendar_version = models.ForeignKey(
        "spots.HistoricalWorkingTime", models.PROTECT, null=True, blank=True, related_name="+"
    )
    minutes = models.PositiveIntegerField(_("working minutes"), null=True, blank=True)
    since = models.DateTimeField(_("counted from"), null=True, blank=True)  # None: as before
    mode = models.CharField(
        _("when reopened"), max_length=8, choices=ReopenMode.choices, blank=True
    )

    objects = LedgerQuerySet.as_manager()

    class Meta:
        verbose_name = _("SLA ledger entry")
        verbose_name_plural = _("SLA ledger")
        constraints = [
            models.UniqueConstraint(fields=["clock", "number"], name="ledger_one_after_another"),
            models.UniqueConstraint(
                fields=["clock", "due_version"],
                condition=Q(kind=LedgerKind.BREACHED),
                name="ledger_one_breach_per_due",
            ),
            models.CheckConstraint(
                condition=~Q(kind__in=[LedgerKind.STARTED, LedgerKind.PROMISED])
                | Q(policy__isnull=False, minutes__isnull=False)
                | Q(kind=LedgerKind.PROMISED, since__isnull=False),
                name="ledger_promise_says_what",
            ),
            models.CheckConstraint(
                condition=(Q(kind=LedgerKind.REOPENED) & ~Q(mode=""))
                | (~Q(kind=LedgerKind.REOPENED) & Q(mode="")),
                name="ledger_reopened_how",
            ),
        ]
        indexes = [models.Index(fields=["recorded_at", "clock"], name="ledger_recorded")]

    def __str__(self) -> str:
        return f"{self.clock}: {self.get_kind_display()}"
