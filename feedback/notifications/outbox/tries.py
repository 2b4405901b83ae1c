"""What became of earlier copies of a message: by another channel, or before it was sent again."""

from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from complaints.customers.personal import EncryptedTextField
from feedback.notifications.outbox.models import Message
from feedback.notifications.outbox.states import State, Why
from feedback.notifications.templates.catalogue import Channel


class Try(models.Model):
    """
    A copy of a message that is past: by which channel it went, and what came of it.

    The newest copy is the message's own row.
    """

    message = models.ForeignKey(Message, models.CASCADE, related_name="tries")
    copy = models.PositiveSmallIntegerField()
    key = models.UUIDField(_("idempotency key"), editable=False)
    channel = models.CharField(_("channel"), max_length=5, choices=Channel.choices)
    subject = models.CharField(max_length=300, blank=True)
    text = EncryptedTextField()
    parts = models.PositiveSmallIntegerField()
    state = models.CharField(_("state"), max_length=11, choices=State.choices)
    why = models.CharField(_("why"), max_length=11, choices=Why.choices, blank=True)
    error = models.CharField(_("gateway's words"), max_length=200, blank=True)
    handed_over_at = models.DateTimeField(_("handed over at"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended at"))  # the next copy was made then

    class Meta:
        verbose_name = _("earlier try")
        verbose_name_plural = _("earlier tries")
        constraints = [
            models.UniqueConstraint(fields=["message", "copy"], name="try_once_per_copy"),
            models.CheckConstraint(condition=Q(state__in=State.values), name="try_state"),
        ]

    def __str__(self) -> str:
        return f"{self.message_id}/{self.copy}"


# What a past copy keeps of its message.
KEPT = (
    *("copy", "key", "channel", "subject", "text", "parts"),
    *("state", "why", "error", "handed_over_at"),
)


def past(message: Message, *, now: datetime) -> Try:
    """Return the row of a copy that another one follows, not yet written."""
    kept = {name: getattr(message, name) for name in KEPT}
    return Try(message=message, ended_at=now, **kept)
