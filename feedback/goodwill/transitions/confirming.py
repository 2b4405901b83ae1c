"""A second person says yes or no to a gift above its giver's limit; nobody to their own."""

from datetime import datetime

from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractUser
from django.db import transaction
from django.utils.translation import gettext as _

from feedback.goodwill.given import AskedGift, AskedState, Given, month_of
from feedback.goodwill.models import Reason
from feedback.goodwill.transitions.giving import (
    RefusedError,
    created,
    given_until_now,
    locked,
    offered,
    refuse_over,
)


@transaction.atomic
def confirm(*, asked_id: int, seen: int | None = None, by: AbstractUser, now: datetime) -> Given:
    """
    Give what was asked for, in the name of whoever asked, within all their other limits of now.

    seen  version of the gift that `by` looked at, see `AskedGift.version`; None: not known

    :raises RefusedError: `by` may not, it was decided or waited too long, a limit forbids it, or
        what it is or costs was changed since it was looked at
    """
    asker, customer_id = _asked_by(asked_id)
    limit, budget, customer = locked(asker, customer_id)
    asked = _waiting(asked_id, by=by, now=now)
    if seen not in (None, asked.version):
        raise RefusedError(_("The gift is not what it was: look at it again."))
    month = month_of(now)
    gift = offered(asked.gift_id, customer)
    refuse_over(
        gift.cost,
        limit=limit.limit if limit else None,
        budget=budget.money if budget else None,
        given=given_until_now(customer, asker, month),
        confirmed=True,
    )
    given = created(
        key=asked.key,
        gift=gift,
        customer=customer,
        region=asked.region,
        followup=asked.followup,
        reason=Reason(asked.reason),
        note=asked.note,
        by_id=asked.by_id,
        at=now,
        month=month,
    )
    _decide(asked, AskedState.CONFIRMED, by=by, given=given, now=now)
    return given


@transaction.atomic
def decline(*, asked_id: int, by: AbstractUser, now: datetime) -> None:
    """:raises RefusedError: `by` may not, or it was decided before"""
    _decide(_waiting(asked_id, by=by, now=now), AskedState.DECLINED, by=by, given=None, now=now)


def _asked_by(asked_id: int) -> tuple[AbstractUser, int]:
    row = AskedGift.objects.only("by", "customer").get(pk=asked_id)
    return get_user_model().objects.get(pk=row.by_id), row.customer_id


def _waiting(asked_id: int, *, by: AbstractUser, now: datetime) -> AskedGift:
    if not by.has_perm("feedback.confirm_gift"):
        raise RefusedError(_("You may not confirm gifts."))
    rows = AskedGift.objects.select_for_update(of=("self",)).select_related("region", "followup")
    asked = rows.waiting(now).filter(pk=asked_id).first()
    if asked is None:
        raise RefusedError(_("It was decided before, or has waited too long."))
    if asked.by_id == by.pk:
        raise RefusedError(_("Somebody else has to confirm what you ask for."))
    return asked


def _decide(
    asked: AskedGift, state: AskedState, *, by: AbstractUser, given: Given | None, now: datetime
) -> None:
    asked.state, asked.decided_by_id, asked.decided_at = state, by.pk, now
    asked.given = given
    asked.save(update_fields=["state", "decided_by", "decided_at", "given"])
