"""Against an SMS centre that really runs, and misbehaves on purpose."""

from datetime import timedelta

import pytest

from feedback.models import Message, Part
from feedback.notifications import transitions
from feedback.notifications.sending import delivery
from tests.factories import NOW, make_customer, make_fixed_spot, make_message

pytestmark = pytest.mark.django_db

LONG = "Мы исправили связь у вас дома, и теперь всё должно работать. 😀 Стало лучше? Ответьте нам!"


def send(*, minutes: float = 0) -> int:
    return delivery.send_messages(now=NOW + timedelta(minutes=minutes))


def state_of(message: Message) -> str:
    message.refresh_from_db()
    return message.state


def test_from_the_fix_to_the_receipt(smsc):
    make_fixed_spot(make_customer(phone="+79161234512"))
    transitions.plan_messages(now=NOW)

    send()

    message = Message.objects.get()
    submitted = smsc.saw("submit")
    assert message.state == "delivered"
    assert message.parts == len(submitted) > 1
    assert "".join(one["text"] for one in submitted) == message.text
    assert {(one["to"], one["from"], one["asked"]) for one in submitted} == {
        ("79161234512", "0650", 1)
    }


@pytest.mark.parametrize(
    ("text", "coding", "parts"),
    [
        ("We have fixed it: {[^~]} €", 0, 1),
        ("@" * 152 + "[" + "@" * 9, 0, 2),
        ("Готово", 8, 1),
        ("я" * 66 + "😀" + "я" * 66, 8, 3),
    ],
)
def test_texts_arrive_letter_for_letter(smsc, text, coding, parts):
    make_message(text=text, parts=parts)

    send()

    submitted = smsc.saw("submit")
    assert "".join(one["text"] for one in submitted) == text
    assert [one["coding"] for one in submitted] == [coding] * parts
    if parts > 1:  # 00 03, one reference, how many, which
        assert len({one["header"][4:6] for one in submitted}) == 1
        tails = [(one["header"][:4], one["header"][6:]) for one in submitted]
        assert tails == [("0003", f"{parts:02x}{n:02x}") for n in range(1, parts + 1)]


def test_many_messages_go_through_one_connection_once_each(smsc):
    spot = make_fixed_spot(*(make_customer() for _ in range(30)))
    for complaint in spot.memberships.all():
        make_message(customer=complaint.complaint.customer, case=spot, text="Fixed")

    assert send() == 30

    numbers = [one["to"] for one in smsc.saw("submit")]
    assert len(numbers) == len(set(numbers)) == 30
    assert len(smsc.saw("bound")) == 1
    assert set(Message.objects.values_list("state", flat=True)) == {"delivered"}


def test_throttled_parts_are_sent_later_and_those_taken_are_not_sent_twice(smsc):
    message = make_message(text=LONG, parts=2)
    smsc.behave(throttle=1)

    send()
    assert state_of(message) == "planned"
    assert message.due_at > NOW
    assert send(minutes=0.1) == 0
    send(minutes=1)

    texts = [one["text"] for one in smsc.saw("submit")]
    assert state_of(message) == "delivered"
    assert len(smsc.saw("refused")) == 1
    assert (
        sorted(texts) == sorted({LONG[:67], LONG[67:]})
        or "".join(sorted(texts, key=LONG.find)) == LONG
    )


def test_a_refused_number_fails_for_good_and_its_neighbours_do_not(smsc):
    refused = make_message(customer=make_customer(phone="+79160000011", email=""))
    taken = make_message(customer=make_customer(phone="+79160000012"))
    smsc.behave(refuse={"79160000011": 0x0B})

    send()

    assert (state_of(refused), state_of(taken)) == ("failed", "delivered")
    assert refused.why == "refused"


def test_a_system_error_is_tried_again(smsc):
    message = make_message(customer=make_customer(phone="+79160000011"))
    smsc.behave(refuse={"79160000011": 0x08})
    send()
    assert state_of(message) == "planned"
    smsc.behave(refuse={})

    send(minutes=1)

    assert state_of(message) == "delivered"


def test_a_line_that_breaks_after_the_text_was_taken_leaves_it_uncertain_and_sends_it_once(smsc):
    message = make_message()
    smsc.behave(drop=True)

    for minutes in (0, 1, 10, 60):
        send(minutes=minutes)

    assert (state_of(message), message.why) == ("uncertain", "no_answer")
    assert len(smsc.saw("submit")) == 1


def test_a_centre_that_does_not_answer_in_time_leaves_the_message_uncertain(smsc, monkeypatch):
    monkeypatch.setattr("feedback.notifications.channels.smpp.PATIENCE", 0.3)
    message = make_message()
    smsc.behave(hold=True)

    send()

    assert state_of(message) == "uncertain"
    smsc.wait_for("submit")
    assert len(smsc.saw("submit")) == 1


def test_a_slow_centre_is_waited_for(smsc):
    message = make_message()
    smsc.behave(delay=700)

    send()

    assert state_of(message) in {"handed_over", "delivered"}


def test_what_a_slow_centre_was_not_given_in_time_waits_and_is_no_failed_attempt(
    smsc, settings, monkeypatch
):
    monkeypatch.setattr("feedback.notifications.channels.smpp.SUBMITS_FOR", 1)
    settings.SMS_GATEWAY += "?window=1"
    given, waiting = make_message(), make_message()
    smsc.behave(delay=2000)

    send()

    assert state_of(given) in {"handed_over", "delivered"}
    assert (state_of(waiting), waiting.attempts) == ("planned", 0)
    assert len(smsc.saw("submit")) == 1


@pytest.mark.parametrize("receipts", ["before", "after", "twice"])
def test_receipts_early_late_and_doubled(smsc, receipts):
    message = make_message()
    smsc.behave(receipts=receipts)

    send()

    assert state_of(message) == "delivered"
    assert Part.objects.count() == 1


def test_answers_in_hex_and_receipts_in_decimal(smsc):
    message = make_message()
    smsc.behave(ids="hex")

    send()

    assert state_of(message) == "delivered"


def test_a_text_that_did_not_arrive_has_failed(smsc):
    message = make_message(customer=make_customer(email=""))
    smsc.behave(stat="UNDELIV")

    send()

    assert (state_of(message), message.why, message.error) == ("failed", "undelivered", "027")


def test_a_text_on_its_way_is_handed_over_until_more_is_known(smsc):
    message = make_message(customer=make_customer(phone="+79161234512"))
    smsc.behave(stat="ENROUTE")
    send()
    assert state_of(message) == "handed_over"
    (submitted,) = smsc.saw("submit")

    smsc.behave(report=[{"id": submitted["id"], "to": "79161234512", "stat": "DELIVRD"}])
    send(minutes=5)  # nothing is due: it only listens

    assert state_of(message) == "delivered"


def test_a_centre_that_cannot_be_reached_is_tried_again(settings):
    settings.SMS_GATEWAY = "smpp://heatmaps:secret@127.0.0.1:9"
    message = make_message()

    send()

    assert (state_of(message), message.attempts, message.due_at) == ("planned", 1, NOW)


def test_a_wrong_password_sends_nothing_and_is_tried_again(smsc, settings):
    settings.SMS_GATEWAY = smsc.address.replace("secret", "wrong")
    message = make_message()

    send()

    assert state_of(message) == "planned"
    assert smsc.saw("submit") == []
