"""What was given to whom, and what waits for a second person."""

from datetime import date, datetime, timedelta
from typing import Final, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from complaints.customers.models import Brand, Customer
from complaints.customers.personal import EncryptedTextField
from complaints.customers.walled import WalledQuerySet
from complaints.geocoding.models import Region
from feedback.followups.models import FollowUp
from feedback.goodwill.models import Gift, GiftCode, GiftRule, Reason
from feedback.notifications.outbox.models import Message
from feedback.surveys.touches import Touch

WAITS_FOR: Final = timedelta(days=7)


def month_of(now: datetime) -> date:
    """
    Return the first day of the month whose limits and budget a gift counts in.

    It is the installation's, whatever time zone its giver reads clocks in.
    """
    return timezone.localtime(now, timezone.get_default_timezone()).date().replace(day=1)


class GivenQuerySet(WalledQuerySet["Given"]):
    walled = {"brand": False, "region": True}


class Given(models.Model):
    """A gift that a customer was given: by whom, why, and what it cost. Never changed or undone."""

    key = models.UUIDField(unique=True, editable=False)  # of the form: two clicks are one gift
    gift = models.ForeignKey(Gift, models.PROTECT, related_name="+", verbose_name=_("gift"))
    code = models.OneToOneField(
        GiftCode, models.PROTECT, null=True, blank=True, related_name="given"
    )
    customer = models.ForeignKey(
        Customer, models.PROTECT, related_name="gifts", verbose_name=_("customer")
    )
    brand = models.ForeignKey(Brand, models.PROTECT, related_name="+", verbose_name=_("brand"))
    region = models.ForeignKey(
        Region, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("region")
    )
    followup = models.ForeignKey(
        FollowUp, models.PROTECT, null=True, blank=True, related_name="gifts"
    )
    message = models.OneToOneField(  # that has the code; None: none was written
        Message, models.PROTECT, null=True, blank=True, related_name="gift"
    )
    reason = models.CharField(_("why"), max_length=8, choices=Reason.choices)
    note = EncryptedTextField(_("note"))
    cost = models.DecimalField(_("cost, roubles"), max_digits=9, decimal_places=2)  # as it was
    by = models.ForeignKey(  # None: a rule gave it
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("given by"),
    )
    rule = models.ForeignKey(
        GiftRule, models.PROTECT, null=True, blank=True, related_name="given", db_index=False
    )
    touch = models.ForeignKey(Touch, models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField(_("given at"))
    month = models.DateField(_("month"))  # its first day, by the installation's calendar
    shown_at = models.DateTimeField(_("code shown at"), null=True, blank=True)
    shown_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = GivenQuerySet.as_manager()

    class Meta:
        verbose_name = _("given gift")
        verbose_name_plural = _("given gifts")
        permissions = [
            ("give_gift", _("Can give gifts within the limits of the role")),
            ("show_code", _("Can see a given code, once")),
            ("view_goodwill", _("Can see what gifts cost and did")),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(reason__in=Reason.values), name="given_reason"),
            models.CheckConstraint(
                condition=Q(by__isnull=False, rule=None, touch=None)
                | Q(by=None, rule__isnull=False, touch__isnull=False),
                name="given_by_somebody_or_a_rule",
            ),
            models.CheckConstraint(
                condition=Q(shown_at=None, shown_by=None)
                | Q(shown_at__isnull=False, shown_by__isnull=False, code__isnull=False),
                name="given_code_shown_to_somebody",
            ),
        ]
        indexes = [
            models.Index(fields=["customer", "month"], name="given_to_customer"),
            models.Index(fields=["by", "month"], name="given_by_giver"),
            models.Index(fields=["rule", "customer", "at"], name="given_by_rule"),
            models.Index(fields=["brand", "month"], name="given_of_brand"),
            models.Index(fields=["-at", "-id"], name="given_newest"),
        ]

    def __str__(self) -> str:
        return f"№ {self.pk}"


class AskedState(models.TextChoices):
    WAITING = "waiting", pgettext_lazy("gift", "waits for a second person")
    CONFIRMED = "confirmed", pgettext_lazy("gift", "confirmed, and given")
    DECLINED = "declined", pgettext_lazy("gift", "declined")


class AskedGiftQuerySet(WalledQuerySet["AskedGift"]):
    walled = {"brand": False, "region": True}

    def waiting(self, now: datetime) -> Self:
        """What can still be decided: what nobody looked at for so long is asked for anew."""
        return self.filter(state=AskedState.WAITING, at__gt=now - WAITS_FOR)


class AskedGift(models.Model):
    """A gift above its giver's limit, until a second person confirms or declines it."""

    key = models.UUIDField(unique=True, editable=False)  # of the form, and of what is given
    gift = models.ForeignKey(Gift, models.PROTECT, related_name="+", verbose_name=_("gift"))
    customer = models.ForeignKey(
        Customer, models.PROTECT, related_name="+", verbose_name=_("customer")
    )
    brand = models.ForeignKey(Brand, models.PROTECT, related_name="+", verbose_name=_("brand"))
    region = models.ForeignKey(
        Region, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("region")
    )
    followup = models.ForeignKey(
        FollowUp, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    reason = models.CharField(_("why"), max_length=8, choices=Reason.choices)
    note = EncryptedTextField(_("note"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        verbose_name=pgettext_lazy("gift", "asked by"),
    )
    at = models.DateTimeField(pgettext_lazy("gift", "asked at"))
    state = models.CharField(
        _("state"), max_length=9, choices=AskedState.choices, default=AskedState.WAITING
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("decided by"),
    )
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    given = models.OneToOneField(Given, models.PROTECT, null=True, blank=True, related_name="asked")

    objects = AskedGiftQuerySet.as_manager()

    class Meta:
        verbose_name = _("gift to confirm")
        verbose_name_plural = _("gifts to confirm")
        permissions = [("confirm_gift", _("Can confirm gifts above the limits of others"))]
        constraints = [
            models.CheckConstraint(
                condition=Q(state=AskedState.WAITING, decided_by=None, decided_at=None, given=None)
                | Q(
                    state=AskedState.CONFIRMED,
                    decided_by__isnull=False,
                    decided_at__isnull=False,
                    given__isnull=False,
                )
                | Q(
                    state=AskedState.DECLINED,
                    decided_by__isnull=False,
                    decided_at__isnull=False,
                    given=None,
                ),
                name="askedgift_decided_in_whole",
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=models.F("by")),
                name="askedgift_by_a_second_person",
            ),
        ]
        indexes = [
            models.Index(fields=["at"], condition=Q(state="waiting"), name="askedgift_waiting")
        ]

    def __str__(self) -> str:
        return f"№ {self.pk}"

    @property
    def version(self) -> int:
        """Number of the newest entry in its gift's history: what it is, and costs."""
        newest: int | None = self.gift.history.order_by("-pk").values_list("pk", flat=True).first()
        return newest or 0
