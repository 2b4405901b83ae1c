"""Tying a case to what of the network it hangs on, and untying it."""

from datetime import datetime

from django.contrib.auth.models import AbstractUser
from django.db import transaction
from django.utils.translation import gettext as _

from spots.cases.events import EventKind
from spots.cases.states import Permission
from spots.cases.ties.models import Tie
from spots.cases.transitions.record import IllegalMoveError, let, locked_current, noted
from spots.network.models import NetworkEvent, Site

TIERS = (Permission.WORK, Permission.DISPATCH)
MOST_TIES = 20  # of a case at a time
MOST_LETTERS = 100


@transaction.atomic
def tie(
    *,
    case_id: int,
    site_id: int | None = None,
    event_id: int | None = None,
    equipment: str = "",
    by: AbstractUser,
    now: datetime,
) -> Tie:
    """
    Tie a case to a site, or to a network event of its brand; once, however often it is asked.

    equipment  of the site, in words

    :raises IllegalMoveError: the case has ended, there is no such thing of its brand, it is tied
        to as much as may be, or `by` may not
    """
    let(by, *TIERS)
    case = locked_current(case_id)
    site = Site.objects.filter(pk=site_id, brand=case.brand_id).first() if site_id else None
    events = NetworkEvent.objects.filter(brand=case.brand_id)
    event = events.filter(pk=event_id).first() if event_id else None
    equipment = equipment.strip()
    if (site is None) == (event is None):
        raise IllegalMoveError(_("There is no such site, and no such works, of its brand."))
    if len(equipment) > MOST_LETTERS or (equipment and site is None):
        raise IllegalMoveError(_("Equipment is of a site, in %(n)d letters.") % {"n": MOST_LETTERS})
    there = Tie.objects.current().filter(case=case)
    if same := there.filter(site=site, event=event).first():
        return same
    if there.count() >= MOST_TIES:
        raise IllegalMoveError(_("A spot is tied to %(n)d things at most.") % {"n": MOST_TIES})
    made = Tie.objects.create(
        case=case, site=site, event=event, equipment=equipment, made_at=now, made_by_id=by.pk
    )
    noted(case, EventKind.TIED, by=by, now=now, note=str(made), facts=_facts(made))
    return made


@transaction.atomic
def untie(*, case_id: int, tie_id: int, by: AbstractUser, now: datetime) -> None:
    """
    End a tie, once.

    :raises IllegalMoveError: the case has ended, it has no such tie, or `by` may not
    """
    let(by, *TIERS)
    case = locked_current(case_id)
    row = Tie.objects.filter(case=case, pk=tie_id).first()
    if row is None:
        raise IllegalMoveError(_("It is not tied to this."))
    if row.ended_at is None:
        row.ended_at, row.ended_by_id = now, by.pk
        row.save(update_fields=["ended_at", "ended_by"])
        noted(case, EventKind.UNTIED, by=by, now=now, note=str(row), facts=_facts(row))


def _facts(row: Tie) -> dict[str, int]:
    return {"site": row.site_id} if row.site_id else {"network_event": row.event_id or 0}
