"""Codes that prove a phone is a customer's own: sent once, tried a few times, soon of no use."""

from typing import Self
from uuid import uuid4

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from complaints.customers.models import Brand, Customer
from complaints.customers.personal import EncryptedTextField


class CodeState(models.TextChoices):
    """How far the text with a code has come."""

    NOTHING = "nothing", _("nobody to send it to")  # nobody of the brand has this phone
    PLANNED = "planned", _("to be sent")
    CLAIMED = "claimed", _("being sent")  # a worker has it, until its lease ends
    SENT = "sent", _("sent")
    FAILED = "failed", _("not sent")  # the customer asks for another


UNSENT = (CodeState.PLANNED, CodeState.CLAIMED)


class CodeQuerySet(models.QuerySet["Code"]):
    def texts(self) -> Self:
        """Those for which a text is sent; it is paid for."""
        return self.filter(customer__isnull=False)


class Code(models.Model):
    """
    A code that somebody asked for. For a phone that nobody of the brand has there is a row too:
    what can be seen from outside is the same.
    """

    key = models.UUIDField(default=uuid4, unique=True, editable=False)  # names it on the page
    brand = models.ForeignKey(Brand, models.PROTECT, related_name="+")
    customer = models.ForeignKey(Customer, models.PROTECT, null=True, related_name="+")
    phone_index = models.BinaryField()  # blind
    sender_index = models.BinaryField()  # blind, of the address of the network that asked
    code_hash = models.BinaryField()
    language = models.CharField(max_length=2)
    phone = EncryptedTextField()  # until it is sent
    text = EncryptedTextField()  # until it is sent
    state = models.CharField(max_length=7, choices=CodeState.choices)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    lease_until = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True)

    objects = CodeQuerySet.as_manager()

    class Meta:
        verbose_name = _("code for a customer's own page")
        verbose_name_plural = _("codes for customers' own pages")
        constraints = [
            models.CheckConstraint(condition=Q(state__in=CodeState.values), name="code_state"),
            models.CheckConstraint(
                condition=Q(state=CodeState.CLAIMED, lease_until__isnull=False)
                | (~Q(state=CodeState.CLAIMED) & Q(lease_until=None)),
                name="code_claimed_under_a_lease",
            ),
            models.CheckConstraint(
                condition=Q(state__in=UNSENT) | Q(text=None, phone=None),
                name="code_is_forgotten_once_sent",
            ),
        ]
        indexes = [
            models.Index(fields=["phone_index", "made_at"], name="code_of_phone"),
            models.Index(fields=["sender_index", "made_at"], name="code_of_sender"),
            models.Index(fields=["made_at"], name="code_made"),
            models.Index(
                fields=["made_at"], condition=Q(customer__isnull=False), name="code_text_made"
            ),
            models.Index(fields=["id"], condition=Q(state__in=UNSENT), name="code_unsent"),
        ]

    def __str__(self) -> str:
        return str(self.key)
