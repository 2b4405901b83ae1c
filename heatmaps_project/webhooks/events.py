"""What machines can be told of: by webhooks, and by the hubs of TMF621 and TMF656."""

from collections.abc import Mapping
from typing import Final, Literal

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class EventType(TextChoices):
    COMPLAINT_LOCATED = "complaint.located", _("complaint placed on the map")
    COMPLAINT_JOINED = "complaint.joined", _("complaint joined a case")
    COMPLAINT_RESOLVED = "complaint.resolved", _("complaint solved")
    SPOT_OPENED = "spot.opened", _("spot opened")
    SPOT_CHANGED = "spot.changed", _("spot changed")
    SPOT_FIXED = "spot.fixed", _("spot fixed")
    SPOT_REOPENED = "spot.reopened", _("spot reopened")
    SPOT_MERGED = "spot.merged", _("spot merged into another")
    WORKS_RAISED = "works.raised", _("outage, works or plan became more urgent")
    SLA_WARNED = "sla.warned", _("promise at risk")
    SLA_BREACHED = "sla.breached", _("promise missed")
    SLA_ESCALATED = "sla.escalated", _("stage of a ladder reached that tells machines")
    FEEDBACK_RECEIVED = "feedback.received", pgettext_lazy("webhook", "customer answered")
    SURVEY_ANSWERED = "survey.answered", _("question of a survey answered")
    FOLLOWUP_RAISED = "followup.raised", _("follow-up raised")
    CUSTOMER_AT_RISK = "customer.at_risk", _("customer says they will leave")
    FOLLOWUP_CLOSED = "followup.closed", _("follow-up closed")
    CAMPAIGN_ANSWERED = "campaign.answered", _("offer answered")
    REQUEST_MADE = "request.made", _("service asked for")
    GIFT_GIVEN = "gift.given", _("gift given")
    TICKET_CREATED = "ticket.created", _("trouble ticket created")
    TICKET_CHANGED = "ticket.changed", _("trouble ticket changed")
    TICKET_STATUS = "ticket.status", _("status of a trouble ticket changed")
    TICKET_RESOLVED = "ticket.resolved", _("trouble ticket resolved")
    TICKET_INFORMATION = "ticket.information", _("trouble ticket needs information")
    TICKET_DELETED = "ticket.deleted", _("trouble ticket deleted")
    PROBLEM_CREATED = "problem.created", _("service problem created")
    PROBLEM_CHANGED = "problem.changed", _("service problem changed")
    PROBLEM_STATUS = "problem.status", _("status of a service problem changed")
    PROBLEM_DELETED = "problem.deleted", _("service problem deleted")
    PING = "ping", _("trial message")


# Those that webhooks may ask for; the others are hubs' own, or the trial message.
EventName = Literal[
    "complaint.located",
    "complaint.joined",
    "complaint.resolved",
    "spot.opened",
    "spot.changed",
    "spot.fixed",
    "spot.reopened",
    "spot.merged",
    "works.raised",
    "sla.warned",
    "sla.breached",
    "sla.escalated",
    "feedback.received",
    "survey.answered",
    "followup.raised",
    "followup.closed",
    "customer.at_risk",
    "gift.given",
    "request.made",
    "campaign.answered",
]

# The scope of whoever may read what an event tells of, by how the event's name begins: a client
# that has it not is not told.
_SCOPES: Final[Mapping[str, str]] = {
    "complaint": "complaints:read",
    "ticket": "complaints:read",
    "spot": "spots:read",
    "problem": "spots:read",
    "sla": "spots:read",
    "works": "spots:read",
    "feedback": "feedback:read",
    "survey": "feedback:read",
    "followup": "followups:read",
    "customer": "customers:read",
    "campaign": "customers:read",
    "gift": "customers:read",
    "request": "requests:handle",
    "ping": "webhooks:manage",
}


def scope_of(event: str) -> str:
    """Return the scope that a client needs to be told of an event."""
    return _SCOPES[event.partition(".")[0]]
