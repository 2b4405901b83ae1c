"""The life of a batch of messages: its states, and the one table of moves between them."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class BatchState(TextChoices):
    DRAFT = "draft", _("not started")  # a person made it, and looks at what it will send
    WAITING = "waiting", _("waits for a second person")  # it goes to more than one may send alone
    GOING = "going", _("under way")
    PAUSED = "paused", pgettext_lazy("batch", "paused")
    DONE = "done", pgettext_lazy("batch", "done")  # nothing of it is left to send
    CANCELLED = "cancelled", pgettext_lazy("batch", "cancelled")


class Step(TextChoices):
    """What is done with a batch, by a person or by the engine."""

    MAKE = "make", pgettext_lazy("batch", "made")
    START = "start", pgettext_lazy("batch", "started")
    APPROVE = "approve", pgettext_lazy("batch", "approved")
    PAUSE = "pause", pgettext_lazy("batch", "paused")
    GO_ON = "go_on", pgettext_lazy("batch", "went on")
    CANCEL = "cancel", pgettext_lazy("batch", "cancelled")


MOVES: dict[BatchState, frozenset[BatchState]] = {
    BatchState.DRAFT: frozenset({BatchState.WAITING, BatchState.GOING, BatchState.CANCELLED}),
    # approved by the first of two persons, it still waits
    BatchState.WAITING: frozenset({BatchState.WAITING, BatchState.GOING, BatchState.CANCELLED}),
    BatchState.GOING: frozenset(
        # as it is written it may concern more people than when one person let it go
        {BatchState.WAITING, BatchState.PAUSED, BatchState.DONE, BatchState.CANCELLED}
    ),
    BatchState.PAUSED: frozenset({BatchState.GOING, BatchState.CANCELLED}),
    BatchState.DONE: frozenset(),
    BatchState.CANCELLED: frozenset(),
}

FROM: dict[Step, frozenset[BatchState]] = {
    Step.START: frozenset({BatchState.DRAFT}),
    Step.APPROVE: frozenset({BatchState.WAITING}),
    Step.PAUSE: frozenset({BatchState.GOING}),
    Step.GO_ON: frozenset({BatchState.PAUSED}),
    Step.CANCEL: frozenset(
        state for state, targets in MOVES.items() if BatchState.CANCELLED in targets
    ),
}
NOT_BEGUN = frozenset({BatchState.DRAFT, BatchState.WAITING})
