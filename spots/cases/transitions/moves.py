"""The moves of a case's life, as the table in states.py allows them."""

from datetime import datetime, timedelta

from django.contrib.auth.models import AbstractUser
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from complaints.intake import transitions_of_state
from complaints.intake.models import Complaint, ComplaintQuerySet
from spots.cases import routing
from spots.cases.catalogue import Cause, Team
from spots.cases.models import Case, EventKind, Membership
from spots.cases.states import State
from spots.cases.transitions.ranking import counted
from spots.cases.transitions.record import (
    Author,
    IllegalMoveError,
    begun,
    locked,
    locked_current,
    moved,
    noted,
)
from spots.sla import transitions as sla
from spots.sla.models import Target

VERIFY_FOR = timedelta(hours=24)  # a fix that brought no new complaint for so long has held


@transaction.atomic
def route(
    *,
    case_id: int,
    team: Team,
    engineer: AbstractUser | None = None,
    note: str = "",
    by: Author,
    now: datetime,
) -> Case:
    """
    Give the case to a team, and to one of its engineers if named; they have yet to accept it.

    :raises IllegalMoveError: not from this state, or the engineer is not of the team
    """
    case = begun(case_id, "route", by=by)
    return routed(case, team, engineer=engineer, note=note, by=by, now=now)


def routed(
    case: Case,
    team: Team,
    *,
    engineer: AbstractUser | None = None,
    note: str = "",
    by: Author,
    now: datetime,
) -> Case:
    """Give a locked case to a team."""
    if engineer is not None and not team.members.filter(pk=engineer.pk).exists():
        named = {"engineer": engineer, "team": team}
        raise IllegalMoveError(_("%(engineer)s is not in the team “%(team)s”.") % named)
    case.team, case.engineer_id = team, engineer.pk if engineer else None
    case.accepted_at = None
    return moved(
        case,
        State.ROUTED,
        EventKind.ROUTED,
        by=by,
        now=now,
        note=note,
        facts={"team": team.pk, "engineer": case.engineer_id},
        changed=("team", "engineer", "accepted_at"),
    )


@transaction.atomic
def accept(*, case_id: int, by: Author, now: datetime) -> Case:
    """Say yes: whoever accepts is the case's engineer. Keeps the promise to react."""
    case = begun(case_id, "accept", by=by)
    case.accepted_at = now
    if by is not None:
        case.engineer_id = by.pk
    moved(
        case,
        State.ACCEPTED,
        EventKind.ACCEPTED,
        by=by,
        now=now,
        facts={"engineer": case.engineer_id},
        changed=("accepted_at", "engineer"),
    )
    sla.satisfy(case_id=case.pk, target=Target.REACTION, by=by, now=now)
    return case


@transaction.atomic
def plan(
    *,
    case_id: int,
    cause: Cause | None,
    eta_at: datetime | None,
    note: str = "",
    by: Author,
    now: datetime,
) -> Case:
    """
    Set, or set anew, why service is bad and until when it will be.

    :raises IllegalMoveError: not from this state, no cause, or no term in the future
    """
    case = begun(case_id, "plan", by=by)
    if cause is None:
        raise IllegalMoveError(_("A cause is needed."))
    if eta_at is None or eta_at <= now:
        raise IllegalMoveError(_("A term in the future is needed."))
    was, case.cause, case.eta_at = case.eta_at, cause, eta_at
    facts = {
        "cause": cause.pk,
        "eta_at": eta_at.isoformat(),
        "eta_was": was.isoformat() if was else None,
    }
    moved(
        case,
        State.FIXING,
        EventKind.PLANNED,
        by=by,
        now=now,
        note=note,
        facts=facts,
        changed=("cause", "eta_at"),
    )
    sla.satisfy(case_id=case.pk, target=Target.ETA, by=by, now=now)
    return case


@transaction.atomic
def fix(*, case_id: int, note: str = "", by: Author, now: datetime) -> Case:
    """
    Declare the fault gone, and every complaint of the case solved with it.

    Customers are not told here: feedback finds newly fixed cases itself.
    """
    case = begun(case_id, "fix", by=by)
    case.fixed_at = now
    moved(
        case,
        State.FIXED,
        EventKind.FIXED,
        by=by,
        now=now,
        note=note,
        facts={"customers": case.customers, "complaints": case.complaints},
        changed=("fixed_at",),
    )
    transitions_of_state.resolve(_complaints_of(case), now=now)
    sla.satisfy(case_id=case.pk, target=Target.FIX, by=by, now=now)
    return case


