"""A survey and as many customers as will answer it: by its page, and by text."""

from datetime import datetime, timedelta
from typing import Final

from complaints.customers.models import Brand, Customer
from complaints.customers.personal import blind_index
from feedback.notifications.incoming.models import IncomingText
from feedback.notifications.outbox.models import Message, Part
from feedback.notifications.outbox.states import State as Sent
from feedback.notifications.templates.catalogue import Channel, Reason
from feedback.surveys import transitions
from feedback.surveys.catalogue import QuestionKind, Survey, Trigger
from feedback.surveys.drafts import SurveyQuestion
from feedback.surveys.models import Invitation
from feedback.surveys.states import State

SENDER: Final = "0651"
GATEWAY: Final = "bench"


def asked(count: int, *, name: str, now: datetime) -> list[int]:
    """Ask so many new customers the same two questions by text; return their invitations."""
    brand = Brand.objects.get_or_create(code="bench", defaults={"name": "Bench"})[0]
    survey = _survey(now=now)
    version = transitions.version_in_force(survey.pk, now=now)
    customers = Customer.objects.bulk_create(
        (_customer(brand, f"{name}-{number}", now=now) for number in range(count)), batch_size=1000
    )
    row = {"survey": survey, "version": version, "brand": brand, "touch_point": "visit"}
    times = {"created_at": now, "due_at": now, "sent_at": now}
    invitations = Invitation.objects.bulk_create(
        (
            Invitation(
                customer=customer,
                occasion=f"bench:{name}",
                state=State.SENT,
                expires_at=now + timedelta(days=30),
                **row,
                **times,
            )
            for customer in customers
        ),
        batch_size=1000,
    )
    return [one.pk for one in invitations]


def replied(invitation_ids: list[int], *, now: datetime) -> None:
    """Let the question have gone to each of these customers, and a reply of each have come in."""
    invitations = Invitation.objects.filter(pk__in=invitation_ids).select_related("customer")
    found = list(invitations.order_by("pk"))
    messages = Message.objects.bulk_create((_message(one, now=now) for one in found), 1000)
    indexes = [blind_index(one.customer.phone) for one in found]
    Part.objects.bulk_create(
        (
            Part(
                message=message,
                copy=1,
                number=1,
                gateway=GATEWAY,
                gateway_id=str(message.pk),
                address_index=index,
                sent_at=now,
            )
            for message, index in zip(messages, indexes, strict=True)
        ),
        1000,
    )
    row = {"gateway": GATEWAY, "sender": SENDER, "text": "девять", "received_at": now}
    IncomingText.objects.bulk_create(
        (IncomingText(address_index=index, **row) for index in indexes), 1000
    )


def _survey(*, now: datetime) -> Survey:
    wanted = {"trigger": Trigger.TOUCH, "touch_point": "visit", "title_ru": "Как прошёл визит?"}
    row = {**wanted, "by_text": True, "sender": SENDER, "active": True, "active_since": now}
    survey, new = Survey.objects.get_or_create(name="bench", defaults=row)
    if new:
        kinds = (QuestionKind.NPS, QuestionKind.TEXT)
        SurveyQuestion.objects.bulk_create(
            SurveyQuestion(survey=survey, number=number, kind=kind, words_ru="Вопрос?")
            for number, kind in enumerate(kinds, start=1)
        )
    return survey


def _customer(brand: Brand, name: str, *, now: datetime) -> Customer:
    number = int.from_bytes((blind_index(name) or b"")[:4], "big") % 10**9
    phone = f"+79{number:09d}"
    return Customer(
        brand=brand,
        crm_id=name,
        phone=phone,
        phone_index=blind_index(phone),
        segment="mass",
        described_at=now,
    )


def _message(one: Invitation, *, now: datetime) -> Message:
    times = {"planned_at": now, "due_at": now, "handed_over_at": now}
    return Message(
        reason=Reason.SURVEY,
        question=1,
        invitation=one,
        customer=one.customer,
        brand_id=one.brand_id,
        channel=Channel.SMS,
        language="ru",
        text="Вопрос?",
        parts=1,
        time_zone="Europe/Moscow",
        state=Sent.HANDED_OVER,
        expires_at=now + timedelta(days=3),
        **times,
    )
