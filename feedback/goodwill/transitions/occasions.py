"""Gifts that a rule gives on an occasion which the CRM tells of: each touch once, within limits."""

import logging
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID, uuid5

from django.db import transaction
from django.db.models import Exists, OuterRef

from complaints.customers.consent import Purpose, refuses
from complaints.customers.models import Customer
from complaints.isolation import isolated
from feedback.goodwill import limits
from feedback.goodwill.given import Given, month_of
from feedback.goodwill.models import GiftRule, GoodwillBudget, Reason
from feedback.goodwill.transitions.giving import RefusedError, created, money_of_brand, offered
from feedback.surveys.touches import Touch

logger = logging.getLogger(__name__)

LATE: Final = timedelta(days=7)  # a birthday that nobody told of in a week is over
BATCH: Final = 500  # of a rule in one sweep
_KEYS: Final = UUID("5f0c3f3e-6f3b-4a53-9a0e-0d6d7c0d5b1e")


def give_on_occasions(*, now: datetime) -> int:
    """Give what rules say for touches that wait for it; return how many gifts."""
    rules = GiftRule.objects.filter(active=True, since__lte=now)
    return sum(_given_by(rule, now=now) for rule in rules.order_by("pk"))


def _given_by(rule: GiftRule, *, now: datetime) -> int:
    count = 0
    for touch in _waiting(rule, now=now):
        with isolated(logger, "Rule %s could give nothing for touch %s", rule.pk, touch.pk):
            try:
                count += _give(rule, touch, now=now)
            except RefusedError:  # no code or money is left: neither is there for the next
                break
    return count


def _waiting(rule: GiftRule, *, now: datetime) -> Iterator[Touch]:
    """Touches on the rule's occasion whose customers may be given something now."""
    lately = Given.objects.filter(
        rule=rule, customer=OuterRef("customer"), at__gt=now - timedelta(days=rule.not_again_days)
    )
    served = Given.objects.filter(rule=rule, touch=OuterRef("pk"))
    rows = Touch.objects.filter(
        ~Exists(lately),
        ~Exists(served),
        ~refuses(Purpose.MARKETING, of="customer__"),
        touch_point=rule.touch_point,
        customer__brand=rule.brand_id,
        customer__erasure=None,
        at__gte=max(rule.since, now - LATE),
        at__lte=now,
    )
    if rule.segment:
        rows = rows.filter(customer__segment=rule.segment)
    return iter(rows.order_by("at", "pk")[:BATCH])


@transaction.atomic
def _give(rule: GiftRule, touch: Touch, *, now: datetime) -> bool:
    """
    Give for one touch; False: it, or another of the customer, was given for meanwhile.

    :raises RefusedError: the gift is offered no more, or its codes or the budget are used up
    """
    budget = GoodwillBudget.objects.select_for_update().filter(brand=rule.brand_id).first()
    customer = Customer.objects.held(touch.customer_id)
    since = now - timedelta(days=rule.not_again_days)
    before = Given.objects.filter(rule=rule, customer=touch.customer_id)
    if customer is None or before.filter(at__gt=since).exists():
        return False
    gift = offered(rule.gift_id, customer)
    month = month_of(now)
    spent = money_of_brand(rule.brand_id, month)
    if limits.is_over(gift.cost, budget=budget.money if budget else None, spent=spent):
        raise RefusedError
    created(
        key=uuid5(_KEYS, f"{rule.pk}/{touch.pk}"),
        gift=gift,
        customer=customer,
        region=touch.region,
        reason=Reason.OCCASION,
        rule=rule,
        touch=touch,
        at=now,
        month=month,
    )
    return True
