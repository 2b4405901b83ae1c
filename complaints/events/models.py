"""What a sender said of a complaint after it had sent it."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from complaints.customers.personal import EncryptedTextField
from complaints.events.folding import EventType
from complaints.intake.models import Complaint


class ComplaintEvent(models.Model):
    """One event, as it was told; kept, whatever came before or after it."""

    complaint = models.ForeignKey(Complaint, models.PROTECT, related_name="told_events")
    source = models.CharField(max_length=64)  # the API client that told it
    event_id = models.CharField(max_length=100)
    type = models.CharField(max_length=9, choices=[(name, name) for name in EventType])
    occurred_at = models.DateTimeField()
    received_at = models.DateTimeField()
    said = EncryptedTextField()  # JSON: what its type takes

    class Meta:
        verbose_name = _("event of a complaint")
        verbose_name_plural = _("events of complaints")
        constraints = [
            models.UniqueConstraint(
                fields=["source", "event_id"], name="complaint_event_once_per_source"
            ),
            models.CheckConstraint(
                condition=Q(type__in=list(EventType)), name="complaint_event_type"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.event_id}"
