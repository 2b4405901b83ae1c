"""The life of a follow-up: its states, and the one table of moves between them."""

from django.db.models import TextChoices
from django.utils.translation import pgettext_lazy

from complaints.moves import Move


class State(TextChoices):
    OPEN = "open", pgettext_lazy("follow-up", "open")  # nobody has it yet
    TAKEN = "taken", pgettext_lazy("follow-up", "in work")
    CLOSED = "closed", pgettext_lazy("follow-up", "closed")


class Outcome(TextChoices):
    SAVED = "saved", pgettext_lazy("follow-up", "saved")
    OFFER = "offer", pgettext_lazy("follow-up", "took an offer")
    EXPLAINED = "explained", pgettext_lazy("follow-up", "explained")
    REOPENED = "reopened", pgettext_lazy("follow-up", "the spot was taken up again")
    NOT_REACHED = "not_reached", pgettext_lazy("follow-up", "not reached three times")


class Kind(TextChoices):
    """What was done, step by step."""

    RAISED = "raised", pgettext_lazy("follow-up", "raised")
    WROTE = "wrote", pgettext_lazy("follow-up", "the customer wrote")
    TAKE = "take", pgettext_lazy("follow-up", "taken")
    GIVE = "give", pgettext_lazy("follow-up", "given to")
    MISS = "miss", pgettext_lazy("follow-up", "not reached")
    LATE = "late", pgettext_lazy("follow-up", "became late")
    CLOSE = "close", pgettext_lazy("follow-up", "closed")


WAITING = frozenset({State.OPEN, State.TAKEN})  # the clock runs in these

MOVES: dict[Kind, Move[State]] = {
    Kind.TAKE: Move(WAITING, State.TAKEN),
    Kind.GIVE: Move(WAITING, State.TAKEN),
    Kind.MISS: Move(WAITING, State.TAKEN),
    Kind.CLOSE: Move(WAITING, State.CLOSED),
}
MOST_MISSES = 3  # then it is closed as not reached
