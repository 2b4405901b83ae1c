"""What is known of messages after a database of an earlier moment took the lost one's place."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q

from feedback.notifications.outbox.models import Message
from feedback.notifications.outbox.states import State, Why


@transaction.atomic
def doubt_unsent(*, until: datetime) -> int:
    """
    Note of each message that perhaps went out before the database was lost that nobody knows.

    None of them goes out by itself any more: receipts tell, or a person decides. What a person has
    paused stays paused.

    until  when the lost database was last worked with; what is due later was not sent

    Returns how many there are.
    """
    perhaps = Q(state__in=[State.PLANNED, State.CLAIMED])
    perhaps |= Q(state=State.HELD) & ~Q(why=Why.PAUSED)
    return (
        Message.objects.filter(perhaps, due_at__lte=until)
        # no attempt is known of: what may rather go twice is not tried again either
        .update(state=State.UNCERTAIN, why=Why.WORKER_LOST, lease_until=None, claimed_at=None)
    )
