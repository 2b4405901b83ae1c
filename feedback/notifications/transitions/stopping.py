"""The switch that stops messages, and lets them go again."""

from datetime import datetime

from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractUser
from django.db import transaction
from django.utils.translation import gettext as _

from complaints.customers.models import Brand
from feedback.notifications.holding.rules import Stop

PULLS = "feedback.add_stop"


class StopRefusedError(Exception):
    """Whoever asks may not, or it is lifted already."""


@transaction.atomic
def pull(
    *,
    purpose: str = "",
    brand: Brand | None = None,
    gateway: str = "",
    why: str,
    by: AbstractUser,
    now: datetime,
) -> Stop:
    """
    Stop what is named, all of it where nothing is. What is being sent just now is not taken back.

    :raises StopRefusedError: `by` may not
    """
    if not by.has_perm(PULLS):
        raise StopRefusedError(_("You may not stop messages."))
    return Stop.objects.create(
        purpose=purpose, brand=brand, gateway=gateway, why=why, pulled_by_id=by.pk, pulled_at=now
    )


@transaction.atomic
def lift(*, stop_id: int, by: AbstractUser, now: datetime) -> Stop:
    """
    Let go what waits since a switch was pulled.

    In an emergency everybody stops everything; that it is over is not said for others' brands.

    :raises StopRefusedError: `by` may not, or somebody has lifted it
    """
    if not by.has_perm(PULLS):
        raise StopRefusedError(_("You may not stop messages."))
    stop = Stop.objects.select_for_update().get(pk=stop_id)
    if stop.lifted_at is not None:
        raise StopRefusedError(_("It is lifted already."))
    walls = get_user_model().objects.get(pk=by.pk).walls
    is_own = stop.pulled_by_id == by.pk or stop.brand_id is not None
    if not is_own and not Brand.objects.are_within(walls):
        words = _("It stops other brands, too: who pulled it lifts it, or somebody who sees them.")
        raise StopRefusedError(words)
    stop.lifted_at, stop.lifted_by_id = now, by.pk
    stop.save(update_fields=["lifted_at", "lifted_by"])
    return stop
