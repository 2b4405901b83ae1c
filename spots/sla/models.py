"""Promised times: calendars, policies, and the clock of each promise."""

from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from complaints.customers.models import Brand
from complaints.customers.walls import Walls
from complaints.geocoding.models import Region
from complaints.intake.models import Topic
from spots.sla.calendar import WorkCalendar


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
        return WorkCalendar(
            zone=self.zone,
            week={int(day): spans for day, spans in self.week.items()},
            holidays=self.holidays,
            exceptions=self.exceptions,
        )


class Target(models.TextChoices):
    REACTION = "reaction", _("reaction")  # accepted by a team
    ETA = "eta", _("cause and term")
    FIX = "fix", _("fix")


class PolicyQuerySet(models.QuerySet["Policy"]):
    def within(self, walls: Walls) -> Self:
        """Leave the policies of the reader's brands and regions, and those of every one."""
        rows = self
        if walls.brands is not None:
            rows = rows.filter(Q(brand__in=walls.brands) | Q(brand=None))
        if walls.regions is not None:
            rows = rows.filter(Q(region__in=walls.regions) | Q(region=None))
        return rows


class Policy(models.Model):
    """Promised working minutes; policies are asked in order, the first that matches decides."""

    order = models.PositiveIntegerField(_("order"), unique=True)
    name = models.CharField(_("name"), max_length=100)
    brand = models.ForeignKey(Brand, models.CASCADE, null=True, blank=True, verbose_name=_("brand"))
    region = models.ForeignKey(
        Region, models.CASCADE, null=True, blank=True, verbose_name=_("region")
    )
    topic = models.ForeignKey(Topic, models.CASCADE, null=True, blank=True, verbose_name=_("topic"))
    band = models.PositiveSmallIntegerField(_("priority band"), null=True, blank=True)
    kind = models.CharField(_("kind"), max_length=6, blank=True)  # a Case's
    working_time = models.ForeignKey(
        WorkingTime, models.PROTECT, verbose_name=_("working calendar")
    )
    # working minutes; empty or 0: nothing is promised
    reaction_minutes = models.PositiveIntegerField(_("reaction, minutes"), null=True, blank=True)
    eta_minutes = models.PositiveIntegerField(_("cause and term, minutes"), null=True, blank=True)
    fix_minutes = models.PositiveIntegerField(_("fix, minutes"), null=True, blank=True)
    history = HistoricalRecords()

    objects = PolicyQuerySet.as_manager()

    class Meta:
        verbose_name = _("SLA policy")
        verbose_name_plural = _("SLA policies")

    def __str__(self) -> str:
        return self.name


class ClockQuerySet(models.QuerySet["Clock"]):
    def within(self, walls: Walls) -> Self:
        """Leave the clocks of cases that the reader's brands and regions let them see."""
        rows = self if walls.brands is None else self.filter(case__brand__in=walls.brands)
        return rows if walls.regions is None else rows.filter(case__region__in=walls.regions)

    def running(self) -> Self:
        """Promises that are open, whether they were missed or not."""
        return self.filter(satisfied_at=None, stopped_at=None)


class Clock(models.Model):
    """One promise on one case: until when, and whether it was kept."""

    case = models.ForeignKey(
        "spots.Case", models.PROTECT, related_name="clocks", verbose_name=_("case")
    )
    target = models.CharField(_("promise"), max_length=12, choices=Target.choices)
    policy = models.ForeignKey(Policy, models.PROTECT, verbose_name=_("policy"))
    minutes = models.PositiveIntegerField(_("working minutes"))  # as promised when it started
    started_at = models.DateTimeField(_("started at"))
    due_at = models.DateTimeField(_("due at"))
    satisfied_at = models.DateTimeField(_("done at"), null=True, blank=True)
    breached_at = models.DateTimeField(_("missed at"), null=True, blank=True)  # = due_at
    stopped_at = models.DateTimeField(_("no longer needed at"), null=True, blank=True)

    objects = ClockQuerySet.as_manager()

    class Meta:
        verbose_name = _("SLA clock")
        verbose_name_plural = _("SLA clocks")
        constraints = [
            models.UniqueConstraint(fields=["case", "target"], name="clock_once_per_target"),
            models.CheckConstraint(
                condition=Q(breached_at=None) | Q(breached_at=models.F("due_at")),
                name="clock_breach_is_the_due_time",
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at"],
                condition=Q(satisfied_at=None, breached_at=None, stopped_at=None),
                name="clock_due",
            )
        ]

    def __str__(self) -> str:
        return f"№ {self.case_id}: {self.get_target_display()}"

    def pauses(self, *, until: datetime | None = None) -> list[tuple[datetime, datetime]]:
        """
        Return when it stood still and ran on again, as the ledger tells.

        One that is not over ends at `until`; None leaves it out. Asks the database.
        """
        pauses: list[tuple[datetime, datetime]] = []
        since: datetime | None = None
        for entry in self.entries.order_by("pk"):
            if entry.kind in {LedgerKind.SATISFIED, LedgerKind.STOPPED}:
                since = entry.at
            elif entry.kind == LedgerKind.RESUMED and since:
                pauses.append((since, max(since, entry.at)))
                since = None
        return [*pauses, (since, max(since, until))] if since and until else pauses


class LedgerKind(models.TextChoices):
    STARTED = "started", _("started")
    RESUMED = "resumed", _("runs on")  # what ended it did not last
    SATISFIED = "satisfied", _("done")
    BREACHED = "breached", _("missed")
    STOPPED = "stopped", _("no longer needed")


class LedgerQuerySet(models.QuerySet["LedgerEntry"]):
    def within(self, walls: Walls) -> Self:
        """Leave the entries of cases that the reader's brands and regions let them see."""
        rows = self if walls.brands is None else self.filter(clock__case__brand__in=walls.brands)
        if walls.regions is None:
            return rows
        return rows.filter(clock__case__region__in=walls.regions)


class LedgerEntry(models.Model):
    """What happened to a clock, why and by whom: appended, never changed."""

    clock = models.ForeignKey(
        Clock, models.PROTECT, related_name="entries", verbose_name=_("SLA clock")
    )
    kind = models.CharField(_("what"), max_length=10, choices=LedgerKind.choices)
    at = models.DateTimeField(_("when"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("who"),
    )
    due_at = models.DateTimeField(_("due at"))
    reason = models.CharField(_("reason"), max_length=200, blank=True)

    objects = LedgerQuerySet.as_manager()

    class Meta:
        verbose_name = _("SLA ledger entry")
        verbose_name_plural = _("SLA ledger")
        constraints = [
            models.UniqueConstraint(
                fields=["clock"], condition=Q(kind="breached"), name="ledger_one_breach"
            )
        ]

    def __str__(self) -> str:
        return f"{self.clock}: {self.get_kind_display()}"
