"""What every move does: lock the case, check the table of moves, save, append the event."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.contrib.auth.models import AbstractUser
from django.db import OperationalError
from django.db.models import Max
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from psycopg.errors import DeadlockDetected, LockNotAvailable

from complaints.customers.in_words import without_customers
from spots.cases.events import EventKind
from spots.cases.models import Case, Event
from spots.cases.states import ENDED, MOVES, Permission, State
from spots.cases.transitions.promises import state_followed

Author = AbstractUser | None  # None: the engine
# What is said with a state, and is true only while it lasts.
_SAID_WITH: dict[State, dict[str, str | None]] = {
    State.WAITING: {"waits_for": "", "waits_until": None, "goes_on_as": ""},
    State.DISMISSED: {"dismissed_for": ""},
}
WAITING_SAYS = tuple(_SAID_WITH[State.WAITING])


class IllegalMoveError(Exception):
    """The case's present state, what was given, or who asks does not allow this move."""


class BusyError(IllegalMoveError):
    """Somebody else holds the case for longer than one waits: nothing was done."""


@contextmanager
def held_in_time() -> Iterator[None]:
    """
    Wait for locks no longer than the database is told to, and say so in words.

    :raises BusyError: a lock could not be had in time
    """
    try:
        yield
    except OperationalError as error:
        if isinstance(error.__cause__, LockNotAvailable | DeadlockDetected):
            words = _("Somebody is changing this spot right now; nothing was done. Try again.")
            raise BusyError(words) from error
        raise


def locked(case_id: int) -> Case:
    """
    Return the case, locked until the transaction ends.

    By its number it may be named meanwhile, here and wherever cases are locked: by messages about
    it, and by its parts, of which PostgreSQL looks as others commit whether the whole is there.

    :raises Case.DoesNotExist: there is none
    :raises BusyError: it could not be had in time
    """
    with held_in_time():
        return Case.objects.select_for_update(no_key=True).get(pk=case_id)


def locked_current(case_id: int) -> Case:
    """:raises IllegalMoveError: the case has ended"""
    case = locked(case_id)
    if case.state in ENDED:
        raise refusal(case, _("it has ended"))
    return case


def begun(case_id: int, name: str, *, by: Author) -> Case:
    """
    Return the case, locked, if the table of moves lets `by` make this move now.

    :raises IllegalMoveError: it does not
    """
    move = MOVES[name]
    allowed(by, move.permission, move.label)
    case = locked(case_id)
    if case.state not in move.sources:
        why = _("“%(move)s” is not possible") % {"move": move.label}
        raise refusal(case, why)
    return case


def begun_in_order(case_id: int, name: str, *, by: Author, now: datetime) -> tuple[Case, datetime]:
    """
    As `begun`, and when the move counts that is made `now`: not before what happened last.

    The clock of the server that wrote that may have been ahead of ours, or ours was set back. Dated
    before a pause, its end would let the case's promises stand still for ever.

    :raises IllegalMoveError: the table of moves does not let `by` make it
    """
    case = begun(case_id, name, by=by)
    last = Event.objects.filter(case=case).aggregate(at=Max("at"))["at"]
    return case, max(now, last or now)


def allowed(by: Author, permission: Permission | None, what: str | Promise) -> None:
    """:raises IllegalMoveError: a person asks who has not this permission; None: nobody has it"""
    if by is not None and (permission is None or not by.has_perm(permission)):
        raise IllegalMoveError(_("“%(move)s”: you may not do this.") % {"move": what})


def let(by: Author, *permissions: Permission) -> None:
    """:raises IllegalMoveError: a person has none of these permissions"""
    if by is not None and not any(by.has_perm(permission) for permission in permissions):
        raise IllegalMoveError(_("You may not do this."))


def refusal(case: Case, why: str) -> IllegalMoveError:
    """Return the error that names the case, its present state and what is wrong."""
    named = {"case": f"№ {case.pk}", "state": case.get_state_display(), "why": why}
    return IllegalMoveError(_("%(case)s is “%(state)s” now: %(why)s.") % named)


def say_why(note: str) -> None:
    """:raises IllegalMoveError: nothing is said"""
    if not note.strip():
        raise IllegalMoveError(_("A reason is needed."))


def moved(
    case: Case,
    to: State,
    kind: EventKind,
    *,
    by: Author,
    now: datetime,
    note: str = "",
    facts: Mapping[str, Any] | None = None,
    changed: Iterable[str] = (),
    reason: str = "",
) -> Case:
    """
    Save the case in its new state, with the other `changed` columns, and append the event.

    Its promises follow the state.

    reason  why they stand still or end, for their ledger; empty: as the note says
    """
    note = without_customers(note, by=by.pk if by else 0)
    was, case.state = case.state, to
    over = _SAID_WITH.get(State(was), {}) if was != to else {}
    for field, empty in over.items():
        setattr(case, field, empty)
    case.save(update_fields=["state", *over, *changed])
    Event.objects.create(
        case=case,
        kind=kind,
        at=now,
        by_id=by.pk if by else None,
        was=was,
        became=to,
        note=note,
        facts=dict(facts or {}),
    )
    reason = without_customers(reason, by=by.pk if by else 0) or note.strip()
    state_followed(case, was, reason=reason, by=by, now=now)
    return case


def noted(
    case: Case,
    kind: EventKind,
    *,
    by: Author,
    now: datetime,
    note: str = "",
    facts: Mapping[str, Any] | None = None,
) -> Event:
    """Append an event that leaves the state as it is."""
    return Event.objects.create(
        case=case,
        kind=kind,
        at=now,
        by_id=by.pk if by else None,
        note=without_customers(note, by=by.pk if by else 0),
        facts=dict(facts or {}),
    )
