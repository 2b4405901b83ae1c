"""What people decide of members: merging, splitting, attaching, detaching. The engine obeys."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Min
from django.utils.translation import gettext as _

from complaints.intake import transitions_of_state
from complaints.intake.models import Complaint
from spots.cases.events import EventKind
from spots.cases.models import Case, Kind, Membership
from spots.cases.states import ENDED, WATCHED, WORKING, State
from spots.cases.transitions.giving import routed, routed_by_rules
from spots.cases.transitions.membership import (
    current_members,
    joined,
    lock_in_order,
    moved_over,
    redrawn,
)
from spots.cases.transitions.promises import promise, promised_anew
from spots.cases.transitions.ranking import counted, recounted
from spots.cases.transitions.record import (
    WAITING_SAYS,
    Author,
    begun,
    locked_current,
    moved,
    noted,
    refusal,
)
from spots.cases.transitions.several import some_of
from spots.sla import transitions as sla
from spots.sla.ledger import states_by_target


@transaction.atomic
def merge(*, case_id: int, into_id: int, note: str = "", by: Author, now: datetime) -> Case:
    """
    Let a case live on in another of its brand: the members go over, with their history.

    Where a person merges, the other is drawn round all of them; the engine draws for itself.

    :raises IllegalMoveError: not from this state, into itself, into another brand's, into a
        single case, or into one that is not worked on (a fixed case takes in fixed ones only)
    """
    lock_in_order(case_id, into_id)
    case = begun(case_id, "merge", by=by)
    into = locked_current(into_id)
    if into.pk == case.pk or into.brand_id != case.brand_id or into.kind == Kind.SINGLE:
        raise refusal(case, _("it cannot be merged into № %(into)s") % {"into": into.pk})
    if into.state not in WORKING and case.state not in WATCHED:
        raise refusal(into, _("it takes in no case that is still worked on"))
    ids = taken_over(case, into, now=now)
    ended_in(case, into, ids, note=note, by=by, now=now)
    if by is not None:
        redrawn(into)
    recounted(into, now=now)
    return case


def taken_over(case: Case, into: Case, *, now: datetime) -> list[int]:
    """Let the members of a locked case go over to another, and return their numbers."""
    ids = list(current_members(case).values_list("complaint_id", flat=True))
    moved_over(case, into, None, by=None, now=now)
    if into.state in WORKING:
        transitions_of_state.unresolve(Complaint.objects.filter(pk__in=ids))
    return ids


def ended_in(
    case: Case,
    into: Case,
    complaint_ids: Collection[int],
    *,
    note: str = "",
    by: Author,
    now: datetime,
) -> None:
    """End a locked case whose members another has taken over; both tell of it."""
    many = len(complaint_ids)
    sla.merge(case_id=case.pk, into_id=into.pk, by=by, now=now)
    # What the case says only while it lasts, and since when the other counts: for an undo.
    said = {field: getattr(case, field) for field in WAITING_SAYS if getattr(case, field)}
    case.merged_into, case.ended_at = into, now
    moved(
        case,
        State.MERGED,
        EventKind.MERGED,
        by=by,
        now=now,
        note=note,
        facts={"into": into.pk, "complaints": many, **_as_json(said)},
        changed=("merged_into", "ended_at"),
    )
    counts_since = into.started_at
    into.started_at = min(counts_since, case.started_at)
    into.save(update_fields=["started_at"])
    facts = {"from": case.pk, "complaints": many, **_as_json({"started_was": counts_since})}
    noted(into, EventKind.MERGED, by=by, now=now, note=note, facts=facts)
    counted(case, now=now)


def _as_json(said: dict[str, Any]) -> dict[str, Any]:
    return {
        name: value.isoformat() if isinstance(value, datetime) else value
        for name, value in said.items()
    }


@transaction.atomic
def split(
    *, case_id: int, complaint_ids: Collection[int], note: str = "", by: Author, now: datetime
) -> Case:
    """
    Make a spot of its own of some members, and return it: they had another cause.

    It goes to the same team, and its promises count from when those of the whole do; what the
    whole has missed, both have.

    :raises IllegalMoveError: not from this state, or none or all of the members are chosen
    """
    whole = begun(case_id, "split", by=by)
    ids = some_of(whole, complaint_ids)
    part = Case.objects.create(
        kind=Kind.SPOT,
        brand_id=whole.brand_id,
        region_id=whole.region_id,
        topic_id=whole.topic_id,
        state=State.DETECTED,
        centre=whole.centre,
        outline=whole.outline,
        split_from=whole,
        started_at=Complaint.objects.filter(pk__in=ids).aggregate(first=Min("occurred_at"))[
            "first"
        ],
        opened_at=now,
    )
    moved_over(whole, part, ids, by=by, now=now)
    for case in (whole, part):
        redrawn(case, named=True)
        counted(case, now=now)
    facts = {"complaints": part.complaints, "customers": part.customers}
    noted(part, EventKind.OPENED, by=by, now=now, facts=facts)
    if whole.team:
        routed(part, whole.team, by=by, now=now)
    else:
        routed_by_rules(part, by=by, now=now)
    promise(part, since=whole.opened_at, whole=states_by_target(whole.pk), now=now)
    promised_anew([whole], now=now)
    # Last of all: what comes after these two events was done after the split (undoing.py).
    noted(part, EventKind.SPLIT, by=by, now=now, note=note, facts={"from": whole.pk})
    facts = {"into": part.pk, "complaints": len(ids)}
    noted(whole, EventKind.SPLIT, by=by, now=now, note=note, facts=facts)
    return part


@transaction.atomic
def attach(*, case_id: int, complaint_id: int, by: Author, now: datetime) -> Case:
    """
    Put a complaint into a current case. Attached to it already: nothing changes.

    A person may take it out of another case; the engine (by None) may not.

    :raises IllegalMoveError: the case has ended, the complaint is of another brand or
        withdrawn, or the engine would take it from another current case
    """
    present = Membership.objects.filter(complaint_id=complaint_id, until=None)
    locked = {case_id, *present.values_list("case_id", flat=True)}
    lock_in_order(*locked)
    case = locked_current(case_id)
    current = present.select_related("case").first()
    if current and current.case_id not in locked:
        raise refusal(case, _("this complaint has just gone over to another case: try again"))
    if current and current.case_id == case.pk:
        return case
    facts = {"complaint": complaint_id}
    if current and by is not None and current.case.state not in ENDED:
        facts["from"] = current.case_id
        _left(current, by=by, now=now)
    if not joined(case, [complaint_id], by=by, now=now):
        raise refusal(case, _("this complaint cannot be attached to it"))
    noted(case, EventKind.ATTACHED, by=by, now=now, facts=facts)
    return recounted(case, now=now)


@transaction.atomic
def detach(*, case_id: int, complaint_id: int, by: Author, now: datetime) -> Case:
    """
    Take a complaint out of a current case.

    :raises IllegalMoveError: the case has ended, or the complaint is not in it
    """
    case = locked_current(case_id)
    member = current_members(case).filter(complaint_id=complaint_id).first()
    if member is None:
        raise refusal(case, _("this complaint is not in it"))
    return _left(member, by=by, now=now)


def _left(member: Membership, *, by: Author, now: datetime) -> Case:
    member.until, member.ended_by_id = max(member.since, now), by.pk if by else None
    member.save(update_fields=["until", "ended_by"])
    noted(member.case, EventKind.DETACHED, by=by, now=now, facts={"complaint": member.complaint_id})
    return recounted(member.case, now=now)
