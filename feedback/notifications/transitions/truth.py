"""Whether what a message says still holds, and is still wanted."""

from collections.abc import Collection, Iterable

from complaints.customers.consent import OptOut, Purpose
from feedback.notifications.catalogue import ASKING, Reason
from feedback.notifications.models import Message
from feedback.notifications.states import Why
from feedback.surveys.models import Answer
from feedback.surveys.states import ANSWERABLE, OPEN
from feedback.surveys.states import State as Asked
from spots.cases.models import Case
from spots.cases.states import WORKING, State


def still_true(reason: str, case: Case) -> bool:
    """Say whether a case, or the one it lives on in, is still as a message of this reason says."""
    survivor = case.survivor
    if reason == Reason.FIXED:
        return survivor.state not in {*WORKING, State.DISMISSED}
    return survivor.has_term


def purpose_of(reason: str) -> Purpose:
    """Return what customers have to refuse so as not to get messages of a reason."""
    return Purpose.SURVEY if reason in ASKING else Purpose.SERVICE


def invitations_of(messages: Iterable[Message]) -> list[int]:
    """Return the invitations that messages ask by."""
    return [one.invitation_id for one in messages if one.invitation_id is not None]


def reasons_not_to_send(messages: Collection[Message]) -> dict[int, Why]:
    """
    Return why messages about to be sent are cancelled instead, by their number; one query, and one
    more where surveys are asked question by question.

    messages  with their case and invitation
    """
    customers = {message.customer_id for message in messages}
    refused = set(OptOut.objects.filter(customer__in=customers).values_list("customer", "purpose"))
    answered = _answered(messages)
    found = {message.pk: _why_not(message, refused, answered) for message in messages}
    return {pk: why for pk, why in found.items() if why is not None}


def _why_not(
    message: Message, refused: Collection[tuple[int, str]], answered: Collection[tuple[int, int]]
) -> Why | None:
    if (message.customer_id, purpose_of(message.reason)) in refused:
        return Why.OPTED_OUT
    if message.reason in ASKING:
        return None if _still_asks(message, answered) else Why.ANSWERED
    if message.case is None or still_true(message.reason, message.case):
        return None
    return Why.REOPENED if message.reason == Reason.FIXED else Why.OVERTAKEN


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
