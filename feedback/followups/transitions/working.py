"""The moves of a follow-up: taken, not reached, closed."""

from datetime import datetime

from django.contrib.auth.models import AbstractUser
from django.db import transaction
from django.utils.translation import gettext as _

from feedback.followups.models import FollowUp, FollowUpStep
from feedback.followups.states import MOST_MISSES, MOVES, Kind, Outcome, State
from spots.cases import transitions as cases


class RefusedError(Exception):
    """The follow-up's present state, or the person's rights, do not allow this move."""


@transaction.atomic
def take(*, followup_id: int, by: AbstractUser, now: datetime) -> FollowUp:
    """
    Take a follow-up, also from somebody else; once more by its owner changes nothing.

    :raises RefusedError: it is closed, or `by` may not
    """
    row = _begun(followup_id, Kind.TAKE, by=by)
    if row.owner_id != by.pk:
        row.owner_id, row.state = by.pk, MOVES[Kind.TAKE].target
        row.save(update_fields=["owner", "state"])
        _step(row, Kind.TAKE, "", by=by, now=now)
    return row


@transaction.atomic
def miss(*, followup_id: int, note: str, by: AbstractUser, now: datetime) -> FollowUp:
    """
    Say that the customer was not reached. The third time, the follow-up is closed so.

    :raises RefusedError: it is closed, or `by` may not
    """
    row = _begun(followup_id, Kind.MISS, by=by)
    row.misses += 1
    row.owner_id, row.state = row.owner_id or by.pk, State.TAKEN
    if row.misses >= MOST_MISSES:
        row.state, row.outcome, row.closed_at = State.CLOSED, Outcome.NOT_REACHED, now
    row.save(update_fields=["misses", "owner", "state", "outcome", "closed_at"])
    _step(row, Kind.MISS, note, by=by, now=now)
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
    row.owner_id, row.state = row.owner_id or by.pk, MOVES[Kind.CLOSE].target
    row.outcome, row.closed_at = outcome, now
    row.save(update_fields=["owner", "state", "outcome", "closed_at"])
    _step(row, Kind.CLOSE, note, by=by, now=now)
    return row


def _begun(followup_id: int, kind: Kind, *, by: AbstractUser) -> FollowUp:
    """Return the follow-up, locked, if this move of it is allowed."""
    if not by.has_perm("feedback.work_followup"):
        raise RefusedError(_("You may not work on follow-ups."))
    row = FollowUp.objects.select_for_update().get(pk=followup_id)
    if row.state not in MOVES[kind].sources:
        raise RefusedError(_("%(followup)s is closed already.") % {"followup": row})
    return row


def _reopen(row: FollowUp, *, note: str, by: AbstractUser, now: datetime) -> None:
    if row.case_id is None:
        raise RefusedError(_("It is about no spot."))
    try:
        cases.reopen(case_id=row.case_id, note=note, by=by, now=now)
    except cases.IllegalMoveError as refusal:
        raise RefusedError(str(refusal)) from None


def _step(row: FollowUp, kind: Kind, note: str, *, by: AbstractUser, now: datetime) -> None:
    FollowUpStep.objects.create(followup=row, kind=kind, at=now, by_id=by.pk, note=note)


def forget_words(customer_id: int) -> None:
    """Erase what was noted about a customer; what was done stays."""
    FollowUpStep.objects.filter(followup__customer=customer_id).update(note="")
