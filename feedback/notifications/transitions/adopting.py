"""Receipts of parts that nobody could say had gone: they tell what became of uncertain messages."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.db.models import Count, Exists, F, OuterRef, Q

from feedback.notifications.outbox.models import Message, Part, Receipt
from feedback.notifications.outbox.states import State
from feedback.notifications.templates.catalogue import Channel
from feedback.notifications.transitions.receipts import PARKED_FOR
from feedback.notifications.transitions.truth import invitations_of
from feedback.surveys import transitions as surveys


@transaction.atomic
def adopt(*, now: datetime, limit: int = 500) -> int:
    """
    Give receipts of unknown parts to the uncertain message that they must be of.

    A worker that died, or lost the line, could not note what the gateway called the parts. Their
    receipts come all the same: where a number has one uncertain message, and as many receipts of
    unknown parts since it was sent as it lacks, it was sent. Returns how many messages were.
    """
    waiting = Receipt.objects.filter(part=None, received_at__gt=now - PARKED_FOR)
    theirs = waiting.filter(
        address_index=OuterRef("customer__phone_index"), received_at__gte=OuterRef("claimed_at")
    )
    unsure = Message.objects.filter(Exists(theirs), state=State.UNCERTAIN, channel=Channel.SMS)
    # early receipts of what is being sent just now are not known yet either
    at_it = Message.objects.filter(
        state=State.CLAIMED, customer__phone_index=OuterRef("customer__phone_index")
    )
    unsure = unsure.exclude(Exists(at_it))
    known = Count("sent_parts", filter=Q(sent_parts__copy=F("copy")))
    lacking = dict(unsure.annotate(lacks=F("parts") - known).values_list("pk", "lacks")[:limit])
    rows = Message.objects.filter(pk__in=lacking, state=State.UNCERTAIN).select_related("customer")
    messages = list(rows.select_for_update(skip_locked=True, of=("self",)).order_by("pk"))
    of_number: dict[bytes, list[Message]] = {}
    for one in messages:
        of_number.setdefault(bytes(one.customer.phone_index or b""), []).append(one)
    heard: dict[bytes, list[Receipt]] = {}
    for receipt in waiting.filter(address_index__in=list(of_number)).order_by("pk"):
        heard.setdefault(bytes(receipt.address_index or b""), []).append(receipt)
    found = [
        message
        for number, (message, *others) in of_number.items()
        if not others and _adopted(message, lacking[message.pk], heard[number])
    ]
    for one in found:
        one.state, one.why, one.handed_over_at = State.HANDED_OVER, "", one.claimed_at
    Message.objects.bulk_update(found, ["state", "why", "handed_over_at"])
    surveys.sent(invitations_of(found), now=now)
    return len(found)


def _adopted(message: Message, lacks: int, receipts: Collection[Receipt]) -> bool:
    """Note the parts that receipts tell of, if there are exactly as many as the message lacks."""
    assert message.claimed_at is not None  # what is uncertain was claimed
    named = {
        (one.gateway, one.gateway_id) for one in receipts if one.received_at >= message.claimed_at
    }
    if len(named) != lacks:
        return False
    of_copy = message.sent_parts.filter(copy=message.copy)
    taken = set(of_copy.values_list("number", flat=True))
    free = [number for number in range(1, message.parts + 1) if number not in taken]
    Part.objects.bulk_create(
        Part(
            message=message,
            copy=message.copy,
            number=number,
            gateway=gateway,
            gateway_id=gateway_id,
            address_index=message.customer.phone_index,
            sent_at=message.claimed_at,
        )
        for number, (gateway, gateway_id) in zip(free, sorted(named), strict=True)
    )
    return True
