"""Why a move keeps a promise late: asked of people, kept with the event and with the clock."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from spots.cases.events import EventKind
from spots.cases.late.models import LateReason, LateReasonGiven
from spots.cases.late.reading import late_clocks
from spots.cases.models import Case, Event
from spots.cases.transitions.record import Author, IllegalMoveError, say_why
from spots.sla.models import Clock


@dataclass(frozen=True)
class WhyLate:
    """A promise that is kept late, and why; of one in time, nothing."""

    clock: Clock | None
    reason: LateReason | None

    @property
    def facts(self) -> dict[str, int]:
        """What the event says of it."""
        if self.clock is None or self.reason is None:
            return {}
        return {"late_reason": self.reason.pk}

    def keep(self, case: Case, kind: EventKind, *, now: datetime) -> None:
        """Keep it with the newest event of its kind: that of the move that kept the promise."""
        if self.clock is None or self.reason is None:
            return
        event = Event.objects.filter(case=case, kind=kind).latest("pk")
        LateReasonGiven.objects.create(event=event, clock=self.clock, reason=self.reason, at=now)


def why_late(
    case: Case, move: str, *, reason: LateReason | None, note: str, by: Author, now: datetime
) -> WhyLate:
    """
    Return why the promise that a move keeps is kept late, if it is, of a locked case.

    :raises IllegalMoveError: it is, and a person gives no reason, or not the note that it wants
    """
    clock = late_clocks([case.pk], move, now=now).first()
    if clock is not None and by is not None:
        if reason is None:
            raise IllegalMoveError(_("The promised time was missed: say why."))
        if reason.wants_note:
            say_why(note)
    return WhyLate(clock, reason)
