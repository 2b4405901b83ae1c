"""Where a message did not reach a customer by one channel, the next: each hears once."""

from collections.abc import Iterable
from datetime import datetime
from uuid import uuid4

from django.db import transaction

from feedback.notifications.holding.scheduling import opens_at, waiting_until
from feedback.notifications.outbox.models import Message
from feedback.notifications.outbox.states import FALLS_BACK, FALLS_BACK_FROM
from feedback.notifications.outbox.tries import Try, past
from feedback.notifications.recipients.reach import Reach
from feedback.notifications.templates.catalogue import Reason
from feedback.notifications.templates.rewording import WITH, reworded

_CHANGED = (
    *("channel", "template_id", "subject", "text", "parts", "question", "key", "copy"),
    *("state", "why", "error", "due_at", "attempts", "handed_over_at", "out_of_ways"),
)


@transaction.atomic
def fall_back(*, now: datetime, limit: int = 500) -> int:
    """
    Plan what surely did not arrive by the customer's next channel, and return how much.

    What did not arrive by the last is looked at no more. Nothing is taken as lost that perhaps
    arrived: an uncertain message waits for its receipt, or for a person.
    """
    lost = Message.objects.filter(
        state__in=FALLS_BACK_FROM, why__in=FALLS_BACK, out_of_ways=False, expires_at__gt=now
    )
    rows = list(
        lost.select_for_update(skip_locked=True, of=("self",))
        .select_related(*WITH)
        .defer("case__region__outline", "region__outline", "batch__region__outline")
        .order_by("pk")[:limit]
    )
    if not rows:
        return 0
    reach, tried = Reach(), _tried(rows)
    tries = []
    for message in rows:
        before = past(message, now=now)
        ways = [one for one in reach.of(message.customer) if one not in tried[message.pk]]
        if _goes_on(message, ways, now=now):
            tries.append(before)
    Try.objects.bulk_create(tries)
    Message.objects.bulk_update(rows, [name.removesuffix("_id") for name in _CHANGED])
    return len(tries)


def _tried(messages: Iterable[Message]) -> dict[int, set[str]]:
    found = {message.pk: {message.channel} for message in messages}
    for pk, channel in Try.objects.filter(message__in=found).values_list("message", "channel"):
        found[pk].add(channel)
    return found


def _goes_on(message: Message, ways: list[str], *, now: datetime) -> bool:
    """Make a message its next copy; False: there is no way on."""
    # A question by text is part of a dialogue that is held by text.
    channel = ways[0] if ways and message.reason != Reason.QUESTION else ""
    try:
        words = reworded(message, channel) if channel else None
    except KeyError:  # a template wants what is not known here
        words = None
    if words is None:
        message.out_of_ways = True
        return False
    for name, value in words.items():
        setattr(message, name, value)
    message.question = 0
    message.key, message.copy, message.attempts = uuid4(), message.copy + 1, 0
    message.due_at = opens_at(zone=message.time_zone, now=now)
    message.state = waiting_until(message.due_at, now=now)
    message.why = message.error = ""
    message.handed_over_at = None
    return True
