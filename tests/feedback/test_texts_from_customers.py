"""Replies by SMS: answers in any spelling, late, doubled; and STOP."""

from datetime import timedelta
from itertools import permutations
from types import SimpleNamespace

import pytest
from django.db import connection
from smpplib import smpp

from complaints.customers.personal import blind_index
from complaints.models import OptOut
from feedback.models import Answer, Gateway, IncomingText, Invitation, Message
from feedback.notifications import transitions
from feedback.notifications.channels.outcome import Piece, TextFacts
from feedback.notifications.channels.receipt_text import text_of
from feedback.notifications.sending import delivery
from feedback.surveys import transitions as surveys
from feedback.surveys.questions import Said
from tests.factories import NOW, make_brand, make_customer, make_survey, make_touch

pytestmark = pytest.mark.django_db
PHONE = "+79161234512"


@pytest.fixture
def asked(settings):
    """A customer who was asked two questions by SMS from 0650."""
    settings.SMS_SENDER = "0650"
    make_survey("touch", {"kind": "nps"}, {"kind": "text"}, sender="0650", by_text=True)
    make_touch(customer=make_customer(phone=PHONE, phone_index=blind_index(PHONE)))
    surveys.find(now=NOW)
    transitions.ask_customers(now=NOW)
    delivery.send_messages(now=NOW)
    return Invitation.objects.get()


def written() -> list[tuple[str, int]]:
    """The texts that were written: the reason of each, and which question it puts."""
    return list(Message.objects.order_by("turn").values_list("reason", "question"))


def text(words: str, *, address: str = "79161234512", sender: str = "0650", now=NOW) -> str:
    transitions.take_text(TextFacts("smsc", address, sender, words), now=now)
    transitions.settle_texts(now=now)
    return IncomingText.objects.latest("pk").meaning


def pieces(*words: str, reference: int = 7, now=NOW) -> None:
    """Parts of a long text as they come, numbered by the words they begin with: "2 …"."""
    for said in words:
        piece = Piece(reference, int(said[0]), 3)
        transitions.take_text(TextFacts("smsc", "79161234512", "0650", said[1:], piece), now=now)


@pytest.mark.parametrize("order", list(permutations(("1Сети нет ни до", "2ма, ни на", "3 даче."))))
def test_a_long_text_is_heard_as_one_whatever_order_its_parts_come_in(asked, order):
    text("3")
    delivery.send_messages(now=NOW)
    first, *others = order
    pieces(first, first)
    transitions.settle_texts(now=NOW)
    assert Answer.objects.count() == 1
    pieces(*others)
    pieces("1Другой", reference=8)

    transitions.settle_texts(now=NOW)

    assert Answer.objects.get(question=2).words == "Сети нет ни дома, ни на даче."
    meanings = list(IncomingText.objects.order_by("pk").values_list("meaning", flat=True))
    assert meanings == ["answer", "answer", "piece", "piece", "piece", ""]


def test_parts_whose_others_never_come_are_heard_without_them(asked):
    text("3")
    delivery.send_messages(now=NOW)
    pieces("3 даче.", "1Сети нет на")

    transitions.settle_texts(now=NOW + timedelta(minutes=1))
    assert Answer.objects.count() == 1
    transitions.settle_texts(now=NOW + timedelta(minutes=2))

    assert Answer.objects.get(question=2).words == "Сети нет на даче."


@pytest.mark.parametrize(
    ("header", "piece"),
    [
        ("050003070301", Piece(7, 1, 3)),
        ("06080412340302", Piece(0x1234, 2, 3)),
        ("0b0504158100000003070303", Piece(7, 3, 3)),  # ports before it
        ("050003070304", None),
        ("050003070001", None),
        ("00", None),
    ],
)
def test_a_header_says_which_part_a_text_is(header, piece):
    words = "Связь".encode("utf-16-be")
    pdu = smpp.make_pdu("deliver_sm", client=SimpleNamespace(next_sequence=lambda: 1))
    pdu.esm_class, pdu.data_coding = 0x40, 8
    pdu.source_addr, pdu.destination_addr = b"79161234512", b"0650"
    pdu.short_message = bytes.fromhex(header) + words

    assert text_of(pdu, gateway="smsc") == TextFacts("smsc", "79161234512", "0650", "Связь", piece)


@pytest.mark.usefixtures("asked")
@pytest.mark.parametrize("words", ["9", "9!", "девять", " 9 из 10 "])
def test_a_reply_is_an_answer(words):
    assert text(words) == "answer"

    answer = Answer.objects.get()
    assert (answer.score, answer.channel, answer.question) == (9, "sms", 1)


def test_the_second_reply_answers_the_second_question_and_completes(asked):
    text("3")
    delivery.send_messages(now=NOW)
    text("Нет связи дома")

    asked.refresh_from_db()
    rows = Answer.objects.order_by("question")
    assert [(row.score, row.words) for row in rows] == [(3, ""), (None, "Нет связи дома")]
    assert asked.state == "completed"


def test_what_is_not_understood_is_kept_and_changes_nothing(asked):
    assert text("а кто это?") == "unclear"

    asked.refresh_from_db()
    assert (asked.state, Answer.objects.count()) == ("sent", 0)


