"""The life of a proposal: its states, and the one table of moves between them."""

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from complaints.moves import Move


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


OPEN = frozenset({State.PROPOSED, State.STUDIED, State.PLANNED})

MOVES: dict[Kind, Move[State]] = {
    Kind.STUDY: Move(frozenset({State.PROPOSED}), State.STUDIED),
    Kind.PLAN: Move(frozenset({State.PROPOSED, State.STUDIED}), State.PLANNED),
    Kind.FINISH: Move(frozenset({State.PLANNED}), State.DONE),
    Kind.REJECT: Move(OPEN, State.REJECTED),
    Kind.REOPEN: Move(frozenset({State.DONE, State.REJECTED}), State.PROPOSED),
    Kind.RETURNED: Move(frozenset({State.DONE}), State.PROPOSED),  # the sweep's own
}
ASKS_WHY = frozenset({Kind.REJECT, Kind.REOPEN})
# What a person may do, as the buttons call it.
BY_HAND: dict[Kind, Promise] = {
    Kind.STUDY: pgettext_lazy("proposal", "Study it"),
    Kind.PLAN: pgettext_lazy("proposal", "Take into the plan"),
    Kind.FINISH: pgettext_lazy("proposal", "Done"),
    Kind.REJECT: pgettext_lazy("proposal", "Reject"),
    Kind.REOPEN: pgettext_lazy("proposal", "Propose anew"),
}
