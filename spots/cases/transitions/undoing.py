"""Taking back what was regrouped by mistake, as long as nobody has built on it."""

from datetime import datetime
from typing import Any

from django.contrib.auth.models import AbstractUser
from django.db import transaction
from django.utils.translation import gettext as _

from complaints.intake import transitions_of_state
from spots.cases.events import EventKind
from spots.cases.models import Case, Event, Membership
from spots.cases.states import WATCHED, Permission, State
from spots.cases.transitions.membership import (
    complaints_of,
    current_members,
    joined,
    lock_in_order,
    moved_over,
    redrawn,
)
from spots.cases.transitions.ranking import counted, recounted
from spots.cases.transitions.record import (
    WAITING_SAYS,
    IllegalMoveError,
    allowed,
    locked,
    moved,
    noted,
)
from spots.cases.transitions.regroupings import Regrouping, in_the_way, moved_by, regrouping_of
from spots.cases.transitions.several import let_go
from spots.sla import transitions as sla


@transaction.atomic
def undo_regrouping(*, event_id: int, by: AbstractUser, now: datetime) -> Case:
    """
    Take back a merge, a split, or complaints attached, detached or moved; return a case of it.

    A merged case comes back in the state that it had, with those members that are still in the
    other one, and its promises run on. A part that was split off lives on in the whole again.
    The engine takes it as the decision of a person that it is.

    :raises IllegalMoveError: it is no regrouping, it is undone already, or something that came
        after it on either case stands in the way: the message says what
    """
    allowed(by, Permission.DISPATCH, _("Undo"))
    done = regrouping_of(event_id)
    if done is None:
        raise IllegalMoveError(_("Only a merge, a split or a move of complaints can be undone."))
    lock_in_order(*done.case_ids)
    if later := in_the_way(done):
        words = {"case": f"№ {later.case_id}", "what": later.get_kind_display()}
        if later.kind == EventKind.UNDONE:
            raise IllegalMoveError(_("This is undone already."))
        raise IllegalMoveError(
            _("This cannot be undone any more: after it, %(case)s was “%(what)s”.") % words
        )
    _UNDO[done.kind](done, by=by, now=now)
    return Case.objects.get(pk=done.event.case_id)


def _unmerge(done: Regrouping, *, by: AbstractUser, now: datetime) -> None:
    case, into, merged, joined_in = _both(done)
    ids = _still_there(done, into)
    moved_over(into, case, ids, by=by, now=now)
    case.merged_into = case.ended_at = None
    sla.unmerge(case_id=case.pk, into_id=into.pk, merged_at=merged.at, by=by, now=now)
    back = State(merged.was)
    if back == State.WAITING and "goes_on_as" not in merged.facts:
        back = State.ACCEPTED  # it was not said for what it waited when this was merged
    for field in WAITING_SAYS if back == State.WAITING else ():
        setattr(case, field, merged.facts.get(field, getattr(case, field)))
    moved(
        case,
        back,
        EventKind.UNDONE,
        by=by,
        now=now,
        facts=_facts(done, merged, {"from": into.pk, "complaints": len(ids)}),
        changed=("merged_into", "ended_at", *WAITING_SAYS),
    )
    if back in WATCHED and case.fixed_at:
        transitions_of_state.resolve(complaints_of(case), now=case.fixed_at)
    if "started_was" in joined_in.facts:
        into.started_at = datetime.fromisoformat(joined_in.facts["started_was"])
        into.save(update_fields=["started_at"])
    facts = _facts(done, joined_in, {"into": case.pk, "complaints": len(ids)})
    noted(into, EventKind.UNDONE, by=by, now=now, facts=facts)
    recounted(redrawn(into), now=now)
    recounted(case, now=now)


def _unsplit(done: Regrouping, *, by: AbstractUser, now: datetime) -> None:
    whole, part, split, split_off = _both(done)
    many = moved_over(part, whole, None, by=by, now=now)
    part.merged_into, part.ended_at = whole, now
    moved(
        part,
        State.MERGED,
        EventKind.UNDONE,
        by=by,
        now=now,
        facts=_facts(done, split_off, {"into": whole.pk, "complaints": many}),
        changed=("merged_into", "ended_at"),
        reason=f"№ {whole.pk}",
    )
    facts = _facts(done, split, {"from": part.pk, "complaints": many})
    noted(whole, EventKind.UNDONE, by=by, now=now, facts=facts)
    recounted(redrawn(whole, named=True), now=now)
    counted(part, now=now)


def _put_back(done: Regrouping, *, by: AbstractUser, now: datetime) -> None:
    """Undo an attaching, a detaching, or both of a handing over."""
    if done.source is not None and done.target is not None:
        case, into, left, came = _both(done)
        many = moved_over(into, case, _still_there(done, into), by=by, now=now)
        concerned = [(case, left, {"from": into.pk}), (into, came, {"into": case.pk})]
    else:
        case = locked(done.event.case_id)
        many = _out_or_in_again(case, done, by=by, now=now)
        concerned = [(case, done.event, {})]
    for one, event, other in concerned:
        said = {"complaints": many, **other}
        noted(one, EventKind.UNDONE, by=by, now=now, facts=_facts(done, event, said))
        recounted(redrawn(one), now=now)


def _out_or_in_again(case: Case, done: Regrouping, *, by: AbstractUser, now: datetime) -> int:
    """Let go whom it brought into a case, or take in whom it let go; return how many."""
    if done.kind == EventKind.ATTACHED:
        ids = _still_there(done, case)
        let_go(case, ids, by=by, now=now)
        return len(ids)
    ids = list(moved_by(done).values_list("complaint_id", flat=True))
    elsewhere = Membership.objects.current().filter(complaint__in=ids)
    taken = set(elsewhere.values_list("complaint_id", flat=True))
    return joined(case, [pk for pk in ids if pk not in taken], by=by, now=now)


def _still_there(done: Regrouping, case: Case) -> list[int]:
    """The complaints that came into a case by it, and did not leave since."""
    there = current_members(case).filter(complaint__in=moved_by(done).values("complaint"))
    return list(there.values_list("complaint_id", flat=True))


def _both(done: Regrouping) -> tuple[Case, Case, Event, Event]:
    """The case whose complaints went, where they went, and the event of each."""
    assert done.source is not None
    assert done.target is not None
    return (
        locked(done.source.case_id),
        locked(done.target.case_id),
        done.source,
        done.target,
    )


def _facts(done: Regrouping, event: Event, said: dict[str, Any]) -> dict[str, Any]:
    return {"of": done.kind, "event": event.pk, **said}


_UNDO = {
    EventKind.MERGED: _unmerge,
    EventKind.SPLIT: _unsplit,
    EventKind.ATTACHED: _put_back,
    EventKind.DETACHED: _put_back,
}
