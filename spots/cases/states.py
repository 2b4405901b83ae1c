"""The life of a case: its states, and the one table of moves between them."""

from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class State(TextChoices):
    DETECTED = "detected", _("detected")  # found, no team yet
    ROUTED = "routed", _("routed")  # a team has it, nobody has said yes
    ACCEPTED = "accepted", _("accepted")  # somebody is finding the cause
    FIXING = "fixing", _("being fixed")  # cause and term are known
    FIXED = "fixed", _("fixed")  # declared fixed; watched for new complaints
    CLOSED = "closed", _("closed")  # stayed quiet after the fix
    DISMISSED = "dismissed", _("dismissed")  # not one fault after all
    MERGED = "merged", _("merged")  # lives on in another case


WORKING = frozenset({State.DETECTED, State.ROUTED, State.ACCEPTED, State.FIXING})
ENDED = frozenset({State.CLOSED, State.DISMISSED, State.MERGED})


class Permission(TextChoices):
    """Who may move a case; roles are granted these in heatmaps_project/accounts/roles.py."""

    DISPATCH = "spots.dispatch_case"
    WORK = "spots.work_case"


@dataclass(frozen=True)
class Move:
    """A step of a case's life: from where, to where, who may, and what must be said."""

    label: Promise
    sources: frozenset[State]
    target: State | None  # None: the state stays
    permission: Permission | None  # None: the engine's own
    requires: tuple[str, ...] = ()


MOVES: dict[str, Move] = {
    "route": Move(
        _("Route"),
        frozenset({State.DETECTED, State.ROUTED, State.ACCEPTED, State.FIXING}),
        State.ROUTED,
        Permission.DISPATCH,
        ("team",),
    ),
    "accept": Move(_("Accept"), frozenset({State.ROUTED}), State.ACCEPTED, Permission.WORK),
    "plan": Move(
        _("Set cause and term"),
        frozenset({State.ACCEPTED, State.FIXING}),
        State.FIXING,
        Permission.WORK,
        ("cause", "eta_at"),
    ),
    "fix": Move(_("Mark as fixed"), frozenset({State.FIXING}), State.FIXED, Permission.WORK),
    "close": Move(_("Close"), frozenset({State.FIXED}), State.CLOSED, None),
    "reopen": Move(
        _("Reopen"),
        frozenset({State.FIXED, State.CLOSED, State.DISMISSED}),
        State.ROUTED,
        Permission.DISPATCH,
        ("note",),
    ),
    "dismiss": Move(
        _("Dismiss"),
        frozenset({State.DETECTED, State.ROUTED, State.ACCEPTED, State.FIXING}),
        State.DISMISSED,
        Permission.DISPATCH,
        ("note",),
    ),
    "merge": Move(
        _("Merge into another"),
        frozenset({State.DETECTED, State.ROUTED, State.ACCEPTED, State.FIXING, State.FIXED}),
        State.MERGED,
        Permission.DISPATCH,
    ),
    "split": Move(_("Split"), WORKING, None, Permission.DISPATCH),
}


def moves_from(state: str) -> list[str]:
    """Return the names of the moves that the table allows from a state, in its order."""
    return [name for name, move in MOVES.items() if state in move.sources]
