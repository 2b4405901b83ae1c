"""A customer hears what became of a wish in one of their comments."""

import json
from datetime import datetime

from complaints.customers.consent import refusing
from feedback.notifications.holding.scheduling import OF_USE_FOR, scheduled
from feedback.notifications.outbox.models import Message
from feedback.notifications.recipients.consenting import purpose_of
from feedback.notifications.recipients.reach import Reach
from feedback.notifications.recipients.zones import zone_of_invitee
from feedback.notifications.templates import wording
from feedback.notifications.templates.catalogue import Reason
from feedback.notifications.transitions.conversing import of_invitee
from feedback.surveys.languages import spoken
from feedback.surveys.models import Invitation


def tell_of_insight(invitation: Invitation, *, answer: str, now: datetime) -> None:
    """Write it to whoever was invited and commented, once: unless they want no messages."""
    customer = invitation.customer
    channel = next(iter(Reach().of(customer)), None)
    refused = refusing(purpose_of(Reason.INSIGHT)).filter(pk=customer.pk)
    if channel is None or refused.exists():
        return
    schedule = scheduled(zone=zone_of_invitee(invitation), now=now)
    words = wording.Wordings(Reason.INSIGHT, brand=invitation.brand_id)
    own = {"answer": answer}
    values = {"brand": invitation.brand.name, **own}
    row = Message(
        reason=Reason.INSIGHT,
        expires_at=schedule["due_at"] + OF_USE_FOR,
        own_values=json.dumps(own),
        # Of no case: whatever becomes of it, the answer stays true.
        **{**of_invitee(invitation), "case_id": None, "event_id": None},
        **wording.worded(
            words,
            values,
            channel=channel,
            language=spoken(customer.language),
            segment=customer.segment,
        ),
        **schedule,
    )
    Message.objects.bulk_create([row], ignore_conflicts=True)
