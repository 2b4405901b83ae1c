"""Texts that customers send back, kept until they are settled."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from complaints.customers.personal import EncryptedTextField
from feedback.surveys.models import Invitation


class Meaning(models.TextChoices):
    """What a text was taken for."""

    ANSWER = "answer", _("an answer")
    STOP = "stop", _("no more surveys")
    UNCLEAR = "unclear", _("not understood")
    LATE = "late", _("too late: the survey is closed")
    NOBODY = "nobody", _("nobody was asked from this number")


class IncomingText(models.Model):
    """A text message from a customer, in the order of arrival."""

    gateway = models.CharField(max_length=100)
    address_index = models.BinaryField(editable=False)  # blind index of whom it is from
    sender = models.CharField(max_length=20)  # our number, which it was sent to
    text = EncryptedTextField()
    received_at = models.DateTimeField()
    meaning = models.CharField(max_length=7, choices=Meaning.choices, blank=True)
    invitation = models.ForeignKey(
        Invitation, models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("text from a customer")
        verbose_name_plural = _("texts from customers")
        indexes = [models.Index(fields=["id"], condition=Q(meaning=""), name="text_unsettled")]

    def __str__(self) -> str:
        return f"{self.sender} {self.pk}"