def test_a_text_that_breaks_what_hears_it_holds_up_no_other(asked, monkeypatch):
    def breaks(*_text: object, **_more: object) -> None:
        connection.cursor().execute("SELECT 1 / 0")

    transitions.take_text(TextFacts("smsc", "79161234512", "0650", "9" * 5000), now=NOW)
    with monkeypatch.context() as other:
        other.setattr("feedback.notifications.transitions.hearing.turn", breaks)
        assert text("8") == "unclear"
    assert text("7") == "answer"

    meanings = list(IncomingText.objects.order_by("pk").values_list("meaning", flat=True))
    assert meanings == ["unclear", "unclear", "answer"]
    assert Answer.objects.get().score == 7


def test_a_customers_digits_without_end_hold_up_no_other(asked):
    transitions.take_text(TextFacts("smsc", "79161234512", "0650", "9" * 5000), now=NOW)

    assert text("7") == "answer"

    meanings = list(IncomingText.objects.order_by("pk").values_list("meaning", flat=True))
    assert meanings == ["unclear", "answer"]


@pytest.mark.parametrize(
    ("sent", "why"),
    [
        pytest.param({"sender": "0651"}, "nobody", id="to another of our numbers"),
        pytest.param({"address": "79990000000"}, "nobody", id="from another's telephone"),
        pytest.param({"now": NOW + timedelta(days=31)}, "late", id="too late"),
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

    assert OptOut.objects.get(purpose="survey").customer == asked.customer
    assert Answer.objects.get().score == 9
    delivery.send_messages(now=NOW)
    assert Message.objects.get(turn=1).state == "cancelled"  # the second question


@pytest.mark.usefixtures("asked")
def test_a_survey_by_text_puts_its_questions_one_by_one_and_thanks():
    assert Message.objects.get().text.startswith("Demo: Вопрос 1?")
    for reply in ("кто это?", "9", "Спасибо вам"):
        text(reply)
        delivery.send_messages(now=NOW)

    assert written() == [
        ("survey", 1),
        ("question", 1),  # once more: it was not understood
        ("question", 2),
        ("question", 0),  # thanks
    ]
    assert set(Message.objects.values_list("state", flat=True)) == {"handed_over"}


@pytest.mark.usefixtures("asked")
def test_what_is_sent_twice_answers_once_and_asks_once():
    for _ in range(3):
        text("9")
    delivery.send_messages(now=NOW)

    assert Answer.objects.count() == 1
    assert [one[1] for one in written()] == [1, 2]


@pytest.mark.usefixtures("asked")
def test_a_text_that_came_before_the_next_question_is_no_answer_to_it():
    text("9")
    delivery.send_messages(now=NOW + timedelta(seconds=9))

    text("8", now=NOW + timedelta(seconds=5))

    assert [(row.question, row.score) for row in Answer.objects.all()] == [(1, 8)]


@pytest.mark.usefixtures("asked")
def test_nobody_is_asked_the_same_more_than_three_times():
    for _ in range(1000):
        IncomingText.objects.create(
            gateway="smsc",
            address_index=blind_index(PHONE),
            sender="0650",
            text="что?",
            received_at=NOW,
        )
    while delivery.send_messages(now=NOW):
        pass

    assert [one[1] for one in written()] == [1, 1, 1]


def test_a_question_that_was_answered_on_the_page_meanwhile_is_not_put(asked):
    text("9")
    surveys.answer(invitation_id=asked.pk, question=2, said=Said(), words="всё", now=NOW)

    delivery.send_messages(now=NOW)

    assert Message.objects.get(turn=1).why == "answered"


def test_a_reply_in_the_night_gets_its_next_question_in_the_morning_and_no_thanks(asked):
    night = NOW.replace(hour=20)  # 23:00 in Moscow
    text("9", now=night)

    question = Message.objects.get(turn=1)
    assert (question.state, question.due_at) == ("held", NOW.replace(hour=6) + timedelta(days=1))
    surveys.answer(invitation_id=asked.pk, question=2, said=Said(), words="всё", now=night)
    text("10", now=night)
    assert Message.objects.count() == 2


def test_a_link_survey_takes_replies_and_writes_nothing_back(asked):
    type(asked.survey).objects.update(by_text=False)

    text("9")

    assert Answer.objects.get().score == 9
    assert Message.objects.count() == 1


def test_stop_is_heard_of_whoever_was_asked_nothing():
    customer = make_customer(phone=PHONE, phone_index=blind_index(PHONE))

    text("СТОП")

    assert OptOut.objects.get(purpose="survey").customer == customer


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


@pytest.mark.parametrize("of", ["other", "demo", None])
def test_a_gateway_of_one_brand_speaks_for_no_customer_of_another(asked, of):
    """Whoever runs it may say that a text came from any number."""
    brand = make_brand(of) if of else None
    Gateway.objects.create(name="smsc", kind="smpp", address="smpp://u:p@127.0.0.1", brand=brand)
    is_heard = of != "other"

    meanings = [text("9"), text("стоп")]

    assert meanings == ["answer" if is_heard else "nobody", "stop"]
    assert Answer.objects.exists() is OptOut.objects.exists() is is_heard
