"""Giving: within all limits, once however often it is clicked; and showing a code once."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractUser
from django.db import transaction
from django.db.models import Count, Q, QuerySet, Sum
from django.utils.translation import gettext as _

from complaints.customers.models import Customer
from complaints.geocoding.models import Region
from feedback.followups.models import FollowUp
from feedback.goodwill import limits
from feedback.goodwill.given import AskedGift, Given, month_of
from feedback.goodwill.models import (
    Gift,
    GiftCode,
    GoodwillBudget,
    GoodwillLimit,
    Kind,
    Reason,
)
from feedback.goodwill.wording import REFUSED
from feedback.notifications.outbox.models import Message
from feedback.notifications.templates.catalogue import Reason as MessageReason
from feedback.notifications.transitions import tell_one
from feedback.surveys.languages import spoken


class RefusedError(Exception):
    """A limit, the state of the pool, or the person's rights do not allow it."""


@transaction.atomic
def give(
    *,
    key: UUID,
    gift_id: int,
    customer_id: int,
    reason: Reason,
    note: str,
    followup_id: int | None = None,
    by: AbstractUser,
    now: datetime,
) -> Given | AskedGift:
    """
    Give a customer a gift, and a code of its pool if it has one; with the same key it is one gift.

    What is above the giver's limit, and not above what a second person may confirm, waits for one.

    :raises RefusedError: see there; nothing was given
    """
    if not by.has_perm("feedback.give_gift"):
        raise RefusedError(_("You may not give gifts."))
    month = month_of(now)
    limit, budget, customer = locked(by, customer_id)
    if done := Given.objects.filter(key=key).first() or AskedGift.objects.filter(key=key).first():
        return done
    gift = offered(gift_id, customer)
    against: dict[str, Any] = {
        "limit": limit.limit if limit else None,
        "budget": budget.money if budget else None,
        "given": given_until_now(customer, by, month),
    }
    refuse_over(gift.cost, **against, confirmed=True)
    own = FollowUp.objects.filter(customer=customer)
    followup = own.filter(pk=followup_id).first() if followup_id else None
    said = {
        "key": key,
        "gift": gift,
        "customer": customer,
        "region": followup.region if followup else None,
        "followup": followup,
        "reason": reason,
        "note": note,
        "by_id": by.pk,
        "at": now,
    }
    if limits.why_not(gift.cost, **against) is not None:
        return AskedGift.objects.create(brand_id=customer.brand_id, **said)
    return created(month=month, **said)


def refuse_over(cost: Decimal, **against: Any) -> None:
    """:raises RefusedError: a limit does not allow a gift of this cost; see `limits.why_not`"""
    why = limits.why_not(cost, **against)
    if why is not None:
        raise RefusedError(str(REFUSED[why]))


def created(
    *, gift: Gift, customer: Customer, region: Region | None, at: datetime, **given: Any
) -> Given:
    """
    Write a gift that is within all limits, with the next code of its pool, and tell the customer.

    :raises RefusedError: there is no code left
    """
    code = _next_code(gift)
    return Given.objects.create(
        gift=gift,
        code=code,
        message=_told(customer, gift, code, region, now=at) if code else None,
        customer=customer,
        brand_id=customer.brand_id,
        region=region,
        cost=gift.cost,
        at=at,
        **given,
    )


def offered(gift_id: int, customer: Customer) -> Gift:
    """:raises RefusedError: it is given no more, or is another brand's"""
    gift = Gift.objects.offered(customer.brand_id).filter(pk=gift_id).first()
    if gift is None:
        raise RefusedError(_("This gift is not given any more."))
    return gift


def money_of_brand(brand_id: int, month: date) -> Decimal:
    """Return what a brand's gifts of a month cost."""
    rows = Given.objects.filter(month=month, brand=brand_id)
    return rows.aggregate(money=Sum("cost"))["money"] or Decimal(0)


