"""Texts that customers send back, kept until they are settled; and what staff did about others."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from complaints.customers.models import Customer
from complaints.customers.personal import EncryptedTextField
from complaints.customers.walls import Walls
from complaints.intake.models import Complaint
from feedback.followups.models import FollowUp
from feedback.notifications.gateways.addresses import indexes_of
from feedback.notifications.outbox.models import Message
from feedback.surveys.models import Invitation


class Meaning(models.TextChoices):
    """What a text was taken for."""

    ANSWER = "answer", _("an answer")
    STOP = "stop", _("no more surveys")
    UNCLEAR = "unclear", _("not understood")
    LATE = "late", _("too late: the survey is closed")
    NOBODY = "nobody", _("nobody was asked from this number")
    PIECE = "piece", _("a part of another")


NOT_UNDERSTOOD = frozenset({Meaning.UNCLEAR, Meaning.LATE, Meaning.NOBODY})  # a person reads these


class Handling(models.TextChoices):
    """What a person did about a text that was not understood."""

    SEEN = "seen", pgettext_lazy("text", "seen")
    REPLIED = "replied", pgettext_lazy("text", "answered")
    COMPLAINT = "complaint", _("made a complaint")
    FOLLOWUP = "followup", _("made a follow-up")


class IncomingTextQuerySet(models.QuerySet["IncomingText"]):
    def not_understood(self) -> Self:
        return self.filter(meaning__in=NOT_UNDERSTOOD)

    def within(self, walls: Walls) -> Self:
        """
        Leave the texts of customers, and about places, that a reader is let into; what nobody
        whom we know has written is of no brand.
        """
        rows = self
        if walls.brands is not None:
            known = Customer.objects.filter(phone_index=OuterRef("address_index"))
            # What answers a survey is its brand's alone, whoever else knows the number.
            unasked = Exists(known.within(walls)) | ~Exists(known)
            rows = rows.filter(
                Q(invitation__brand__in=walls.brands) | (Q(invitation=None) & unasked)
            )
        if walls.regions is not None:
            nowhere = Q(invitation=None) | Q(invitation__region=None)
            rows = rows.filter(nowhere | Q(invitation__region__in=walls.regions))
        return rows


OF_SOMEBODY = Q(address__isnull=False) | Q(text__isnull=False)


class IncomingText(models.Model):
    """A text message from a customer, in the order of arrival."""

    gateway = models.CharField(max_length=100)
    address = EncryptedTextField()  # whom it is from, as the gateway writes it
    address_index = models.BinaryField(editable=False)  # its blind index
    sender = models.CharField(_("our number"), max_length=20)  # which it was sent to
    text = EncryptedTextField(_("text"))
    received_at = models.DateTimeField(_("received at"))
    # Of a text that its telephone cut: what is the same in all parts, which one, of how many.
    reference = models.PositiveIntegerField(null=True, blank=True)
    piece = models.PositiveSmallIntegerField(db_default=1, default=1)
    pieces = models.PositiveSmallIntegerField(db_default=1, default=1)
    meaning = models.CharField(_("taken for"), max_length=7, choices=Meaning.choices, blank=True)
    invitation = models.ForeignKey(
        Invitation, models.PROTECT, null=True, blank=True, related_name="+"
    )
    handling = models.CharField(
        _("what was done"), max_length=9, choices=Handling.choices, blank=True, db_default=""
    )
    handled_at = models.DateTimeField(_("done at"), null=True, blank=True)
    handled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("done by"),
    )
    reply = models.OneToOneField(
        Message, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("reply")
    )
    complaint = models.ForeignKey(
        Complaint,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("complaint"),
    )
    followup = models.ForeignKey(
        FollowUp,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("follow-up"),
    )

    objects = IncomingTextQuerySet.as_manager()

    class Meta:
        verbose_name = _("text from a customer")
        verbose_name_plural = _("texts from customers")
        permissions = [("handle_text", _("Can do something about texts from customers"))]
        constraints = [
            models.CheckConstraint(
                condition=Q(handling="", handled_at=None, handled_by=None)
                | Q(
                    handling__in=Handling.values,
                    handled_at__isnull=False,
                    handled_by__isnull=False,
                ),
                name="text_handled_by_somebody",
            ),
        ]
        indexes = [
            models.Index(fields=["id"], condition=Q(meaning=""), name="text_unsettled"),
            models.Index(
                fields=["-id"],
                condition=Q(meaning__in=sorted(NOT_UNDERSTOOD), handling=""),
                name="text_waiting",
            ),
            models.Index(fields=["received_at"], condition=OF_SOMEBODY, name="text_of_age"),
        ]

    def __str__(self) -> str:
        return f"{self.sender} {self.pk}"

    @property
    def address_indexes(self) -> list[bytes]:
        """The blind indexes that rows of its number may have; its own alone once it is erased."""
        return indexes_of(self.address) or [bytes(self.address_index)]
