"""The moves of a case's life, as the table in states.py allows them."""

from datetime import datetime

from django.contrib.auth.models import AbstractUser
from django.db import transaction
from django.utils.translation import gettext as _

from spots.cases.catalogue import Cause, FixKind
from spots.cases.events import EventKind
from spots.cases.late.models import LateReason
from spots.cases.models import Case
from spots.cases.states import Dismissal, State
from spots.cases.transitions.giving import routed
from spots.cases.transitions.lateness import why_late
from spots.cases.transitions.promises import in_source_words
from spots.cases.transitions.record import (
    Author,
    IllegalMoveError,
    begun_in_order,
    locked,
    locked_current,
    moved,
    noted,
    refusal,
    say_why,
)
from spots.routing.models import Reason, Team
from spots.sla import transitions as sla
from spots.sla.models import Target


@transaction.atomic
def route(
    *,
    case_id: int,
    team: Team,
    engineer: AbstractUser | None = None,
    reason: str = "",
    note: str = "",
    by: Author,
    now: datetime,
) -> Case:
    """
    Give the case to a team, and to one of its engineers if named; they have yet to accept it.

    Where none is named, the team's strategy says to whom of it.

    reason  one of `Reason`; a person who takes the case from another team gives it

    :raises IllegalMoveError: not from this state, the engineer is not of the team, the team is
        archived, or a reason (for “other”, a note) is missing
    """
    case, now = begun_in_order(case_id, "route", by=by, now=now)
    if team.archived:
        raise IllegalMoveError(_("The team “%(team)s” is archived.") % {"team": team})
    if by is not None and case.team_id not in (None, team.pk):
        _give_reason(reason, note)
    if engineer is not None and not team.members.filter(pk=engineer.pk).exists():
        named = {"engineer": engineer, "team": team}
        raise IllegalMoveError(_("%(engineer)s is not in the team “%(team)s”.") % named)
    return routed(case, team, engineer=engineer, reason=reason, note=note, by=by, now=now)


def _give_reason(reason: str, note: str) -> None:
    if reason not in Reason.values:
        raise IllegalMoveError(_("Say why it goes to another team."))
    if reason == Reason.OTHER:
        say_why(note)


@transaction.atomic
def accept(
    *,
    case_id: int,
    late_reason: LateReason | None = None,
    note: str = "",
    by: Author,
    now: datetime,
) -> Case:
    """
    Say yes: whoever accepts is the case's engineer. Keeps the promise to react.

    late_reason  why the time to react was missed; a person who accepts late gives it, and it is
        kept only then

    :raises IllegalMoveError: not from this state, no team has it, or a reason (for some, a note)
        is missing
    """
    case, now = begun_in_order(case_id, "accept", by=by, now=now)
    late = why_late(case, "accept", reason=late_reason, note=note, by=by, now=now)
    _take_on(case, by=by, now=now)
    moved(
        case,
        State.ACCEPTED,
        EventKind.ACCEPTED,
        by=by,
        now=now,
        note=note,
        facts={"engineer": case.engineer_id, **late.facts},
        changed=("accepted_at", "engineer"),
    )
    late.keep(case, EventKind.ACCEPTED, now=now)
    return case


@transaction.atomic
def diagnose(
    *,
    case_id: int,
    late_reason: LateReason | None = None,
    note: str = "",
    by: Author,
    now: datetime,
) -> Case:
    """
    Begin to look for the cause. Of a reopened case this is saying yes, too.

    late_reason  as in `accept`

    :raises IllegalMoveError: not from this state, no team has it, or a reason (for some, a note)
        is missing
    """
    case, now = begun_in_order(case_id, "diagnose", by=by, now=now)
    late = why_late(case, "diagnose", reason=late_reason, note=note, by=by, now=now)
    if case.accepted_at is None:
        _take_on(case, by=by, now=now)
    moved(
        case,
        State.DIAGNOSING,
        EventKind.DIAGNOSING,
        by=by,
        now=now,
        note=note,
        facts={"engineer": case.engineer_id, **late.facts},
        changed=("accepted_at", "engineer"),
    )
    late.keep(case, EventKind.DIAGNOSING, now=now)
    return case


def _take_on(case: Case, *, by: Author, now: datetime) -> None:
    """Make whoever says yes the engineer of a locked case, which the caller saves."""
    if case.team_id is None:
        raise refusal(case, _("it has no team yet"))
    case.accepted_at = now
    if by is not None:
        case.engineer_id = by.pk
    sla.satisfy(case_id=case.pk, target=Target.REACTION, by=by, now=now)


@transaction.atomic
def plan(
    *,
    case_id: int,
    cause: Cause | None,
    eta_at: datetime | None,
    fix_kind: str = "",
    late_reason: LateReason | None = None,
    note: str = "",
    by: Author,
    now: datetime,
) -> Case:
    """
    Set, or set anew, why service is bad and until when it will be.

    fix_kind     of FixKind; empty: as the cause says
    late_reason  why the time to say so was missed; a person who says it late gives it, and it is
        kept only then

    :raises IllegalMoveError: not from this state, no cause, no term in the future, or a reason
        (for some, a note) is missing
    """
    case, now = begun_in_order(case_id, "plan", by=by, now=now)
    if cause is None:
        raise IllegalMoveError(_("A cause is needed."))
    if eta_at is None or eta_at <= now:
        raise IllegalMoveError(_("A term in the future is needed."))
    if fix_kind and fix_kind not in FixKind.values:
        raise IllegalMoveError(_("There is no such kind of fix."))
    late = why_late(case, "plan", reason=late_reason, note=note, by=by, now=now)
    was, case.cause, case.eta_at = case.eta_at, cause, eta_at
    case.fix_kind = FixKind(fix_kind or cause.fix_kind)
    facts = {
        "cause": cause.pk,
        "fix_kind": case.fix_kind,
        "eta_at": eta_at.isoformat(),
        "eta_was": was.isoformat() if was else None,
        **late.facts,
    }
    moved(
        case,
        State.FIXING,
        EventKind.PLANNED,
        by=by,
        now=now,
        note=note,
        facts=facts,
        changed=("cause", "fix_kind", "eta_at"),
    )
    late.keep(case, EventKind.PLANNED, now=now)
    sla.satisfy(case_id=case.pk, target=Target.ETA, by=by, now=now)
    return case


@transaction.atomic
def dismiss(*, case_id: int, dismissed_for: str, note: str = "", by: Author, now: datetime) -> Case:
    """
    End a case that is not one fault after all. Its complaints stay unsolved.

    dismissed_for  of Dismissal

    :raises IllegalMoveError: not from this state, no such reason, or another and no note of it
    """
    case, now = begun_in_order(case_id, "dismiss", by=by, now=now)
    if dismissed_for not in Dismissal.values:
        raise IllegalMoveError(_("Say why it is dismissed."))
    if dismissed_for == Dismissal.OTHER:
        say_why(note)
    case.dismissed_for, case.ended_at = dismissed_for, now
    return moved(
        case,
        State.DISMISSED,
        EventKind.DISMISSED,
        by=by,
        now=now,
        note=note,
        facts={"dismissed_for": dismissed_for},
        changed=("dismissed_for", "ended_at"),
        reason=note.strip() or in_source_words(Dismissal(dismissed_for).label),
    )


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
