"""Dangers to life, every step about them, whom to call, and callers who were verified."""

from uuid import uuid4

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from complaints.customers.models import Brand, Customer, Named
from complaints.customers.personal import EncryptedTextField
from complaints.customers.walled import WalledQuerySet
from complaints.geocoding.models import Region
from heatmaps_project.desk.danger.states import Danger, Kind, Method, State


class EmergencyContact(Named):
    """A service that is called when a life is in danger."""

    phone = models.CharField(
        _("phone"),
        max_length=20,
        validators=[RegexValidator(r"^\+?[\d ()-]{3,20}$", _("A phone number."))],
    )
    region = models.ForeignKey(  # None: everywhere
        Region,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("region"),
        help_text=_("Empty: everywhere."),
    )
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    history = HistoricalRecords(app="heatmaps_project")

    class Meta:
        verbose_name = _("emergency service")
        verbose_name_plural = _("emergency services")


class Verification(models.Model):
    """In a conversation it was made sure that the caller is the customer. Never changed."""

    call = models.UUIDField()
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="+")
    method = models.CharField(max_length=10, choices=Method.choices)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("verified caller")
        verbose_name_plural = _("verified callers")
        constraints = [
            models.UniqueConstraint(fields=["call", "customer"], name="verified_once_per_call"),
            models.CheckConstraint(
                condition=Q(method__in=Method.values), name="verification_method"
            ),
        ]

    def __str__(self) -> str:
        return self.get_method_display()


class EmergencyQuerySet(WalledQuerySet["Emergency"]):
    walled = {"brand": True, "region": True}  # a life is everybody's where neither is known


class Emergency(models.Model):
    """Somebody's life is in danger, as a caller said."""

    key = models.UUIDField(default=uuid4, unique=True)  # of the form: raised once however often
    call = models.UUIDField()
    brand = models.ForeignKey(Brand, models.PROTECT, null=True, related_name="+")
    region = models.ForeignKey(Region, models.PROTECT, null=True, related_name="+")
    customer = models.ForeignKey(Customer, models.PROTECT, null=True, related_name="+")
    danger = models.CharField(_("danger"), max_length=7, choices=Danger.choices)
    words = EncryptedTextField(_("what the caller says"))
    state = models.CharField(_("state"), max_length=6, choices=State.choices, default=State.OPEN)
    raised_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    raised_at = models.DateTimeField()
    taken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    closed_at = models.DateTimeField(null=True)
    rounds = models.PositiveSmallIntegerField(default=0)  # of calls, so far
    calls_at = models.DateTimeField(null=True)  # the next round, unless somebody takes it

    objects = EmergencyQuerySet.as_manager()

    class Meta:
        verbose_name = _("danger to life")
        verbose_name_plural = _("dangers to life")
        permissions = [
            ("handle_emergency", _("Can take and close alarms of danger to life")),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state=State.OPEN, taken_by=None, closed_at=None)
                | Q(state=State.TAKEN, taken_by__isnull=False, closed_at=None)
                | Q(state=State.CLOSED, taken_by__isnull=False, closed_at__isnull=False),
                name="emergency_state",
            ),
            models.CheckConstraint(
                condition=Q(state=State.OPEN) | Q(calls_at=None), name="emergency_calls_while_open"
            ),
        ]
        indexes = [
            models.Index(
                fields=["raised_at"],
                condition=~Q(state=State.CLOSED),
                name="emergency_open",
            ),
            models.Index(fields=["-raised_at", "-id"], name="emergency_newest"),
            models.Index(fields=["calls_at"], condition=~Q(calls_at=None), name="emergency_calls"),
        ]

    def __str__(self) -> str:
        return f"№ {self.pk}"


class EmergencyStep(models.Model):
    """What was done about a danger: appended, never changed."""

    emergency = models.ForeignKey(Emergency, models.PROTECT, related_name="steps")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    at = models.DateTimeField()
    by = models.ForeignKey(  # None: nobody, it was time
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    note = EncryptedTextField()

    class Meta:
        verbose_name = _("step about a danger")
        verbose_name_plural = _("steps about a danger")
        indexes = [models.Index(fields=["emergency", "id"], name="step_of_emergency")]

    def __str__(self) -> str:
        return self.get_kind_display()
