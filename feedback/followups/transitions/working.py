"""The moves of a follow-up that a person makes: taken, given, not reached, closed."""

from datetime import datetime

from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractUser
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from complaints.customers.models import Erasure
from feedback.followups.models import FollowUp, FollowUpStep
from feedback.followups.states import MOST_MISSES, MOVES, Kind, Outcome, State
from spots.cases import transitions as cases
from spots.routing.certificates.asking import refusal

WORK = "feedback.work_followup"
_BEGUN = ("owner", "state", "changed_at")
_ENDED = (*_BEGUN, "outcome", "closed_at", "late_at")


class RefusedError(Exception):
    """The follow-up's present state, or the person's rights, do not allow this move."""


@transaction.atomic
def take(*, followup_id: int, by: AbstractUser, now: datetime) -> FollowUp:
    """
    Take a follow-up, also from somebody else; once more by its owner changes nothing.

    :raises RefusedError: it is closed, or `by` may not
    """
    row = _begun(followup_id, Kind.TAKE, by=by)
    _ask_certificate(by, row, now=now)
    if row.owner_id != by.pk:
        _own(row, by.pk, now=now)
        step(row, Kind.TAKE, by=by, now=now)
    return row


@transaction.atomic
def give(*, followup_id: int, to: AbstractUser, by: AbstractUser, now: datetime) -> FollowUp:
    """
    Give a follow-up to somebody; to its owner changes nothing.

    :raises RefusedError: it is closed, `by` may not, or `to` may not work on it or not see it
    """
    row = _begun(followup_id, Kind.GIVE, by=by)
    if not may_have(to, row):
        raise RefusedError(_("%(who)s may not work on this follow-up.") % {"who": to})
    _ask_certificate(to, row, now=now)
    if row.owner_id != to.pk:
        _own(row, to.pk, now=now)
        step(row, Kind.GIVE, to=to.pk, by=by, now=now)
    return row


@transaction.atomic
def miss(
    *, followup_id: int, note: str, seen: int | None = None, by: AbstractUser, now: datetime
) -> FollowUp:
    """
    Say that the customer was not reached. The third time, the follow-up is closed so.

    seen  how often `by` has seen that they were not: three clicks are not three calls; None: it is
          not known

    :raises RefusedError: it is closed, `by` may not, or it was counted since
    """
    row = _begun(followup_id, Kind.MISS, by=by)
    if seen not in (None, row.misses):
        raise RefusedError(_("This call has been counted already."))
    row.misses += 1
    row.owner_id, row.state, row.changed_at = row.owner_id or by.pk, State.TAKEN, now
    row.save(update_fields=["misses", *_BEGUN])
    step(row, Kind.MISS, note, by=by, now=now)
    if row.misses >= MOST_MISSES:
        _end(row, Outcome.NOT_REACHED, "", by=by, now=now)
    return row


@transaction.atomic
def close(
    *, followup_id: int, outcome: Outcome, note: str, by: AbstractUser, now: datetime
) -> FollowUp:
    """
    Close a follow-up with what came of it; "reopened" takes its spot up again.

    :raises RefusedError: it is closed, `by` may not, there is no note, or the spot refuses
    """
    row = _begun(followup_id, Kind.CLOSE, by=by)
    if not note.strip():
        raise RefusedError(_("Say what was agreed."))
    if outcome == Outcome.REOPENED:
        _reopen(row, note=note, by=by, now=now)
    _end(row, outcome, note, by=by, now=now)
    return row


def may_have(user: AbstractUser, row: FollowUp) -> bool:
    """Say whether somebody may work on a follow-up: their rights, and their walls."""
    if not user.is_active or not user.has_perm(WORK):
        return False
    walls = get_user_model().objects.get(pk=user.pk).walls
    return FollowUp.objects.within(walls).filter(pk=row.pk).exists()


def _ask_certificate(user: AbstractUser, row: FollowUp, *, now: datetime) -> None:
    """:raises RefusedError: somebody may not serve customers of this brand, or not any more"""
    if why := refusal(user.pk, brand_id=row.brand_id, now=now):
        raise RefusedError(why)


def step(
    row: FollowUp,
    kind: Kind,
    note: str = "",
    *,
    to: int | None = None,
    by: AbstractUser | None,
    now: datetime,
) -> None:
    """
    Append what was done to a follow-up that the caller has locked; `by` nobody: by a rule.

    Of a customer who was erased nothing is noted.
    """
    if note and Erasure.objects.has(row.customer_id):
        note = ""
    FollowUpStep.objects.create(
        followup=row, kind=kind, at=now, by_id=by.pk if by else None, to_id=to, note=note
    )


def _begun(followup_id: int, kind: Kind, *, by: AbstractUser) -> FollowUp:
    """Return the follow-up, locked, if this move of it is allowed."""
    if not by.has_perm(WORK):
        raise RefusedError(_("You may not work on follow-ups."))
    row = FollowUp.objects.select_for_update().get(pk=followup_id)
    if row.state not in MOVES[kind].sources:
        raise RefusedError(_("%(followup)s is closed already.") % {"followup": row})
    return row


def _own(row: FollowUp, owner_id: int, *, now: datetime) -> None:
    row.owner_id, row.state, row.changed_at = owner_id, State.TAKEN, now
    row.save(update_fields=_BEGUN)


def _end(row: FollowUp, outcome: Outcome, note: str, *, by: AbstractUser, now: datetime) -> None:
    row.owner_id, row.state = row.owner_id or by.pk, MOVES[Kind.CLOSE].target
    row.outcome, row.closed_at, row.changed_at = outcome, now, now
    if now >= row.due_at:  # before the sweep has seen it
        row.late_at = row.due_at
    row.save(update_fields=_ENDED)
    step(row, Kind.CLOSE, note, by=by, now=now)


def _reopen(row: FollowUp, *, note: str, by: AbstractUser, now: datetime) -> None:
    if row.case_id is None:
        raise RefusedError(_("It is about no spot."))
    try:
        cases.reopen(case_id=row.case_id, note=note, by=by, now=now)
    except cases.IllegalMoveError as refusal:
        raise RefusedError(str(refusal)) from None


def forget_words(steps: QuerySet[FollowUpStep]) -> None:
    """Erase what was noted about customers; what was done stays."""
    steps.update(note="")
