"""
Several complaints at once, chosen by a person: into a case, out of it, or over to another.

Each leaves one event a case, however many there are: which complaints they were, the members
tell by the moment of the event. The cases are drawn anew.
"""

from collections.abc import Collection
from datetime import datetime

from django.contrib.auth.models import AbstractUser
from django.db import transaction
from django.utils.translation import gettext as _

from spots.cases.events import EventKind
from spots.cases.models import Case, Membership
from spots.cases.states import WORKING, Permission
from spots.cases.transitions.membership import (
    current_members,
    joined,
    lock_in_order,
    moved_over,
    redrawn,
)
from spots.cases.transitions.ranking import recounted
from spots.cases.transitions.record import allowed, locked_current, noted, refusal


@transaction.atomic
def attach_several(
    *,
    case_id: int,
    complaint_ids: Collection[int],
    note: str = "",
    by: AbstractUser,
    now: datetime,
) -> Case:
    """
    Put complaints that are in no current case into one.

    :raises IllegalMoveError: the case has ended, or none of them can be attached to it
    """
    allowed(by, Permission.DISPATCH, _("Attach"))
    case = locked_current(case_id)
    new = joined(case, complaint_ids, by=by, now=now)
    if not new:
        raise refusal(case, _("none of these complaints can be attached to it"))
    noted(case, EventKind.ATTACHED, by=by, now=now, note=note, facts={"complaints": new})
    return recounted(redrawn(case), now=now)


@transaction.atomic
def detach_several(
    *,
    case_id: int,
    complaint_ids: Collection[int],
    note: str = "",
    by: AbstractUser,
    now: datetime,
) -> Case:
    """
    Take some members out of a current case; the engine does not put them back.

    :raises IllegalMoveError: the case has ended, or none or all of the members are chosen
    """
    allowed(by, Permission.DISPATCH, _("Detach"))
    case = locked_current(case_id)
    ids = some_of(case, complaint_ids)
    let_go(case, ids, by=by, now=now)
    noted(case, EventKind.DETACHED, by=by, now=now, note=note, facts={"complaints": len(ids)})
    return recounted(redrawn(case), now=now)


@transaction.atomic
def hand_over(
    *,
    case_id: int,
    into_id: int,
    complaint_ids: Collection[int],
    note: str = "",
    by: AbstractUser,
    now: datetime,
) -> Case:
    """
    Let some members of a case go over to another of its brand, and return the other.

    :raises IllegalMoveError: one of the two is not worked on, they are the same or of two
        brands, or none or all of the members are chosen
    """
    allowed(by, Permission.DISPATCH, _("Move to another spot"))
    lock_in_order(case_id, into_id)
    case, into = locked_current(case_id), locked_current(into_id)
    for one in (case, into):
        if one.state not in WORKING:
            raise refusal(one, _("it is not worked on"))
    if into.pk == case.pk or into.brand_id != case.brand_id:
        raise refusal(case, _("its complaints cannot go over to № %(into)s") % {"into": into.pk})
    ids = some_of(case, complaint_ids)
    moved_over(case, into, ids, by=by, now=now)
    facts = {"complaints": len(ids)}
    noted(case, EventKind.DETACHED, by=by, now=now, note=note, facts={**facts, "into": into.pk})
    noted(into, EventKind.ATTACHED, by=by, now=now, note=note, facts={**facts, "from": case.pk})
    recounted(redrawn(case), now=now)
    return recounted(redrawn(into), now=now)


def some_of(case: Case, complaint_ids: Collection[int]) -> list[int]:
    """
    Return those of the complaints that are members of a case now.

    :raises IllegalMoveError: none is, or they are all of its members
    """
    members = current_members(case)
    chosen = members.filter(complaint__in=list(complaint_ids))
    ids = list(chosen.values_list("complaint_id", flat=True))
    if not ids or len(ids) == members.count():
        raise refusal(case, _("choose some of its complaints, not all"))
    return ids


def let_go(case: Case, complaint_ids: Collection[int], *, by: AbstractUser, now: datetime) -> None:
    """End memberships of a case; the complaints are in none then."""
    gone = list(current_members(case).filter(complaint__in=list(complaint_ids)))
    for member in gone:
        member.until, member.ended_by_id = max(member.since, now), by.pk
    Membership.objects.bulk_update(gone, ["until", "ended_by"], batch_size=1000)
