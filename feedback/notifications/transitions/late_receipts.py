"""What is heard of a copy that another has followed: nobody is told twice for it."""

from collections.abc import Iterable
from datetime import datetime

from feedback.notifications.outbox.models import Message, Part, PartState
from feedback.notifications.outbox.states import UNSENT, State
from feedback.notifications.outbox.tries import KEPT, Try


def hear_late(messages: Iterable[Message], *, now: datetime) -> list[Message]:
    """
    Note which past copies arrived after all, and return the messages that are delivered by it.

    Where the copy that followed is yet to be sent, it is not, and the past one is the message's
    own again. Where it was sent, both tries are told truthfully, and the message stays.

    messages  locked, with receipts for any of their copies
    """
    by_number = {message.pk: message for message in messages if message.copy > 1}
    tries = Try.objects.filter(message__in=by_number).exclude(state=State.DELIVERED)
    arrived = [one for one in tries.order_by("message", "copy") if _arrived(one)]
    for one in arrived:
        one.state, one.why, one.error = State.DELIVERED, "", ""
    Try.objects.bulk_update(arrived, ["state", "why", "error"])
    settled = []
    for one in arrived:
        message = by_number[one.message_id]
        if message.state in UNSENT:
            for name in KEPT:
                setattr(message, name, getattr(one, name))
            message.delivered_at, message.lease_until = now, None
            settled.append(message)
            one.delete()
    Message.objects.bulk_update(settled, [*KEPT, "delivered_at", "lease_until"])
    return settled


def _arrived(one: Try) -> bool:
    states = Part.objects.filter(message=one.message_id, copy=one.copy).values_list("state")
    heard = [state for (state,) in states]
    return len(heard) >= one.parts and min(heard) == PartState.DELIVERED
