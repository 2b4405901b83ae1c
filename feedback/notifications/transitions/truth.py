"""Whether what a message says still holds, and is still wanted."""

from collections.abc import Collection, Iterable
from datetime import datetime

from complaints.customers.consent import refusing
from feedback.notifications.outbox.models import Message
from feedback.notifications.outbox.states import Why
from feedback.notifications.recipients.consenting import purpose_of
from feedback.notifications.templates.catalogue import ASKING, RATED, Reason
from feedback.surveys.models import Answer
from feedback.surveys.states import ANSWERABLE, OPEN
from feedback.surveys.states import State as Asked
from spots.cases.models import Case
from spots.cases.states import WORKING, Dismissal, State


def still_true(reason: str, case: Case) -> bool:
    """Say whether a case, or the one it lives on in, is still as a message of this reason says."""
    survivor = case.survivor
    if reason in RATED:
        return survivor.state not in {*WORKING, State.DISMISSED}
    if reason == Reason.CANNOT:
        return survivor.dismissed_for == Dismissal.CANNOT
    if reason == Reason.OPENED:  # who is told a term knows that it opened
        return survivor.state in WORKING and not survivor.has_term
    if reason in {Reason.REOPENED, Reason.ATTACHED, Reason.AREA}:
        return survivor.state in WORKING
    return survivor.has_term


def invitations_of(messages: Iterable[Message]) -> list[int]:
    """Return the invitations that messages ask by."""
    return [one.invitation_id for one in messages if one.invitation_id is not None]


def reasons_not_to_send(messages: Collection[Message], *, now: datetime) -> dict[int, Why]:
    """
    Return why messages about to be sent are cancelled instead, by their number; a query for each
    purpose, and one more where surveys are asked question by question.

    messages  with their case, batch and invitation
    """
    customers = {message.customer_id for message in messages}
    refused = {
        (pk, purpose)
        for purpose in sorted({purpose_of(message.reason) for message in messages})
        for pk in refusing(purpose).filter(pk__in=customers).values_list("pk", flat=True)
    }
    answered = _answered(messages)
    found = {message.pk: _why_not(message, refused, answered, now) for message in messages}
    return {pk: why for pk, why in found.items() if why is not None}


def _why_not(
    message: Message,
    refused: Collection[tuple[int, str]],
    answered: Collection[tuple[int, int]],
    now: datetime,
) -> Why | None:
    if (message.customer_id, purpose_of(message.reason)) in refused:
        return Why.OPTED_OUT
    if message.reason in ASKING:
        return None if _still_asks(message, answered) else Why.ANSWERED
    if message.case is None:
        return Why.OVERTAKEN if _works_are_over(message, now) else None
    if _names_another_term(message, message.case):
        return Why.OVERTAKEN
    if still_true(message.reason, message.case):
        return None
    return Why.REOPENED if message.reason in RATED else Why.OVERTAKEN


def _works_are_over(message: Message, now: datetime) -> bool:
    works = message.batch.works if message.batch else None
    return works is not None and works.ends_at is not None and works.ends_at <= now


def _names_another_term(message: Message, case: Case) -> bool:
    # a case that lives on in another has that one's term, of which nobody here is told anew
    return message.term is not None and not case.merged_into_id and message.term != case.eta_at


def _answered(messages: Collection[Message]) -> set[tuple[int, int]]:
    """Return the questions that were answered since texts were written that put them."""
    ids = [message.invitation_id for message in messages if message.turn]
    if not ids:
        return set()
    return set(Answer.objects.filter(invitation__in=ids).values_list("invitation", "question"))


def _still_asks(message: Message, answered: Collection[tuple[int, int]]) -> bool:
    invitation = message.invitation
    if invitation is None:
        return False
    if message.turn:
        is_answered = (invitation.pk, message.question) in answered
        return invitation.state in ANSWERABLE and not is_answered
    return invitation.state in OPEN - {Asked.STARTED}
