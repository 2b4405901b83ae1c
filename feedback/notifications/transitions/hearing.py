"""What customers text back: an answer to the survey they were asked from that number, or STOP."""

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from complaints.customers import transitions as customers
from complaints.customers.consent import Purpose
from complaints.customers.models import Customer
from feedback.notifications.addresses import index_of
from feedback.notifications.channels.outcome import TextFacts
from feedback.notifications.incoming import IncomingText, Meaning
from feedback.notifications.models import Part
from feedback.surveys import transitions as surveys
from feedback.surveys.models import Answer, AnswerChannel, Invitation
from feedback.surveys.questions import following
from feedback.surveys.replies import asks_to_stop, heard
from feedback.surveys.transitions.answering import said_in


def take_text(facts: TextFacts, *, now: datetime) -> None:
    """Keep a text until it is settled; one that comes from no number is let go."""
    address_index = index_of(facts.address)
    if address_index is None:
        return
    IncomingText.objects.create(
        gateway=facts.gateway,
        address_index=address_index,
        sender=facts.sender,
        text=facts.text,
        received_at=now,
    )


@transaction.atomic
def settle_texts(*, now: datetime, limit: int = 200) -> int:
    """Settle texts in the order they came, and return how many; the same one twice counts once."""
    rows = IncomingText.objects.filter(meaning="").order_by("pk")
    texts = list(rows.select_for_update(skip_locked=True)[:limit])
    for text in texts:
        text.meaning = _settled(text, now=now)
        text.save(update_fields=["meaning", "invitation"])
    return len(texts)


def _settled(text: IncomingText, *, now: datetime) -> Meaning:
    if asks_to_stop(text.text):
        return _stop(text, now=now)
    invitation = _asked(text, now=now)
    if invitation is None or invitation.version is None:
        return Meaning.NOBODY
    text.invitation = invitation
    said = said_in(Answer.objects.filter(invitation=invitation))
    questions = invitation.version.questions
    # Whoever has answered everything, and texts again, means the first question.
    question = following(questions, said) or questions[0]
    reading = heard(text.text, question)
    if reading.said is None:
        return Meaning.UNCLEAR
    try:
        surveys.answer(
            invitation_id=invitation.pk,
            question=question.number,
            said=reading.said,
            words=reading.words,
            channel=AnswerChannel.SMS,
            now=now,
        )
    except (surveys.ExpiredError, surveys.NotAskedError):
        return Meaning.NOBODY
    return Meaning.ANSWER


def _stop(text: IncomingText, *, now: datetime) -> Meaning:
    """Whoever has this number is asked no more, whether a survey is open or not."""
    people = Customer.objects.filter(phone_index=bytes(text.address_index))
    for customer_id in people.order_by("pk").values_list("pk", flat=True):
        customers.opt_out(customer_id=customer_id, purpose=Purpose.SURVEY, told_by="sms", now=now)
    return Meaning.STOP


def _asked(text: IncomingText, *, now: datetime) -> Invitation | None:
    """Return what the customer was last asked from the number that they write to."""
    theirs = Q(survey__sender=text.sender)
    if text.sender == settings.SMS_SENDER:
        theirs |= Q(survey__sender="")
    sent = Part.objects.filter(address_index=bytes(text.address_index))
    rows = Invitation.objects.answerable(now).filter(theirs, messages__in=sent.values("message"))
    return rows.select_related("version").order_by("-sent_at", "-pk").first()
