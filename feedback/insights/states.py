"""The life of an insight: its states, and the one table of moves between them."""

from django.db.models import TextChoices
from django.utils.translation import pgettext_lazy

from complaints.moves import Move


class State(TextChoices):
    NEW = "new", pgettext_lazy("insight", "new")  # the department has yet to look at it
    WORKING = "working", pgettext_lazy("insight", "in work")
    DONE = "done", pgettext_lazy("insight", "done")
    DECLINED = "declined", pgettext_lazy("insight", "declined")
    JOINED = "joined", pgettext_lazy("insight", "one with another")  # which it ends with


class Kind(TextChoices):
    """What was done, step by step."""

    RAISED = "raised", pgettext_lazy("insight", "raised")
    SEND = "send", pgettext_lazy("insight", "sent to another department")
    TAKE = "take", pgettext_lazy("insight", "taken")
    FINISH = "finish", pgettext_lazy("insight", "done")
    DECLINE = "decline", pgettext_lazy("insight", "declined")
    JOIN = "join", pgettext_lazy("insight", "made one with another")
    LOOK = "look", pgettext_lazy("insight", "looked at afterwards")
    REOPEN = "reopen", pgettext_lazy("insight", "taken up again")


class Helped(TextChoices):
    """What was found on the day that somebody looked afterwards."""

    YES = "yes", pgettext_lazy("insight", "it helped")
    NO = "no", pgettext_lazy("insight", "it did not help")
    UNCLEAR = "unclear", pgettext_lazy("insight", "too early to say")


WAITING = frozenset({State.NEW, State.WORKING})
ENDED = frozenset({State.DONE, State.DECLINED, State.JOINED})

MOVES: dict[Kind, Move[State]] = {
    Kind.SEND: Move(WAITING, State.NEW),
    Kind.TAKE: Move(WAITING, State.WORKING),
    Kind.FINISH: Move(WAITING, State.DONE),
    Kind.DECLINE: Move(WAITING, State.DECLINED),
    Kind.JOIN: Move(WAITING, State.JOINED),
    Kind.LOOK: Move(frozenset({State.DONE}), State.DONE),
    Kind.REOPEN: Move(ENDED, State.NEW),
}
