"""The life of a case: its states, and the one table of moves between them."""

from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from spots.sla.derivation import Category


class State(TextChoices):
    DETECTED = "detected", _("detected")  # found, no team yet
    ROUTED = "routed", _("routed")  # a team has it, nobody has said yes
    REOPENED = "reopened", pgettext_lazy("state", "reopened")  # who had it is asked anew
    ACCEPTED = "accepted", _("accepted")  # somebody has said yes
    DIAGNOSING = "diagnosing", _("being diagnosed")  # somebody is finding the cause
    FIXING = "fixing", _("being fixed")  # cause and term are known
    WAITING = "waiting", _("waiting")  # for something that the engineer cannot hasten
    FIXED = "fixed", _("fixed")  # declared fixed, and not looked at since
    VERIFYING = "verifying", _("being verified")  # are complaints still coming?
    CLOSED = "closed", _("closed")  # stayed quiet after the fix
    DISMISSED = "dismissed", _("dismissed")  # not one fault after all
    MERGED = "merged", _("merged")  # lives on in another case


WORKING = frozenset(
    {
        State.DETECTED,
        State.ROUTED,
        State.REOPENED,
        State.ACCEPTED,
        State.DIAGNOSING,
        State.FIXING,
        State.WAITING,
    }
)
WATCHED = frozenset({State.FIXED, State.VERIFYING})  # declared fixed, and yet to be proved so
ENDED = frozenset({State.CLOSED, State.DISMISSED, State.MERGED})
MAY_WAIT = frozenset({State.ACCEPTED, State.DIAGNOSING, State.FIXING})

# How the promises of a case stand in each of its states: the clocks of the SLA know only these.
CATEGORIES: dict[State, Category] = {
    **dict.fromkeys(WORKING, Category.OPEN),
    State.WAITING: Category.PAUSED,
    **dict.fromkeys(WATCHED, Category.DONE),
    State.CLOSED: Category.DONE,
    State.DISMISSED: Category.STOPPED,
    State.MERGED: Category.STOPPED,
}


class Permission(TextChoices):
    """
    Who may move a case; roles are granted these in heatmaps_project/accounts/roles.py.

    The labels name those roles for people; a test holds them to the table there.
    """

    DISPATCH = "spots.dispatch_case", _("dispatcher, supervisor")
    WORK = "spots.work_case", _("engineer, dispatcher")
    REPORT = "spots.report_case", _("contact-centre agent, dispatcher, supervisor")


class WaitsFor(TextChoices):
    ACCESS = "access", _("access to the site")
    PARTS = "parts", _("spare parts")
    THIRD_PARTY = "third_party", _("a third party")


class Dismissal(TextChoices):
    """Why a case is no fault to find."""

    NOT_NETWORK = "not_network", _("not a network fault")
    DUPLICATE = "duplicate", _("a duplicate")
    ANNOUNCED = "announced", _("known and announced")
    CANNOT = "cannot", _("cannot be fixed")  # customers are told so
    TEST = "test", _("a test or a mistake")
    OTHER = "other", _("other")  # the note says what


@dataclass(frozen=True)
class Move:
    """
    A step of a case's life: from where, to where, who may, what must be said, what it sets.

    `requires` and `sets` are names of the case's fields, and "note", what is said in words.
    """

    label: Promise
    sources: frozenset[State]
    target: State | None  # None: the state stays, or goes back to what it was before
    permission: Permission | None  # None: the engine's own
    requires: tuple[str, ...] = ()
    sets: tuple[str, ...] = ()


_TAKEN_UP = ("team", "eta_at", "accepted_at", "fixed_at", "ended_at")

MOVES: dict[str, Move] = {
    "route": Move(
        _("Route"),
        WORKING,
        State.ROUTED,
        Permission.DISPATCH,
        requires=("team",),
        sets=("team", "engineer", "accepted_at"),
    ),
    "accept": Move(
        _("Accept"),
        frozenset({State.ROUTED, State.REOPENED}),
        State.ACCEPTED,
        Permission.WORK,
        sets=("engineer", "accepted_at"),
    ),
    "diagnose": Move(
        _("Start diagnosing"),
        frozenset({State.ACCEPTED, State.REOPENED}),
        State.DIAGNOSING,
        Permission.WORK,
        sets=("engineer", "accepted_at"),
    ),
    "plan": Move(
        _("Set cause and term"),
        frozenset({State.ACCEPTED, State.DIAGNOSING, State.FIXING}),
        State.FIXING,
        Permission.WORK,
        requires=("cause", "eta_at"),
        sets=("cause", "fix_kind", "eta_at"),
    ),
    "fix": Move(
        _("Mark as fixed"),
        frozenset({State.FIXING}),
        State.FIXED,
        Permission.WORK,
        sets=("fixed_at",),
    ),
    "wait": Move(
        _("Wait"),
        MAY_WAIT,
        State.WAITING,
        Permission.WORK,
        requires=("waits_for",),
        sets=("waits_for", "waits_until", "goes_on_as"),
    ),
    "resume": Move(
        _("Go on"),
        frozenset({State.WAITING}),
        None,
        Permission.WORK,
        sets=("waits_for", "waits_until", "goes_on_as"),
    ),
    "verify": Move(_("Begin to verify"), frozenset({State.FIXED}), State.VERIFYING, None),
    "close": Move(_("Close"), frozenset({State.VERIFYING}), State.CLOSED, None, sets=("ended_at",)),
    "fail": Move(
        _("The fix did not hold"),
        frozenset({State.VERIFYING}),
        State.FIXING,
        None,
        sets=("fixed_at",),
    ),
    "reopen": Move(
        _("Reopen"),
        WATCHED | {State.CLOSED, State.DISMISSED},
        State.REOPENED,
        Permission.DISPATCH,
        requires=("note",),
        sets=_TAKEN_UP,
    ),
    "reopen_by_complaints": Move(
        _("Complaints came back"),
        WATCHED | {State.CLOSED, State.DISMISSED},
        State.REOPENED,
        None,
        sets=_TAKEN_UP,
    ),
    "reopen_by_answers": Move(
        _("Customers are not content"),
        WATCHED | {State.CLOSED},
        State.REOPENED,
        None,
        sets=_TAKEN_UP,
    ),
    "dismiss": Move(
        _("Dismiss"),
        WORKING,
        State.DISMISSED,
        Permission.DISPATCH,
        requires=("dismissed_for",),
        sets=("dismissed_for", "ended_at"),
    ),
    "merge": Move(
        _("Merge into another"),
        WORKING | WATCHED,
        State.MERGED,
        Permission.DISPATCH,
        requires=("merged_into",),
        sets=("merged_into", "ended_at"),
    ),
    "split": Move(_("Split"), WORKING, None, Permission.DISPATCH, requires=("complaints",)),
}


def moves_from(state: str) -> list[str]:
    """Return the names of the moves that the table allows from a state, in its order."""
    return [name for name, move in MOVES.items() if state in move.sources]
