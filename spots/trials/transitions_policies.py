"""In which order policies are asked: neighbours change places."""

from django.db import transaction
from django.utils.translation import gettext as _

from spots.cases.forms_policies import asks_for_something
from spots.sla.models import Policy


class OrderRefusedError(Exception):
    """There is no neighbour to change places with, or one would never be asked any more."""


def neighbour(policy: Policy, *, earlier: bool) -> Policy:
    """
    Return the policy that is asked just before it, or just after.

    :raises OrderRefusedError: as `exchange` does
    """
    rows = Policy.objects.exclude(pk=policy.pk)
    if earlier:
        other = rows.filter(order__lt=policy.order).order_by("-order").first()
    else:
        other = rows.filter(order__gt=policy.order).order_by("order").first()
    if other is None:
        words = _("“%(policy)s” is asked first.") if earlier else _("“%(policy)s” is asked last.")
        raise OrderRefusedError(words % {"policy": policy})
    first = policy if earlier else other
    if not asks_for_something(first):
        words = _("“%(policy)s” takes every case: it can only be asked last.")
        raise OrderRefusedError(words % {"policy": first})
    return other


@transaction.atomic
def exchange(policy: Policy, *, earlier: bool) -> Policy:
    """
    Let a policy be asked before the one that is asked just before it, or after the next one.

    Both keep a version of it in their history. Return the other.

    :raises OrderRefusedError: there is none, or one that asks for nothing would not be the last
    """
    list(Policy.objects.select_for_update().order_by("pk"))
    policy = Policy.objects.get(pk=policy.pk)
    other = neighbour(policy, earlier=earlier)
    mine, theirs = policy.order, other.order
    last = Policy.objects.order_by("-order").values_list("order", flat=True)[0]
    # Two may never have one place, not for a moment; this is no version of anything.
    Policy.objects.filter(pk=policy.pk).update(order=last + 1)
    other.order, policy.order = mine, theirs
    other.save(update_fields=["order"])
    policy.save(update_fields=["order"])
    return other
