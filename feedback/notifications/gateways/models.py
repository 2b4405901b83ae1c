"""Gateways as people set them up, senders, and how each gateway is doing just now."""

from typing import Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from complaints.customers.consent import Purpose
from complaints.customers.models import Brand
from complaints.customers.personal import EncryptedTextField
from complaints.customers.walled import WalledQuerySet
from feedback.notifications.templates.catalogue import Channel

# What the address of a kind begins with.
_WEB = ("https://", "http://")
SCHEMES = {"smpp": ("smpp://",), "http": _WEB, "push": _WEB, "console": ("console:",)}
REPORTING = frozenset({"http", "push"})  # kinds that send their receipts to an address of ours


class GatewayQuerySet(WalledQuerySet["Gateway"]):
    walled = {"brand": True}

    def taking(self, channel: str) -> Self:
        """Gateways in use that take messages of a channel: SMS or push."""
        push = Q(kind=Gateway.Kind.PUSH)
        # unsigned, nobody would believe them
        taking = push & Q(secret__isnull=False) if channel == Channel.PUSH else ~push
        return self.filter(taking, active=True)


class Gateway(models.Model):
    """
    A way out for texts and push messages. Those of a brand go before common ones, then lower
    ranks before higher; where the first is shut, the next takes over. Without one for texts,
    SMS_GATEWAY is the only one.
    """

    class Kind(models.TextChoices):
        SMPP = "smpp", "SMPP 3.4"
        HTTP = "http", "HTTP"
        PUSH = "push", _("push messages of the app")
        CONSOLE = "console", _("log only")

    name = models.SlugField(_("name"), unique=True)
    kind = models.CharField(_("kind"), max_length=7, choices=Kind.choices)
    brand = models.ForeignKey(
        Brand,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("brand"),
        help_text=_("Empty: for every brand."),
    )
    rank = models.PositiveSmallIntegerField(
        _("rank"), default=1, help_text=_("1 is taken first; the next when it is shut.")
    )
    address = EncryptedTextField(_("address"))  # with its password: never shown again
    per_second = models.PositiveSmallIntegerField(_("parts a second, at most"), default=300)
    active = models.BooleanField(_("in use"), default=True)
    headers = EncryptedTextField(_("headers"))  # HTTP: a line each
    body = models.TextField(_("body"), blank=True)  # HTTP: with {to} {from} {text} {key}
    id_at = models.CharField(_("where the answer holds the id"), max_length=100, blank=True)
    secret = EncryptedTextField(_("secret"))  # push: what messages are signed with
    # Blind index of the token in the address that it reports to; None: it reports nowhere.
    receipts_index = models.BinaryField(null=True, editable=False, unique=True)
    history = HistoricalRecords(excluded_fields=["address", "headers", "secret", "receipts_index"])

    objects = GatewayQuerySet.as_manager()

    class Meta:
        verbose_name = _("gateway")
        verbose_name_plural = _("gateways")
        constraints = [
            models.CheckConstraint(condition=Q(per_second__gte=1), name="gateway_sends_something"),
        ]

    def __str__(self) -> str:
        return self.name


class SenderQuerySet(WalledQuerySet["Sender"]):
    walled = {"brand": True}


class Sender(models.Model):
    """The number or name that SMS of a brand and purpose come from; else SMS_SENDER."""

    brand = models.ForeignKey(
        Brand,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("brand"),
        help_text=_("Empty: for every brand."),
    )
    purpose = models.CharField(_("purpose"), max_length=9, choices=Purpose.choices)
    sender = models.CharField(_("sender"), max_length=20, help_text="0650, MegaFon")
    history = HistoricalRecords()

    objects = SenderQuerySet.as_manager()

    class Meta:
        verbose_name = _("sender")
        verbose_name_plural = _("senders")
        constraints = [
            models.UniqueConstraint(
                fields=["brand", "purpose"],
                nulls_distinct=False,
                name="sender_once",
                violation_error_message=_("There is a sender for exactly this already."),
            )
        ]

    def __str__(self) -> str:
        return self.sender

    def clean(self) -> None:
        """:raises ValidationError: no centre would take it (SMPP 3.4, 4.4.1; GSM 03.40, 9.1.2.5)"""
        digits = self.sender.lstrip("+").isdigit()
        if not self.sender.isascii() or (not digits and len(self.sender) > 11):
            raise ValidationError({"sender": _("Digits, or at most 11 Latin letters.")})


class GatewayHealth(models.Model):
    """How a gateway is doing in this minute, and until when it is shut."""

    name = models.CharField(max_length=100, unique=True)  # as parts name it
    since = models.DateTimeField()  # when the minute began
    taken = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0)
    shut_until = models.DateTimeField(null=True, blank=True)
    free_at = models.DateTimeField(null=True, blank=True)  # when its rate allows the next part

    class Meta:
        verbose_name = _("health of a gateway")
        verbose_name_plural = _("health of gateways")

    def __str__(self) -> str:
        return self.name
