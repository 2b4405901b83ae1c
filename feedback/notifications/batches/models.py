"""Batches: how far telling the customers of one event has come, and who let it go."""

from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from complaints.customers.models import Brand
from complaints.customers.walled import WalledQuerySet
from complaints.geocoding.models import Region
from feedback.notifications.batches.states import NOT_BEGUN, BatchState, Step
from feedback.notifications.holding.scheduling import OF_USE_FOR
from feedback.notifications.templates.catalogue import Reason
from spots.cases.models import Case, Event
from spots.network.models import NetworkEvent


class AnnouncementQuerySet(WalledQuerySet["Announcement"]):
    walled = {"brand": False, "region": True}

    def to_write(self) -> Self:
        """Batches that go, and some of whose messages are yet to be written."""
        return self.filter(state=BatchState.GOING, done_at=None)

    def to_forecast(self, now: datetime) -> Self:
        """
        Batches of which people want to know what they will send: each hour anew, as nights begin
        and end, for as long as what it tells of may be news.
        """
        hour = now.replace(minute=0, second=0, microsecond=0)
        old = Q(forecast_at__lt=hour, begun_at__gt=now - OF_USE_FOR)
        return self.filter(Q(forecast_at=None) | old, state__in=NOT_BEGUN)


class Announcement(models.Model):
    """
    A batch: telling the customers concerned of an event of a case, of planned works, or, where
    people asked for it, of a case that they live in and never complained of.
    """

    event = models.ForeignKey(
        Event, models.PROTECT, null=True, blank=True, related_name="announcements"
    )
    case = models.ForeignKey(
        Case,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="announcements",
        verbose_name=_("case"),
    )
    works = models.ForeignKey(
        NetworkEvent,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="announcements",
        verbose_name=_("planned works"),
    )
    brand = models.ForeignKey(Brand, models.PROTECT, related_name="+", verbose_name=_("brand"))
    region = models.ForeignKey(  # None: works that lie in no region
        Region, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("region")
    )
    reason = models.CharField(
        pgettext_lazy("message", "reason"), max_length=10, choices=Reason.choices
    )
    state = models.CharField(
        _("state"),
        max_length=9,
        choices=BatchState.choices,
        default=BatchState.GOING,
        db_default=BatchState.GOING,
    )
    begun_at = models.DateTimeField(_("begun at"))
    recipients = models.PositiveIntegerField(  # counted before anything is written
        _("people concerned"), default=0, db_default=0
    )
    asked_by = models.ForeignKey(  # None: the engine, and nobody has let it go yet
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("asked for by"),
    )
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("approved by"),
    )
    forecast = models.JSONField(default=dict, blank=True)  # forecasts.Forecast
    forecast_at = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(_("written at"), null=True, blank=True)
    # every customer up to this number has been seen to
    cursor = models.PositiveBigIntegerField(default=0)
    told = models.PositiveIntegerField(_("messages"), default=0)
    without_contact = models.PositiveIntegerField(_("without phone and e-mail"), default=0)
    opted_out = models.PositiveIntegerField(_("do not want it"), default=0, db_default=0)
    # of those told: nobody but anybody has named them (complaints.intake.strangers)
    strangers = models.PositiveIntegerField(default=0, db_default=0)
    left_out = models.PositiveIntegerField(default=0, db_default=0)  # of them, and not told
    anonymous = models.PositiveIntegerField(_("complaints without a customer"), default=0)
    overtaken = models.BooleanField(_("overtaken by events"), default=False)

    objects = AnnouncementQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("messages", "batch")
        verbose_name_plural = pgettext_lazy("messages", "batches")
        permissions = [
            ("start_announcement", _("Can make, start, pause and cancel batches of messages")),
            ("approve_announcement", _("Can approve large batches of messages")),
        ]
        constraints = [
            models.UniqueConstraint(fields=["event", "reason"], name="announcement_once_per_event"),
            models.UniqueConstraint(
                fields=["case"],
                condition=Q(reason=Reason.AREA) & ~Q(state=BatchState.CANCELLED),
                name="announcement_of_an_area_once",
                violation_error_message=_("Those who live in this spot are being told already."),
            ),
            models.UniqueConstraint(
                fields=["works"],
                condition=~Q(state=BatchState.CANCELLED),
                name="announcement_of_works_once",
                violation_error_message=_("These works are being announced already."),
            ),
            models.CheckConstraint(
                condition=Q(reason=Reason.WORKS, works__isnull=False, case=None, event=None)
                | Q(reason=Reason.AREA, works=None, case__isnull=False, event=None)
                | Q(works=None, case__isnull=False, event__isnull=False),
                name="announcement_is_of_one_thing",
            ),
            models.CheckConstraint(
                condition=Q(state__in=BatchState.values), name="announcement_state"
            ),
            models.CheckConstraint(
                condition=Q(approved_by=None) | ~Q(approved_by=F("asked_by")),
                name="announcement_approved_by_another",
            ),
            models.CheckConstraint(
                condition=Q(approved_by=None) | Q(asked_by__isnull=False),
                name="announcement_approved_is_asked_for",
            ),
        ]
        indexes = [
            models.Index(
                fields=["id"],
                condition=~Q(state__in=[BatchState.DONE, BatchState.CANCELLED]),
                name="announcement_open",
            ),
            models.Index(fields=["begun_at"], name="announcement_begun"),
        ]

    def __str__(self) -> str:
        return f"{self.get_reason_display()} № {self.case_id or self.works_id}"


class BatchStep(models.Model):
    """What was done with a batch: appended in the transaction that did it, never changed."""

    batch = models.ForeignKey(Announcement, models.PROTECT, related_name="steps")
    step = models.CharField(_("what"), max_length=7, choices=Step.choices)
    at = models.DateTimeField(_("when"))
    by = models.ForeignKey(  # None: the engine
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("who"),
    )

    class Meta:
        verbose_name = _("step of a batch")
        verbose_name_plural = _("steps of batches")

    def __str__(self) -> str:
        return self.get_step_display()
