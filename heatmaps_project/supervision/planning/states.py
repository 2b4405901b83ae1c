"""The life of a proposal: its states, and the one table of moves between them."""

from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy


class State(TextChoices):
    PROPOSED = "proposed", pgettext_lazy("proposal", "proposed")  # found, nobody has looked
    STUDIED = "studied", pgettext_lazy("proposal", "being studied")
    PLANNED = "planned", pgettext_lazy("proposal", "in the plan")
    DONE = "done", pgettext_lazy("proposal", "done")
    REJECTED = "rejected", pgettext_lazy("proposal", "rejected")


class Kind(TextChoices):
    """What was done, step by step."""

    FOUND = "found", pgettext_lazy("proposal", "found")
    STUDY = "study", pgettext_lazy("proposal", "study began")
    PLAN = "plan", pgettext_lazy("proposal", "taken into the plan")
    FINISH = "finish", pgettext_lazy("proposal", "done")
    REJECT = "reject", pgettext_lazy("proposal", "rejected")
    REOPEN = "reopen", pgettext_lazy("proposal", "proposed anew")
    RETURNED = "returned", pgettext_lazy("proposal", "spots came back after it was done")
    LINK = "link", pgettext_lazy("proposal", "linked")
    UNLINK = "unlink", pgettext_lazy("proposal", "link removed")
    RAISED = "raised", pgettext_lazy("proposal", "priority of what is linked changed")


@dataclass(frozen=True)
class Move:
    """From which states a move leads, and to which; whether it has to be said why."""

    label: Promise
    sources: frozenset[State]
    target: State
    asks_why: bool = False


OPEN = frozenset({State.PROPOSED, State.STUDIED, State.PLANNED})

MOVES: dict[Kind, Move] = {
    Kind.STUDY: Move(
        pgettext_lazy("proposal", "Study it"), frozenset({State.PROPOSED}), State.STUDIED
    ),
    Kind.PLAN: Move(
        pgettext_lazy("proposal", "Take into the plan"),
        frozenset({State.PROPOSED, State.STUDIED}),
        State.PLANNED,
    ),
    Kind.FINISH: Move(pgettext_lazy("proposal", "Done"), frozenset({State.PLANNED}), State.DONE),
    Kind.REJECT: Move(pgettext_lazy("proposal", "Reject"), OPEN, State.REJECTED, asks_why=True),
    Kind.REOPEN: Move(
        pgettext_lazy("proposal", "Propose anew"),
        frozenset({State.DONE, State.REJECTED}),
        State.PROPOSED,
        asks_why=True,
    ),
    Kind.RETURNED: Move(  # the sweep's own
        pgettext_lazy("proposal", "Spots came back"), frozenset({State.DONE}), State.PROPOSED
    ),
}
BY_HAND = tuple(kind for kind in MOVES if kind != Kind.RETURNED)
