"""Every write to invitations and answers."""

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Count

from feedback.surveys.models import Answer, AnswerChannel, Invitation
from spots.cases import transitions as cases
from spots.cases.models import Event

VALID_FOR = timedelta(days=30)
LONGEST_COMMENT = 2000  # letters of one comment
UNHAPPY_UP_TO = 2  # rating: not content with the fix
LONGEST_COMMENTS = 10_000  # letters of all comments of one customer on one fix


class ExpiredError(Exception):
    """The invitation can no longer be answered."""


class UnratedError(Exception):
    """A comment without a rating: the rating comes first."""


def invite(*, event: Event, customer_ids: Collection[int], now: datetime) -> dict[int, int]:
    """
    Invite customers to rate a fix, and return the invitation of each by customer.

    One who was invited already keeps the invitation they have.
    """
    Invitation.objects.bulk_create(
        (
            Invitation(
                case_id=event.case_id,
                event=event,
                customer_id=customer,
                created_at=now,
                expires_at=now + VALID_FOR,
            )
            for customer in customer_ids
        ),
        batch_size=1000,
        ignore_conflicts=True,
    )
    invited = Invitation.objects.filter(event=event, customer__in=customer_ids)
    return dict(invited.values_list("customer_id", "pk"))


@transaction.atomic
def rate(*, invitation_id: int, rating: int, now: datetime) -> Answer:
    """
    Record the rating, 1 to 5; the last one stands, the comment stays.

    The case hears at once how many are not content: it counts in its priority.

    :raises ExpiredError: too late
    """
    invitation = _open(invitation_id, now=now)
    answer = Answer.objects.filter(invitation=invitation).first()
    answer = answer or Answer(invitation=invitation, channel=AnswerChannel.WEB)
    if answer.rating != rating:
        was_unhappy = answer.pk is not None and answer.rating <= UNHAPPY_UP_TO
        answer.rating, answer.rated_at = rating, now
        answer.save()
        if was_unhappy != (rating <= UNHAPPY_UP_TO):
            _tell_case(invitation.case_id, now=now)
    return answer


def _tell_case(case_id: int, *, now: datetime) -> None:
    """Count who is not content with a fix of the case, and let the case know."""
    # Counted under its lock: of two answers at once, the second counts both.
    cases.lock_in_order(case_id)
    unhappy = Answer.objects.filter(invitation__case=case_id, rating__lte=UNHAPPY_UP_TO)
    customers = unhappy.aggregate(n=Count("invitation__customer", distinct=True))["n"]
    cases.hear_unhappy(case_id=case_id, customers=customers, now=now)


@transaction.atomic
def comment(*, invitation_id: int, text: str, now: datetime) -> Answer:
    """
    Add the customer's words to what they said before. The same words twice are said once.

    :raises ExpiredError: too late
    :raises UnratedError: there is no rating yet
    """
    invitation = _open(invitation_id, now=now)
    answer = Answer.objects.filter(invitation=invitation).first()
    if answer is None:
        raise UnratedError
    said = answer.comment.split("\n\n") if answer.comment else []
    words = _cleaned(text)[:LONGEST_COMMENT]
    if words and words not in said:
        answer.comment = "\n\n".join([*said, words])[:LONGEST_COMMENTS]
        answer.commented_at = now
        answer.save(update_fields=["comment", "commented_at"])
    return answer


def _open(invitation_id: int, *, now: datetime) -> Invitation:
    """Return the invitation, locked: a double tap waits for the first to be done."""
    invitation = Invitation.objects.select_for_update().get(pk=invitation_id)
    if invitation.expires_at <= now:
        raise ExpiredError
    return invitation


def _cleaned(text: str) -> str:
    """Return the text with one kind of line end, no control characters and no empty lines."""
    lines = (
        "".join(letter for letter in line if letter.isprintable() or letter == "\t").strip()
        for line in text.splitlines()
    )
    return "\n".join(line for line in lines if line)
