"""What a person wants regrouped: played, looked at, and kept only if it is what they saw."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.contrib.auth.models import AbstractUser
from django.db import transaction
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from spots.cases import transitions
from spots.cases.models import Case
from spots.cases.regroup.going import Way, went_at
from spots.cases.regroup.standing import Part, changes_since, standings_of
from spots.cases.transitions.regroupings import Regrouping


class Action(TextChoices):
    SPLIT = "split", _("Split them off as a spot")
    DETACH = "detach", _("Take them out")
    ATTACH = "attach", _("Attach them to this spot")
    MOVE = "move", _("Move the chosen ones there")
    TAKE_IN = "take_in", _("Merge it into this spot")
    JOIN = "join", _("Merge this spot into it")


NEEDS_OTHER = frozenset({Action.MOVE, Action.TAKE_IN, Action.JOIN})
NEEDS_CHOSEN = frozenset({Action.SPLIT, Action.DETACH, Action.ATTACH, Action.MOVE})


@dataclass(frozen=True)
class Plan:
    action: Action
    case_id: int
    other_id: int | None
    complaint_ids: tuple[int, ...]
    note: str = ""

    @property
    def case_ids(self) -> list[int]:
        return [self.case_id, *([self.other_id] if self.other_id else [])]

    def play(self, *, by: AbstractUser, now: datetime) -> Case:
        """:raises IllegalMoveError: it cannot be done"""
        return _CALLS[self.action](self, note=self.note, by=by, now=now)


@dataclass(frozen=True)
class Undoing:
    """A regrouping to be taken back."""

    done: Regrouping

    @property
    def case_ids(self) -> list[int]:
        return sorted(self.done.case_ids)

    def play(self, *, by: AbstractUser, now: datetime) -> Case:
        """:raises IllegalMoveError: it cannot be undone any more"""
        return transitions.undo_regrouping(event_id=self.done.event.pk, by=by, now=now)


@dataclass(frozen=True)
class Outcome:
    parts: list[Part]
    case_id: int  # where to look at it afterwards
    changes: list[str]  # what is not as it was when it was looked at; then nothing was done
    went: dict[int, Way] = field(default_factory=dict)  # complaints; of a rehearsal alone


def rehearse(plan: Plan | Undoing, *, by: AbstractUser, now: datetime) -> Outcome:
    """
    Do it, look at it, and take it back: what is shown is what the moves themselves made.

    :raises IllegalMoveError: it cannot be done
    """
    with transaction.atomic():
        outcome = _played(plan, by=by, now=now)
        went = went_at(plan.case_ids, now=now)
        transaction.set_rollback(True)
    return replace(outcome, went=went)


def carry_out(plan: Plan | Undoing, *, seen: str, by: AbstractUser, now: datetime) -> Outcome:
    """
    Do it, unless it came out otherwise than what was seen: then nothing is done.

    seen  the `sealed` parts of the rehearsal that was agreed to

    :raises IllegalMoveError: it cannot be done any more
    """
    with transaction.atomic():
        outcome = _played(plan, by=by, now=now)
        changes = changes_since(seen, outcome.parts)
        if changes:
            transaction.set_rollback(True)
    return Outcome(outcome.parts, outcome.case_id, changes)


def _played(plan: Plan | Undoing, *, by: AbstractUser, now: datetime) -> Outcome:
    ids = plan.case_ids
    transitions.lock_in_order(*ids)
    before = standings_of(ids)
    case = plan.play(by=by, now=now)
    after = standings_of([*ids, case.pk])
    parts = [
        Part(number if number in before else None, before.get(number), standing)
        for number, standing in sorted(after.items())
    ]
    return Outcome(parts, case.pk, [])


def _other(plan: Plan) -> int:
    assert plan.other_id is not None  # the form asks for it
    return plan.other_id


_CALLS: dict[Action, Callable[..., Case]] = {
    Action.SPLIT: lambda plan, **said: transitions.split(
        case_id=plan.case_id, complaint_ids=plan.complaint_ids, **said
    ),
    Action.DETACH: lambda plan, **said: transitions.detach_several(
        case_id=plan.case_id, complaint_ids=plan.complaint_ids, **said
    ),
    Action.ATTACH: lambda plan, **said: transitions.attach_several(
        case_id=plan.case_id, complaint_ids=plan.complaint_ids, **said
    ),
    Action.MOVE: lambda plan, **said: transitions.hand_over(
        case_id=plan.case_id, into_id=_other(plan), complaint_ids=plan.complaint_ids, **said
    ),
    Action.TAKE_IN: lambda plan, **said: _merged(_other(plan), plan.case_id, **said),
    Action.JOIN: lambda plan, **said: _merged(plan.case_id, _other(plan), **said),
}


def _merged(case_id: int, into_id: int, **said: Any) -> Case:
    """Merge, and return the case that both live on in."""
    return transitions.merge(case_id=case_id, into_id=into_id, **said).survivor
