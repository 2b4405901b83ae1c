"""Letters to staff: from the outbox of escalations to the gateway that customers' letters take."""

from datetime import datetime

from feedback.notifications.channels.outcome import Failure, Outcome, Outgoing
from feedback.notifications.holding.retries import retry_at
from feedback.notifications.sending.ways_out import gateway_of
from spots.escalation import transitions
from spots.escalation.letters import Letter, LetterState
from spots.escalation.models import LETTERS, Channel

BATCH = 25
MOST = 20  # batches a run


def send_to_staff(*, now: datetime) -> int:
    """
    Send the letters that are due, and return how many were worked on.

    A worker that dies in between leaves letters claimed; when their lease has ended they are
    uncertain, and are not sent again: each of them is in the receiver's inbox too.
    """
    transitions.give_up_abandoned(now=now)
    handled = 0
    for channel in LETTERS:
        with gateway_of(channel, on_receipts=lambda _facts: None) as gateway:
            for _batch in range(MOST):
                letters = transitions.claim(channel=channel, limit=BATCH, now=now)
                if not letters:
                    break
                outcomes = iter(gateway.send([_outgoing(one) for one in letters if _address(one)]))
                nowhere = Outcome(failure=Failure.NOWHERE)
                booked = [
                    _booked(one, next(outcomes) if _address(one) else nowhere, now=now)
                    for one in letters
                ]
                transitions.book(booked, now=now)
                handled += len(letters)
    return handled


def _address(letter: Letter) -> str:
    """Return where a letter goes; "": nowhere, or whoever it is for has left meanwhile."""
    user = letter.user
    if not user.is_active:
        return ""
    return user.work_phone if letter.channel == Channel.SMS else user.email


def _outgoing(letter: Letter) -> Outgoing:
    return Outgoing(
        address=_address(letter),
        subject=letter.subject,
        text=letter.text,
        key=letter.key,
        language=letter.language,
    )


def _booked(letter: Letter, outcome: Outcome, *, now: datetime) -> transitions.Booked:
    match outcome.failure:
        case None:
            return transitions.Booked(letter, LetterState.SENT)
        case _ if outcome.failure is Failure.UNKNOWN or outcome.accepted:  # also a part of it
            return transitions.Booked(letter, LetterState.UNCERTAIN, error=outcome.error)
        case Failure.TEMPORARY | Failure.DEFERRED | Failure.THROTTLED:
            again = retry_at(attempts=letter.attempts, key=letter.key, now=now)
            if again is not None:
                planned = LetterState.PLANNED
                return transitions.Booked(letter, planned, due_at=again, error=outcome.error)
    return transitions.Booked(letter, LetterState.FAILED, error=outcome.error or "no address")
