"""The life of a message: its states, and the one table of moves between them."""

from django.db.models import Q, TextChoices
from django.utils.translation import gettext_lazy as _


class State(TextChoices):
    PLANNED = "planned", _("planned")  # to be sent when due
    HELD = "held", _("held")  # in quiet hours, over a cap, or with its batch
    CLAIMED = "claimed", _("being sent")  # a worker has it, until its lease ends
    HANDED_OVER = "handed_over", _("handed over")  # the gateway took it
    UNCERTAIN = "uncertain", _("uncertain")  # perhaps sent: receipts tell, or a person decides
    DELIVERED = "delivered", _("delivered")  # the gateway says that it arrived
    FAILED = "failed", _("failed")
    EXPIRED = "expired", _("expired")  # too late to be of use
    CANCELLED = "cancelled", _("cancelled")  # overtaken by events


class Why(TextChoices):
    """Why a message was not sent, or nobody knows whether it was."""

    TOO_LATE = "too_late", _("too late to be of use")
    REOPENED = "reopened", _("the case was taken up again")
    OVERTAKEN = "overtaken", _("overtaken by a newer term or by the fix")
    OPTED_OUT = "opted_out", _("the customer does not want such messages")
    PAUSED = "paused", _("its batch is paused")
    CAP = "cap", _("the customer has had enough messages for now")
    JOINED = "joined", _("told in one text with another spot")
    BATCH = "batch", _("its batch was cancelled")
    ANSWERED = "answered", _("it was answered already, or can be no more")
    NO_ADDRESS = "no_address", _("the customer has no such address any more")
    REFUSED = "refused", _("refused by the gateway")
    UNREACHED = "unreached", _("the gateway could not be reached in four hours")
    UNDELIVERED = "undelivered", _("not delivered")
    WORKER_LOST = "worker_lost", _("its worker stopped while it was being sent")
    NO_ANSWER = "no_answer", _("the gateway did not answer")


MOVES: dict[State, frozenset[State]] = {
    # delivered: its copy by an earlier channel, of which we hear late
    # uncertain: a backup was restored, which does not know what went out since
    State.PLANNED: frozenset(
        {
            *(State.HELD, State.CLAIMED, State.EXPIRED, State.CANCELLED, State.DELIVERED),
            State.UNCERTAIN,
        }
    ),
    State.HELD: frozenset(
        {State.PLANNED, State.EXPIRED, State.CANCELLED, State.DELIVERED, State.UNCERTAIN}
    ),
    State.CLAIMED: frozenset(
        {State.HANDED_OVER, State.UNCERTAIN, State.PLANNED, State.FAILED, State.CANCELLED}
    ),
    State.HANDED_OVER: frozenset({State.DELIVERED, State.FAILED, State.EXPIRED}),
    # its worker may only have been slow, and a receipt may still come
    State.UNCERTAIN: frozenset(
        {State.HANDED_OVER, State.DELIVERED, State.PLANNED, State.FAILED, State.EXPIRED}
    ),
    # planned or held anew: by another channel
    State.FAILED: frozenset({State.DELIVERED, State.PLANNED, State.HELD}),
    State.EXPIRED: frozenset({State.DELIVERED, State.PLANNED, State.HELD}),
    State.DELIVERED: frozenset(),
    State.CANCELLED: frozenset(),
}

UNSENT = frozenset({State.PLANNED, State.HELD})
SPEAKS = Q(text__isnull=False) | Q(own_values__isnull=False)  # until its age
SENT_AGAIN_FROM = frozenset({State.UNCERTAIN, State.FAILED})  # by a person only

FALLS_BACK_FROM = frozenset({State.FAILED, State.EXPIRED})  # to another channel, if it was sent
FALLS_BACK = frozenset({Why.NO_ADDRESS, Why.REFUSED, Why.UNREACHED, Why.UNDELIVERED})


def sources_of(target: State) -> list[State]:
    """Return the states from which a message may become `target`."""
    return [state for state, targets in MOVES.items() if target in targets]