@transaction.atomic
def close(*, case_id: int, by: Author = None, now: datetime) -> Case:
    """End a case whose fix has held. The engine's own move: a person is refused."""
    return _closed(begun(case_id, "close", by=by), by=by, now=now)


@transaction.atomic
def close_verified(*, now: datetime, limit: int = 200) -> int:
    """
    Close cases that brought no new complaint since VERIFY_FOR, and return how many.

    Time counts from the fix, or from the last complaint that joined after it.
    """
    quiet_from = now - VERIFY_FOR
    newly = Membership.objects.filter(case=OuterRef("pk"), until=None, since__gt=quiet_from)
    fixed = Case.objects.filter(~Exists(newly), state=State.FIXED, fixed_at__lte=quiet_from)
    cases = list(fixed.order_by("fixed_at").select_for_update(skip_locked=True)[:limit])
    for case in cases:
        _closed(case, by=None, now=now)
    return len(cases)


def _closed(case: Case, *, by: Author, now: datetime) -> Case:
    case.ended_at = now
    transitions_of_state.resolve(_complaints_of(case), now=now)  # those that joined after the fix
    return moved(case, State.CLOSED, EventKind.CLOSED, by=by, now=now, changed=("ended_at",))


@transaction.atomic
def reopen(*, case_id: int, note: str, by: Author, now: datetime) -> Case:
    """
    Take a case up again: the fix did not hold, or it was dismissed by mistake.

    It goes back to its team, and its old term no longer counts. A case that never had a team
    is routed as a new one is, and where no rule and no catch-all takes it, it is detected again.

    :raises IllegalMoveError: not from this state, or no note that says why
    """
    case = begun(case_id, "reopen", by=by)
    _say_why(note)
    team = case.team or routing.team_for(case)
    case.team = team
    case.engineer = case.eta_at = case.accepted_at = case.fixed_at = case.ended_at = None
    moved(
        case,
        State.ROUTED if team else State.DETECTED,
        EventKind.REOPENED,
        by=by,
        now=now,
        note=note,
        facts={"team": team.pk if team else None},
        changed=("team", "engineer", "eta_at", "accepted_at", "fixed_at", "ended_at"),
    )
    transitions_of_state.unresolve(_complaints_of(case))
    sla.reopen(case_id=case.pk, by=by, now=now)
    return counted(case, now=now)


@transaction.atomic
def dismiss(*, case_id: int, note: str, by: Author, now: datetime) -> Case:
    """
    End a case that is not one fault after all. Its complaints stay unsolved.

    :raises IllegalMoveError: not from this state, or no note that says why
    """
    case = begun(case_id, "dismiss", by=by)
    _say_why(note)
    case.ended_at = now
    moved(
        case,
        State.DISMISSED,
        EventKind.DISMISSED,
        by=by,
        now=now,
        note=note,
        changed=("ended_at",),
    )
    sla.stop(case_id=case.pk, by=by, reason=note[:200], now=now)
    return case


@transaction.atomic
def mark_quiet(*, case_id: int, now: datetime) -> Case:
    """
    Mark that complaints have stopped coming. No state changes, and no clock pauses.

    A case that has ended is marked, too: what comes after is not what it ended with.
    """
    case = locked(case_id)
    if case.quiet_since is None:
        case.quiet_since = now
        case.save(update_fields=["quiet_since"])
        noted(case, EventKind.QUIET, by=None, now=now)
    return case


@transaction.atomic
def mark_active(*, case_id: int, now: datetime) -> Case:
    """
    Take the quiet mark away: complaints have come again.

    :raises IllegalMoveError: the case has ended
    """
    case = locked_current(case_id)
    if case.quiet_since is not None:
        facts = {"quiet_since": case.quiet_since.isoformat()}
        case.quiet_since = None
        case.save(update_fields=["quiet_since"])
        noted(case, EventKind.ACTIVE, by=None, now=now, facts=facts)
    return case


def _say_why(note: str) -> None:
    if not note.strip():
        raise IllegalMoveError(_("A reason is needed."))


def _complaints_of(case: Case) -> ComplaintQuerySet:
    return Complaint.objects.filter(memberships__case=case, memberships__until=None)
