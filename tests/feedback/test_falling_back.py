"""Who is not reached by one channel is told by the next, once; and push messages."""

import json
from datetime import timedelta

import pytest
from django.core import mail
from django.urls import reverse
from standardwebhooks.webhooks import Webhook

from complaints.customers.consent import OptOut
from complaints.signing import new_secret
from feedback.models import Gateway, Invitation, Message, Template, Try
from feedback.notifications import transitions
from feedback.notifications.channels.outcome import Delivery, ReceiptFacts
from feedback.notifications.recipients.reach import in_order
from feedback.notifications.sending import delivery
from tests.factories import NOW, make_brand, make_customer, make_message, make_user

pytestmark = pytest.mark.django_db


def make_push(web, **fields) -> Gateway:
    row = {"name": "app", "kind": "push", "address": web.address, "secret": new_secret(), **fields}
    return Gateway.objects.create(**row)


def send(*, hours: float = 0) -> None:
    while delivery.send_messages(now=NOW + timedelta(hours=hours)):
        """Until nothing is left to do at this moment."""


def report(part, how: Delivery) -> None:
    facts = ReceiptFacts(part.gateway, part.gateway_id, "", how)
    transitions.take_receipts([facts], now=NOW)


def tried(message) -> list[tuple[str, str]]:
    message.refresh_from_db()
    past = message.tries.order_by("copy").values_list("channel", "state")
    return [*past, (message.channel, message.state)]


@pytest.mark.parametrize(
    ("has", "prefers", "expected"),
    [
        ("sms email push", "", "push sms email"),
        ("sms email push", "email", "email push sms"),
        ("email sms", "push", "sms email"),
        ("", "sms", ""),
    ],
)
def test_the_preferred_channel_goes_before_the_usual_order(has, prefers, expected):
    assert in_order(has.split(), prefers=prefers) == expected.split()


def test_a_push_message_is_signed_and_says_who_gets_what(web):
    gateway = make_push(web, id_at="messages.0.id")
    message = make_message(channel="push", customer=make_customer(app=True, crm_id="C-1"))

    send()

    headers, body = web.got[0]
    signed = {name.lower(): value for name, value in headers.items()}
    told = Webhook(gateway.secret).verify(body, signed)
    assert told == {
        "id": str(message.key),
        "brand": "demo",
        "customer": "C-1",
        "title": make_brand().name,
        "text": message.text,
        "language": "ru",
        "reason": "fixed",
    }
    assert headers["Idempotency-Key"] == str(message.key)
    assert signed["webhook-id"] == f"msg_{message.key.hex}"
    assert tried(message) == [("push", "handed_over")]
    assert message.sent_parts.get().gateway_id == "77"


def test_what_the_app_refuses_goes_as_a_text_and_then_as_a_letter(web, smsc):
    make_push(web)
    Gateway.objects.create(name="sms", kind="smpp", address=smsc.address)
    web.answer = (404, b"")
    customer = make_customer(app=True)
    smsc.behave(refuse={customer.phone.lstrip("+"): 11})  # ESME_RINVDSTADR
    message = make_message(channel="push", customer=customer)

    send()

    assert tried(message) == [("push", "failed"), ("sms", "failed"), ("email", "handed_over")]
    assert (len(web.got), len(mail.outbox)) == (1, 1)
    assert {one["to"] for one in smsc.saw("refused")} == {customer.phone.lstrip("+")}
    assert not smsc.saw("submit")
    assert message.subject == mail.outbox[0].subject != ""
    assert message.customer.email in mail.outbox[0].to
    link = message.text.partition("/r/")[2]
    assert link  # the letter asks by the same invitation's link
    assert Invitation.objects.get().state == "delivered"  # of letters nobody reports more
    assert len({message.key, *Try.objects.values_list("key", flat=True)}) == 3


def test_a_text_that_expired_goes_as_a_letter_once_however_often_it_is_said(smsc):
    smsc.behave(receipts="none")
    message = make_message()
    send()
    part = message.sent_parts.get()

    for how in (Delivery.EXPIRED, Delivery.EXPIRED, Delivery.FAILED):
        report(part, how)
        send()

    assert tried(message) == [("sms", "expired"), ("email", "handed_over")]
    assert len(mail.outbox) == 1


def test_a_receipt_that_comes_before_the_letter_goes_stops_the_letter(smsc):
    smsc.behave(receipts="none")
    message = make_message()
    send()
    text, part = message.text, message.sent_parts.get()
    report(part, Delivery.EXPIRED)
    transitions.settle_receipts(now=NOW)
    transitions.fall_back(now=NOW)
    assert tried(message) == [("sms", "expired"), ("email", "planned")]

    report(part, Delivery.DELIVERED)
    send()

    assert tried(message) == [("sms", "delivered")]
    assert (message.text, message.copy, mail.outbox) == (text, 1, [])
    assert Invitation.objects.get().state == "delivered"


