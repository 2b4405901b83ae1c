"""The life of an invitation: its states, the one table of moves, and why somebody is not asked."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class State(TextChoices):
    CREATED = "created", pgettext_lazy("invitation", "to be asked")  # its time has not come
    SKIPPED = "skipped", pgettext_lazy("invitation", "not asked")
    QUEUED = "queued", pgettext_lazy("invitation", "to be sent")  # its message is in the outbox
    SENT = "sent", pgettext_lazy("invitation", "sent")
    DELIVERED = "delivered", pgettext_lazy("invitation", "delivered")
    STARTED = "started", pgettext_lazy("invitation", "answering")
    PARTIAL = "partial", pgettext_lazy("invitation", "answered in part")  # it ran out so
    COMPLETED = "completed", pgettext_lazy("invitation", "answered")
    EXPIRED = "expired", pgettext_lazy("invitation", "not answered")
    UNDELIVERED = "undelivered", pgettext_lazy("invitation", "not delivered")


class About(TextChoices):
    """What somebody is asked about: two kinds of scores that are never added up."""

    TOUCH_POINTS = "touch", _("what happened, at touch points")
    OVERALL = "overall", _("us as a whole")


class Skip(TextChoices):
    """Why a customer was not asked."""

    QUARANTINE = "quarantine", _("was asked, or will be, too near to this")
    OPTED_OUT = "opted_out", _("does not want to be asked")
    SAMPLING = "sampling", _("not in the sample")
    NO_CONTACT = "no_contact", _("no phone and no e-mail")
    ROAMING = "roaming", _("was roaming")
    EMPLOYEE = "employee", _("an employee or a test number")
    COMPLAINED = "complained", _("has complained since")
    GONE = "gone", _("is with another operator now")
    SWITCHED_OFF = "switched_off", _("the survey was switched off")
    LATE = "late", _("too late to ask")


MOVES: dict[State, frozenset[State]] = {
    State.CREATED: frozenset({State.QUEUED, State.SKIPPED}),
    State.QUEUED: frozenset(
        {State.SENT, State.DELIVERED, State.UNDELIVERED, State.STARTED, State.EXPIRED}
    ),
    State.SENT: frozenset({State.DELIVERED, State.UNDELIVERED, State.STARTED, State.EXPIRED}),
    State.DELIVERED: frozenset({State.STARTED, State.EXPIRED}),
    # a link that did not arrive by one way may by another: sent again, or by e-mail
    State.UNDELIVERED: frozenset({State.SENT, State.DELIVERED, State.STARTED, State.EXPIRED}),
    State.STARTED: frozenset({State.COMPLETED, State.PARTIAL}),
    State.COMPLETED: frozenset({State.STARTED}),  # another answer leads to further questions
    State.SKIPPED: frozenset(),
    State.PARTIAL: frozenset(),
    State.EXPIRED: frozenset(),
}

ASKED = frozenset(State) - {State.CREATED, State.SKIPPED}
OPEN = frozenset({State.QUEUED, State.SENT, State.DELIVERED, State.UNDELIVERED, State.STARTED})
ANSWERABLE = OPEN | {State.COMPLETED}  # the last answer stands, until it expires
REACHED = frozenset({State.DELIVERED, State.STARTED, State.PARTIAL, State.COMPLETED})


def sources_of(target: State) -> list[State]:
    """Return the states from which an invitation may become `target`."""
    return [state for state, targets in MOVES.items() if target in targets]
