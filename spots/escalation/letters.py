"""The outbox of what staff are told beside their inbox; an upper app hands it to the gateways."""

from datetime import datetime
from typing import Self
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from spots.escalation.firings import Notice
from spots.escalation.models import Channel


class LetterState(models.TextChoices):
    PLANNED = "planned", pgettext_lazy("letter", "planned")
    CLAIMED = "claimed", pgettext_lazy("letter", "being sent")
    SENT = "sent", pgettext_lazy("letter", "sent")
    FAILED = "failed", pgettext_lazy("letter", "failed")
    UNCERTAIN = "uncertain", pgettext_lazy("letter", "perhaps sent")


class LetterQuerySet(models.QuerySet["Letter"]):
    def due(self, now: datetime) -> Self:
        return self.filter(state=LetterState.PLANNED, due_at__lte=now)


class Letter(models.Model):
    """The outbox: one text for one person by one channel; all that is told them at one time."""

    key = models.UUIDField(default=uuid4, unique=True, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    channel = models.CharField(_("channel"), max_length=7, choices=Channel.choices)
    notices = models.ManyToManyField(Notice, related_name="letters")
    language = models.CharField(max_length=2)
    subject = models.CharField(max_length=300)
    text = models.TextField()
    state = models.CharField(
        pgettext_lazy("letter", "state"),
        max_length=9,
        choices=LetterState.choices,
        default=LetterState.PLANNED,
    )
    due_at = models.DateTimeField()  # of the first attempt, then of the next
    lease_until = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True)
    error = models.CharField(max_length=200, blank=True)  # never with the address

    objects = LetterQuerySet.as_manager()

    class Meta:
        verbose_name = _("letter to staff")
        verbose_name_plural = _("letters to staff")
        constraints = [
            models.CheckConstraint(
                condition=Q(state=LetterState.CLAIMED, lease_until__isnull=False)
                | (~Q(state=LetterState.CLAIMED) & Q(lease_until=None)),
                name="letter_claimed_under_a_lease",
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at"], condition=Q(state=LetterState.PLANNED), name="letter_due"
            ),
            models.Index(
                fields=["lease_until"],
                condition=Q(state=LetterState.CLAIMED),
                name="letter_lease",
            ),
        ]

    def __str__(self) -> str:
        return self.subject
