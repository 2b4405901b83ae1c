"""What machines can be told of."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class EventType(TextChoices):
    COMPLAINT_LOCATED = "complaint.located", _("complaint placed on the map")
    COMPLAINT_JOINED = "complaint.joined", _("complaint joined a case")
    COMPLAINT_RESOLVED = "complaint.resolved", _("complaint solved")
    SPOT_OPENED = "spot.opened", _("spot opened")
    SPOT_CHANGED = "spot.changed", _("spot changed")
    SPOT_FIXED = "spot.fixed", _("spot fixed")
    SPOT_REOPENED = "spot.reopened", _("spot reopened")
    SPOT_MERGED = "spot.merged", _("spot merged into another")
    SLA_WARNED = "sla.warned", _("promise at risk")
    SLA_BREACHED = "sla.breached", _("promise missed")
    SLA_ESCALATED = "sla.escalated", _("stage of a ladder reached that tells machines")
    FEEDBACK_RECEIVED = "feedback.received", _("customer answered")
    PING = "ping", _("trial message")
