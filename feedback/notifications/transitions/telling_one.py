"""What a person has said to one customer: a promo code, an answer to a text."""

import json
from collections.abc import Mapping
from datetime import datetime

from complaints.customers.consent import refusing
from complaints.customers.models import Customer
from complaints.geocoding.models import Region
from feedback.notifications.holding.scheduling import OF_USE_FOR, scheduled
from feedback.notifications.outbox.models import Message
from feedback.notifications.recipients.consenting import purpose_of
from feedback.notifications.recipients.reach import Reach
from feedback.notifications.recipients.zones import zone_of_customer
from feedback.notifications.templates import wording
from feedback.notifications.templates.catalogue import Reason
from feedback.surveys.languages import spoken


def tell_one(
    reason: Reason,
    customer: Customer,
    *,
    own: Mapping[str, str],
    region: Region | None,
    channel: str = "",
    now: datetime,
) -> Message | None:
    """
    Write a message to a customer, inside the caller's transaction, which sees to it that it is
    one; None: they cannot be reached, or want no such messages.

    own      the variables that only this message has
    channel  tried first, before the one that they prefer
    """
    ways = Reach().of(customer)
    way = channel if channel in ways else next(iter(ways), None)
    refused = refusing(purpose_of(reason)).filter(pk=customer.pk)
    if way is None or refused.exists():
        return None
    schedule = scheduled(zone=zone_of_customer(customer.pk, region=region), now=now)
    words = wording.Wordings(reason, brand=customer.brand_id)
    values = {"brand": customer.brand.name, **own}
    return Message.objects.create(
        reason=reason,
        customer=customer,
        brand_id=customer.brand_id,
        region=region,
        own_values=json.dumps(dict(own)),
        expires_at=schedule["due_at"] + OF_USE_FOR,
        **wording.worded(
            words,
            values,
            channel=way,
            language=spoken(customer.language),
            segment=customer.segment,
        ),
        **schedule,
    )