def _told(
    customer: Customer, gift: Gift, code: GiftCode, region: Region | None, *, now: datetime
) -> Message | None:
    own = {"gift": gift.name_in(spoken(customer.language)), "code": str(code.code)}
    return tell_one(MessageReason.GIFT, customer, own=own, region=region, now=now)


def locked(
    by: AbstractUser, customer_id: int
) -> tuple[GoodwillLimit | None, GoodwillBudget | None, Customer]:
    """
    Lock whatever is counted against, always in this order: giver, budget, customer.

    :raises RefusedError: there is no such customer within the person's walls
    """
    person = get_user_model().objects.select_for_update(no_key=True).get(pk=by.pk)
    seen = Customer.objects.within(person.walls).filter(pk=customer_id, erasure=None).first()
    if seen is None:
        raise RefusedError(_("There is no such customer."))
    limit = GoodwillLimit.objects.filter(role=person.role).first()
    budget = GoodwillBudget.objects.select_for_update().filter(brand=seen.brand_id).first()
    customer = Customer.objects.held(customer_id)
    if customer is None:
        raise RefusedError(_("There is no such customer."))
    return limit, budget, customer


def given_until_now(customer: Customer, by: AbstractUser, month: date) -> limits.Given:
    """Return what was given this month; nobody gives meanwhile, as the rows are locked."""
    rows = Given.objects.filter(month=month)
    mine, brand = Q(by=by.pk), Q(brand=customer.brand_id)
    sums = rows.filter(mine | brand).aggregate(
        by_giver=Count("pk", filter=mine),
        money_of_giver=Sum("cost", filter=mine),
        money_of_brand=Sum("cost", filter=brand),
    )
    return limits.Given(
        to_customer=rows.filter(customer=customer).count(),
        by_giver=sums["by_giver"],
        money_of_giver=sums["money_of_giver"] or Decimal(0),
        money_of_brand=sums["money_of_brand"] or Decimal(0),
    )


def _next_code(gift: Gift) -> GiftCode | None:
    """:raises RefusedError: the pool is empty"""
    if gift.kind != Kind.CODE:
        return None
    free = GiftCode.objects.filter(gift=gift, taken=False, used=False)
    locked = free.select_for_update(skip_locked=True, of=("self",))
    code = locked.order_by("pk").first()
    if code is None:
        raise RefusedError(_("There is no code left in the pool."))
    # The code's own row is written: whoever waited to lock it sees that it is taken.
    code.taken = True
    code.save(update_fields=["taken"])
    return code


@transaction.atomic
def show_code(*, given_id: int, by: AbstractUser, now: datetime) -> str:
    """
    Return a given code, once: who saw it, and when, stays.

    A code is money to whoever reads it, and rules give one to everybody who has a birthday: as many
    are shown within an hour as one may look at customers' data (REVEAL_QUOTA_PER_HOUR).

    :raises RefusedError: it was shown before, there is none, `by` may not, or has seen as many
    """
    if not by.has_perm("feedback.show_code"):
        raise RefusedError(_("You may not see codes."))
    get_user_model().objects.select_for_update(no_key=True).get(pk=by.pk)  # one code at a time
    seen = Given.objects.filter(shown_by=by.pk, shown_at__gt=now - timedelta(hours=1)).count()
    if seen >= settings.REVEAL_QUOTA_PER_HOUR:
        words = _("You have looked at %(quota)s codes within an hour: that is the most.")
        raise RefusedError(words % {"quota": settings.REVEAL_QUOTA_PER_HOUR})
    row = Given.objects.select_for_update(of=("self",)).select_related("code").get(pk=given_id)
    if row.code is None:
        raise RefusedError(_("This gift has no code."))
    if row.shown_at is not None:
        raise RefusedError(_("The code was shown before; it is shown once."))
    row.shown_at, row.shown_by_id = now, by.pk
    row.save(update_fields=["shown_at", "shown_by"])
    return str(row.code.code)


def forget_words(gifts: QuerySet[Given] | QuerySet[AskedGift]) -> None:
    """Erase what was noted about customers; that something was given, or asked for, stays."""
    gifts.update(note="")
