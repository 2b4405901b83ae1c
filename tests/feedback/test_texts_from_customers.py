"""Replies by SMS: answers in any spelling, late, doubled; and STOP."""

from datetime import timedelta

import pytest

from complaints.customers.personal import blind_index
from complaints.models import OptOut
from feedback.models import Answer, IncomingText, Invitation
from feedback.notifications import delivery, transitions
from feedback.notifications.channels.outcome import TextFacts
from feedback.surveys import transitions as surveys
from tests.factories import NOW, make_customer, make_survey, make_touch

pytestmark = pytest.mark.django_db
PHONE = "+79161234512"


@pytest.fixture
def asked(settings):
    """A customer who was asked two questions by SMS from 0650."""
    settings.SMS_SENDER = "0650"
    make_survey("touch", {"kind": "nps"}, {"kind": "text"}, sender="0650")
    make_touch(customer=make_customer(phone=PHONE, phone_index=blind_index(PHONE)))
    surveys.find(now=NOW)
    transitions.ask_customers(now=NOW)
    delivery.send_messages(now=NOW)
    return Invitation.objects.get()


def text(words: str, *, address: str = "79161234512", sender: str = "0650", now=NOW) -> str:
    transitions.take_text(TextFacts("smsc", address, sender, words), now=now)
    transitions.settle_texts(now=now)
    return IncomingText.objects.latest("pk").meaning


@pytest.mark.usefixtures("asked")
@pytest.mark.parametrize("words", ["9", "9!", "девять", " 9 из 10 "])
def test_a_reply_is_an_answer(words):
    assert text(words) == "answer"

    answer = Answer.objects.get()
    assert (answer.score, answer.channel, answer.question) == (9, "sms", 1)


def test_the_second_reply_answers_the_second_question_and_completes(asked):
    text("3")
    text("Нет связи дома")

    asked.refresh_from_db()
    rows = Answer.objects.order_by("question")
    assert [(row.score, row.words) for row in rows] == [(3, ""), (None, "Нет связи дома")]
    assert asked.state == "completed"


def test_what_is_not_understood_is_kept_and_changes_nothing(asked):
    assert text("а кто это?") == "unclear"

    asked.refresh_from_db()
    assert (asked.state, Answer.objects.count()) == ("sent", 0)


@pytest.mark.parametrize(
    ("sent", "why"),
    [
        pytest.param({"sender": "0651"}, "nobody", id="to another of our numbers"),
        pytest.param({"address": "79990000000"}, "nobody", id="from another's telephone"),
        pytest.param({"now": NOW + timedelta(days=31)}, "nobody", id="too late"),
    ],
)
@pytest.mark.usefixtures("asked")
def test_a_reply_counts_for_the_number_it_was_asked_from_and_in_time(sent, why):
    assert text("9", **sent) == why
    assert not Answer.objects.exists()


@pytest.mark.parametrize("words", ["STOP", "Стоп!", "cтoп"])
def test_stop_is_heard_at_any_step(asked, words):
    text("9")

    assert text(words) == "stop"

    assert OptOut.objects.get().customer == asked.customer
    assert Answer.objects.get().score == 9


def test_stop_is_heard_of_whoever_was_asked_nothing():
    customer = make_customer(phone=PHONE, phone_index=blind_index(PHONE))

    text("СТОП")

    assert OptOut.objects.get().customer == customer


def test_a_reply_comes_in_over_smpp(smsc, settings):
    settings.SMS_SENDER = "0650"
    make_survey("touch", {"kind": "nps"})
    make_touch(customer=make_customer(phone=PHONE, phone_index=blind_index(PHONE)))
    surveys.find(now=NOW)
    transitions.ask_customers(now=NOW)
    smsc.behave(reply="девять")

    delivery.send_messages(now=NOW)
    transitions.settle_texts(now=NOW)

    answer = Answer.objects.get()
    assert (answer.score, answer.channel) == (9, "sms")
    assert {one["from"] for one in smsc.saw("submit")} == {"0650"}
