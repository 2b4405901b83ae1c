"""Moves of people who may not know the newest of a case: nothing is done behind their backs."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from spots.cases.events import EventKind
from spots.cases.models import Case, Event
from spots.cases.transitions.record import Author, IllegalMoveError, held_in_time, locked, refusal

# More complaints, by whomever: the case grows, and nothing about the work on it has changed.
GROWTH = (EventKind.GREW, EventKind.ATTACHED)


class UnseenError(IllegalMoveError):
    """Others have done something with the case since its reader saw it."""


def unseen_since(case: Case, seen: int | None, *, by: Author) -> QuerySet[Event]:
    """
    Return what others did with a case since, or the engine, where that changed its state.

    seen  number of the newest event that `by` saw; None: it is not known, and nothing is unseen
    """
    if seen is None:
        return Event.objects.none()
    by_people = Q(by__isnull=False) & ~Q(kind__in=GROWTH)
    moved_by_engine = Q(by=None) & ~Q(became="")
    later = Event.objects.filter(by_people | moved_by_engine, case=case, pk__gt=seen)
    return later if by is None else later.exclude(by_id=by.pk)


@transaction.atomic
def move_as_seen(
    move: Callable[..., Case],
    *,
    case_id: int,
    seen: int | None,
    by: Author,
    now: datetime,
    **said: Any,
) -> Case:
    """
    Make a move, if nothing happened that its author has not seen: looked at under the case's lock.

    seen  as `unseen_since` takes it
    said  what else the move takes

    :raises UnseenError: something happened, and nothing was done
    :raises IllegalMoveError: as the move does
    """
    with held_in_time():
        case = locked(case_id)
        if unseen_since(case, seen, by=by).exists():
            raise UnseenError(str(refusal(case, _("others have changed it meanwhile"))))
        return move(case_id=case_id, by=by, now=now, **said)