def test_a_receipt_that_comes_after_the_letter_went_says_so_of_the_text_alone(smsc):
    smsc.behave(receipts="none")
    message = make_message()
    send()
    part = message.sent_parts.get()
    report(part, Delivery.FAILED)
    send()

    report(part, Delivery.DELIVERED)
    send()

    assert tried(message) == [("sms", "delivered"), ("email", "handed_over")]
    assert len(mail.outbox) == 1


def test_whoever_has_no_other_channel_is_not_looked_at_again():
    message = make_message(
        state="failed", why="refused", customer=make_customer(email="", phone="+79161234512")
    )

    assert transitions.fall_back(now=NOW) == 0
    message.refresh_from_db()

    assert (message.state, message.out_of_ways) == ("failed", True)
    assert not Try.objects.exists()


@pytest.mark.parametrize(
    "fields",
    [
        {"state": "uncertain", "why": "no_answer", "claimed_at": NOW},
        {"state": "expired", "why": "too_late"},
        {"state": "cancelled", "why": "opted_out"},
        {"state": "failed", "why": "refused", "expires_at": NOW},
    ],
)
def test_what_perhaps_arrived_or_is_of_no_use_goes_no_other_way(fields):
    message = make_message(**fields)

    assert transitions.fall_back(now=NOW) == 0
    assert tried(message) == [("sms", fields["state"])]


def test_whoever_refused_meanwhile_is_told_by_no_other_channel():
    message = make_message(state="failed", why="undelivered")
    OptOut.objects.create(customer=message.customer, purpose="service", at=NOW, told_by="web")

    send()

    assert tried(message) == [("sms", "failed"), ("email", "cancelled")]
    assert mail.outbox == []


def test_at_night_the_other_channel_waits_for_the_morning():
    night = NOW.replace(hour=20)  # 23:00 in Moscow
    message = make_message(state="failed", why="undelivered")

    transitions.fall_back(now=night)

    message.refresh_from_db()
    assert (message.channel, message.state) == ("email", "held")
    assert message.due_at > night


def test_a_template_that_wants_what_is_not_known_stops_nobody_else(smsc):
    Template.objects.create(
        reason="fixed", channel="email", language="ru", subject="x", body="{eta2} {link}"
    )
    first = make_message(state="failed", why="undelivered")
    other = make_message(
        state="failed", why="undelivered", customer=make_customer(language="en"), language="en"
    )

    assert transitions.fall_back(now=NOW) == 1
    assert [tried(one)[-1] for one in (first, other)] == [("sms", "failed"), ("email", "planned")]


def test_without_a_backend_of_the_app_a_push_message_goes_as_a_text(smsc):
    smsc.behave(receipts="none")
    message = make_message(channel="push", customer=make_customer(app=True))

    send()

    assert tried(message) == [("push", "failed"), ("sms", "handed_over")]


def test_staff_see_every_try(signed_in):
    message = make_message(state="failed", why="undelivered")
    transitions.fall_back(now=NOW)
    client = signed_in("dispatcher")

    page = client.get(reverse("admin:feedback_message_change", args=[message.pk])).content.decode()
    spot = client.get(reverse("admin:spots_spot_change", args=[message.case_id])).content.decode()

    for shown in (page, spot):
        assert "told-try" in shown
        assert message.customer.phone not in shown


def test_the_secret_of_an_app_is_shown_once(signed_in, web):
    client = signed_in("administrator")
    form = {"name": "app", "kind": "push", "rank": 1, "per_second": 300, "active": "on"}

    shown = client.post(
        reverse("admin:feedback_gateway_add"), {**form, "url": web.address}, follow=True
    ).content.decode()
    row = Gateway.objects.get()
    again = client.get(reverse("admin:feedback_gateway_change", args=[row.pk])).content.decode()

    assert row.secret.startswith("whsec_")
    assert row.secret in shown
    assert row.secret not in again
    assert json.dumps(list(row.history.values()), default=str).count("whsec_") == 0


def test_sent_again_is_a_try_too():
    message = make_message(state="failed", why="refused", out_of_ways=True)

    transitions.send_again(message_id=message.pk, by=make_user("administrator"), now=NOW)

    assert tried(message) == [("sms", "failed"), ("sms", "planned")]
    assert Message.objects.get().copy == 2
