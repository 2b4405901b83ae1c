"""Marking a case as complex, and taking the mark off."""

from datetime import datetime

from django.contrib.auth.models import AbstractUser
from django.db import transaction

from spots.cases.complexity.models import ComplexMark
from spots.cases.events import EventKind
from spots.cases.states import Permission
from spots.cases.transitions.record import let, locked_current, noted, say_why

MARKERS = (Permission.WORK, Permission.DISPATCH)


@transaction.atomic
def mark(*, case_id: int, note: str, by: AbstractUser, now: datetime) -> None:
    """
    Mark a case as complex; once, however often it is asked. It stays with its team.

    :raises IllegalMoveError: the case has ended, no reason is given, or `by` may not
    """
    let(by, *MARKERS)
    say_why(note)
    case = locked_current(case_id)
    if not ComplexMark.objects.current().filter(case=case).exists():
        ComplexMark.objects.create(case=case, made_at=now, made_by_id=by.pk)
        noted(case, EventKind.COMPLEX, by=by, now=now, note=note.strip())


@transaction.atomic
def unmark(*, case_id: int, by: AbstractUser, now: datetime) -> None:
    """
    Take the mark off, once.

    :raises IllegalMoveError: the case has ended, or `by` may not
    """
    let(by, *MARKERS)
    case = locked_current(case_id)
    current = ComplexMark.objects.current().filter(case=case)
    if current.update(ended_at=now, ended_by_id=by.pk):
        noted(case, EventKind.PLAIN, by=by, now=now)
