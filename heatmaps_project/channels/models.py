"""Ways in that complaints come by without the CRM pushing them: mailboxes, pulls, social media."""

import hmac
from hashlib import sha256
from typing import Any, Final, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from complaints.customers.models import Brand
from complaints.customers.personal import EncryptedTextField
from complaints.intake.models import Channel, Topic

OF_INLETS: Final = "in:"  # begins the sources of inlets: no API client's begins so
RESTING: Final = 5  # failures in a row from which an inlet is let alone for longer


class Kind(models.TextChoices):
    MAIL = "mail", _("mailbox (IMAP)")
    PULL = "pull", _("asked for (a CRM that cannot push)")
    SOCIAL = "social", _("sent here (social media, by a signed webhook)")


ASKED: Final = (Kind.MAIL, Kind.PULL)  # those that we ask


class InletQuerySet(models.QuerySet["Inlet"]):
    def due(self, now: Any) -> Self:
        return self.filter(active=True, kind__in=ASKED, due_at__lte=now).exclude(
            claimed_until__gt=now
        )


class Inlet(models.Model):
    """
    One way in: where complaints come from, what they mean here, and how far it was read.

    `cursor` is written in the transaction that stores what was read up to it, so nothing is lost
    and nothing is read twice, whatever dies.
    """

    kind = models.CharField(_("kind"), max_length=6, choices=Kind.choices)
    name = models.CharField(_("name"), max_length=100)
    source = models.SlugField(
        _("source"),
        max_length=50,
        unique=True,
        help_text=_("Latin letters, digits and hyphens; it stays: what came is known by it."),
    )
    brand = models.ForeignKey(Brand, models.PROTECT, verbose_name=_("brand"))
    active = models.BooleanField(_("active"), default=True)
    topic = models.ForeignKey(Topic, models.PROTECT, verbose_name=_("topic where none is told"))
    channel = models.CharField(
        _("channel where none is told"), max_length=10, choices=Channel.choices
    )
    time_zone = models.CharField(
        _("time zone of times without an offset"), max_length=64, default="Europe/Moscow"
    )

    url = models.CharField(
        _("address"),
        max_length=500,
        blank=True,
        help_text=_("imaps://mail.example.org/INBOX, or https:// of what answers with JSON"),
    )
    login = models.CharField(
        _("login"),
        max_length=200,
        blank=True,
        help_text=_("Of the mailbox; of a CRM: the header that the secret stands in"),
    )
    secret = EncryptedTextField(_("secret"))
    every = models.PositiveIntegerField(_("asked every, seconds"), default=60)
    items_path = models.CharField(
        _("where the complaints stand in the JSON"),
        max_length=200,
        blank=True,
        help_text=_("data.items; empty: it is a list itself, or one complaint"),
    )
    mapping: Any = models.JSONField(
        _("fields"),
        default=dict,
        blank=True,
        help_text=_('Our field → its place in a complaint: {"external_id": "id"}'),
    )
    cursor_parameter = models.CharField(
        _("parameter of the address that takes the cursor"), max_length=50, blank=True
    )
    cursor_path = models.CharField(
        _("where the next cursor stands"),
        max_length=200,
        blank=True,
        help_text=_("next_cursor, or item.updated_at for a place in the last complaint"),
    )

    cursor = models.CharField(_("read up to"), max_length=500, blank=True)
    due_at = models.DateTimeField(_("asked next at"))
    claimed_until = models.DateTimeField(null=True, editable=False)
    last_run_at = models.DateTimeField(_("asked last at"), null=True, blank=True)
    last_good_at = models.DateTimeField(_("answered last at"), null=True, blank=True)
    failures = models.PositiveIntegerField(_("failures in a row"), default=0)
    last_error = models.CharField(_("last error"), max_length=300, blank=True)
    taken = models.PositiveIntegerField(_("complaints taken"), default=0)
    refused = models.PositiveIntegerField(_("refused"), default=0)
    last_refusal = models.CharField(_("last refusal"), max_length=500, blank=True)

    objects = InletQuerySet.as_manager()

    class Meta:
        verbose_name = _("way in")
        verbose_name_plural = _("ways in")
        constraints = [
            models.CheckConstraint(condition=Q(every__gte=5), name="inlet_not_too_often")
        ]
        indexes = [
            models.Index(
                fields=["due_at"], condition=Q(active=True, kind__in=ASKED), name="inlet_due"
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def complaints_source(self) -> str:
        """What the complaints that come by it have as their source."""
        return OF_INLETS + self.source

    @property
    def verify_token(self) -> str:
        """What a network is told to greet with: made of the secret, which it does not give away."""
        if not self.secret:
            return ""
        said = f"verify:{self.source}".encode()
        return hmac.new(self.secret.encode(), said, sha256).hexdigest()[:32]

    @property
    def is_resting(self) -> bool:
        """Whether it failed so often in a row that it is hardly asked any more."""
        return self.failures >= RESTING
