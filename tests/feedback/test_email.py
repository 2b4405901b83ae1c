"""Against a mail server that really runs."""

import re
from email import message_from_bytes
from email.header import decode_header, make_header
from html import unescape

import pytest
import time_machine
from django.core.mail import EmailMultiAlternatives

from complaints.models import OptOut
from feedback.models import Answer, Message
from feedback.notifications import transitions
from feedback.notifications.channels import email
from feedback.notifications.channels.outcome import Outgoing
from feedback.notifications.gateways.breaker import FEWEST
from feedback.notifications.sending import delivery
from feedback.surveys import transitions as surveys
from tests.factories import (
    NOW,
    make_customer,
    make_fixed_spot,
    make_message,
    make_survey,
    make_touch,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _sms_on_the_console(settings):
    settings.SMS_GATEWAY = "console:"


def send_to(address: str) -> Message:
    message = make_message(
        channel="email",
        subject="Мы исправили связь",
        customer=make_customer(phone="", email=address),
    )
    delivery.send_messages(now=NOW)
    message.refresh_from_db()
    return message


def test_a_letter_arrives_as_text_and_as_html_with_the_link(mail_server):
    make_fixed_spot(make_customer(phone="", email="ana@example.org"))
    transitions.plan_messages(now=NOW)

    delivery.send_messages(now=NOW)

    message = Message.objects.get()
    (envelope,) = mail_server.taken
    letter = message_from_bytes(envelope.content)
    text, html = (part.get_payload(decode=True).decode() for part in letter.get_payload())
    assert envelope.rcpt_tos == ["ana@example.org"]
    assert str(make_header(decode_header(letter["Subject"]))) == message.subject
    assert message.text.splitlines() == text.splitlines()
    assert '<html lang="ru">' in html
    assert f"<{message.key}@localhost>" == letter["Message-ID"]
    assert message.state == "handed_over"
    assert message.invitation.state == "delivered"  # nobody will ever report more of a letter


def test_a_letter_has_the_scale_in_it_and_following_a_score_votes_for_nothing(mail_server, client):
    make_survey("touch", {"kind": "nps"})
    make_touch(customer=make_customer(phone="", email="ana@example.org"))
    surveys.find(now=NOW)
    transitions.ask_customers(now=NOW)

    delivery.send_messages(now=NOW)

    (envelope,) = mail_server.taken
    letter = message_from_bytes(envelope.content)
    html = letter.get_payload()[1].get_payload(decode=True).decode()
    links = [unescape(one) for one in re.findall(r'href="([^"]+&amp;score=[0-9]+)"', html)]
    assert [link.rpartition("=")[2] for link in links] == [str(score) for score in range(11)]
    with time_machine.travel(NOW):
        assert b"Send 7" in client.get(links[7].replace("lang=ru", "lang=en")).content
        assert not Answer.objects.exists()
        # what a mail program's own button does (RFC 8058)
        page = letter["List-Unsubscribe"].strip("<>")
        client.post(page, letter["List-Unsubscribe-Post"], "application/x-www-form-urlencoded")
    assert OptOut.objects.get().purpose == "survey"


@pytest.mark.parametrize(
    ("where", "answer", "state"),
    [
        ("ana@example.org", "550 no such mailbox", "failed"),
        ("ana@example.org", "451 try later", "planned"),
        ("DATA", "554 no", "failed"),
        ("DATA", "421 busy", "planned"),
    ],
)
def test_a_refusal_is_for_good_or_for_now_as_the_server_says(mail_server, where, answer, state):
    mail_server.answers[where] = answer

    message = send_to("ana@example.org")

    assert message.state == state
    assert message.error == answer[:3]


def test_mailboxes_that_are_busy_shut_the_mail_server_for_nobody_else(mail_server):
    """Whoever types a dozen of them into the form would have everybody's letters wait."""
    for number in range(FEWEST):
        address = f"busy{number}@example.org"
        mail_server.answers[address] = "450 mailbox is busy"
        customer = make_customer(phone="", email=address)
        make_message(channel="email", subject="S", customer=customer)
    delivery.send_messages(now=NOW)

    assert Message.objects.filter(state="planned", error="450").count() == FEWEST
    assert send_to("ana@example.org").state == "handed_over"


def test_a_letter_that_was_refused_costs_its_neighbours_nothing(mail_server):
    mail_server.answers["lost@example.org"] = "550 no such mailbox"
    lost = make_message(channel="email", customer=make_customer(phone="", email="lost@example.org"))

    found = send_to("ana@example.org")

    lost.refresh_from_db()
    assert (lost.state, found.state) == ("failed", "handed_over")


@pytest.mark.parametrize("address", ["а" * 30 + "@example.org", "ä" * 32 + "@example.org"])
def test_an_address_that_no_header_can_hold_costs_its_neighbours_nothing(mail_server, address):
    customers = [make_customer(phone="", email=one) for one in (address, "ana@example.org")]
    odd, good = (make_message(channel="email", subject="S", customer=one) for one in customers)

    delivery.send_messages(now=NOW)

    odd.refresh_from_db()
    good.refresh_from_db()
    assert (odd.state, good.state) == ("failed", "handed_over")
    assert [envelope.rcpt_tos for envelope in mail_server.taken] == [["ana@example.org"]]


def test_a_letter_that_breaks_its_gateway_costs_its_neighbours_nothing(mail_server, monkeypatch):
    letter = email._letter

    def breaks(outgoing: Outgoing) -> EmailMultiAlternatives:
        return letter(outgoing) if outgoing.address.startswith("ana") else {}["nothing"]

    monkeypatch.setattr(email, "_letter", breaks)
    customers = [make_customer(phone="", email=f"{one}@example.org") for one in ("odd", "ana")]
    odd, good = (make_message(channel="email", subject="S", customer=one) for one in customers)

    delivery.send_messages(now=NOW)

    odd.refresh_from_db()
    good.refresh_from_db()
    assert (odd.state, good.state) == ("uncertain", "handed_over")


def test_a_line_that_breaks_leaves_the_letter_uncertain_and_sends_it_once(mail_server):
    async def break_off(server, session, envelope):
        mail_server.taken.append(envelope)
        server.transport.close()

    mail_server.handle_DATA = break_off

    message = send_to("ana@example.org")
    delivery.send_messages(now=NOW)

    message.refresh_from_db()
    assert (message.state, message.why) == ("uncertain", "no_answer")
    assert len(mail_server.taken) == 1


def test_a_server_that_is_not_there_is_tried_again(settings):
    settings.EMAIL_BACKEND = "complaints.outgoing.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9

    assert send_to("ana@example.org").state == "planned"
