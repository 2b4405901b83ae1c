"""Receipts: doubled, out of order, early, in hex; what is known only grows."""

from datetime import timedelta
from itertools import permutations

import pytest

from complaints.customers.personal import blind_index
from feedback.models import Message, Part, Receipt
from feedback.notifications import transitions
from feedback.notifications.channels.outcome import Delivery, Outcome, ReceiptFacts
from feedback.notifications.outbox.models import PartState
from feedback.notifications.sending.delivery import send_messages
from tests.factories import NOW, make_customer, make_message

pytestmark = pytest.mark.django_db

PHONE = "+79161234512"


def hand_over(*ids: str, phone: str = PHONE, **fields) -> Message:
    make_message(customer=make_customer(phone=phone), parts=len(ids), **fields)
    (claimed,) = transitions.claim(channel="sms", limit=1, now=NOW)
    outcome = Outcome(dict(enumerate(ids, start=1)))
    transitions.book([transitions.Sent(claimed, phone, outcome)], gateway="g", now=NOW)
    return Message.objects.get(pk=claimed.pk)


def report(gateway_id, delivery=Delivery.DELIVERED, *, address="79161234512", now=NOW):
    """Take a receipt in; returns whether it was matched to its part."""
    facts = ReceiptFacts("g", gateway_id, address, delivery)
    transitions.take_receipts([facts], now=now)
    return transitions.settle_receipts(now=now) == 1


def test_a_message_is_delivered_when_all_its_parts_are():
    message = hand_over("m1", "m2")

    report("m2")
    message.refresh_from_db()
    assert message.state == "handed_over"
    report("m1", now=NOW + timedelta(minutes=1))

    message.refresh_from_db()
    assert (message.state, message.delivered_at) == ("delivered", NOW + timedelta(minutes=1))


def test_a_message_with_a_part_that_failed_has_failed():
    message = hand_over("m1", "m2")

    report("m1")
    report("m2", Delivery.FAILED)

    message.refresh_from_db()
    assert (message.state, message.why) == ("failed", "undelivered")


def test_a_receipt_that_comes_twice_changes_nothing():
    message = hand_over("m1")

    report("m1")
    report("m1", now=NOW + timedelta(hours=1))

    message.refresh_from_db()
    assert message.delivered_at == NOW
    assert Receipt.objects.count() == 1


@pytest.mark.parametrize("order", list(permutations(Delivery)), ids=str)
def test_in_whatever_order_receipts_come_delivered_stays_delivered(order):
    message = hand_over("m1")

    for delivery in order:
        report("m1", delivery)

    message.refresh_from_db()
    assert message.state == "delivered"
    assert Part.objects.get().state == PartState.DELIVERED


def test_a_receipt_that_comes_before_the_answer_waits_for_it():
    assert not report("m1")
    message = hand_over("m1")

    assert transitions.settle_receipts(now=NOW) == 1
    assert transitions.settle_receipts(now=NOW) == 0

    message.refresh_from_db()
    assert message.state == "delivered"


def test_a_parked_receipt_waits_for_a_day():
    report("m1")
    hand_over("m1")

    assert transitions.settle_receipts(now=NOW + timedelta(hours=24)) == 0


def test_what_waits_in_vain_is_forgotten_and_holds_up_no_text_of_the_same_id():
    report("m1")
    report("m2", now=NOW + timedelta(hours=1))

    send_messages(now=NOW + timedelta(hours=24))

    assert Receipt.objects.get().gateway_id == "m2"
    message = hand_over("m1")
    assert report("m1")
    message.refresh_from_db()
    assert message.state == "delivered"


def test_receipts_of_texts_that_are_not_ours_do_not_stand_in_the_way():
    for number in range(5):
        report(f"foreign{number}")
    message = hand_over("m1")
    ours = ReceiptFacts("g", "m1", "79161234512", Delivery.DELIVERED)
    transitions.take_receipts([ours], now=NOW)

    assert transitions.settle_receipts(now=NOW, limit=2) == 1

    message.refresh_from_db()
    assert message.state == "delivered"


@pytest.mark.parametrize("odd", ["x" * 300, "m\0" * 9])
def test_an_id_that_no_centre_may_give_keeps_no_other_receipt_from_arriving(odd):
    message = hand_over("m1")
    reports = [ReceiptFacts("g", one, "79161234512", Delivery.DELIVERED) for one in (odd, "m1")]

    transitions.take_receipts(reports, now=NOW)

    assert transitions.settle_receipts(now=NOW) == 1
    message.refresh_from_db()
    assert message.state == "delivered"


def test_an_answer_in_hex_and_a_receipt_in_decimal_are_the_same():
    message = hand_over("00AB")

    report("171")

    message.refresh_from_db()
    assert message.state == "delivered"


def test_the_number_decides_between_hex_and_decimal():
    ours = hand_over("16")  # hex for 22; its receipt will say 22
    theirs = hand_over("22", phone="+79169999999")

    report("22", address="79161234512")

    ours.refresh_from_db()
    theirs.refresh_from_db()
    assert (ours.state, theirs.state) == ("delivered", "handed_over")


def test_a_receipt_for_a_number_that_was_not_written_to_matches_nothing():
    message = hand_over("m1")

    assert not report("m1", address="79990000000")

    message.refresh_from_db()
    assert message.state == "handed_over"


def test_a_receipt_without_a_number_is_known_by_its_id():
    message = hand_over("m1")

    report("m1", address="")

    message.refresh_from_db()
    assert message.state == "delivered"


def test_a_receipt_of_another_gateway_matches_nothing():
    hand_over("m1")
    facts = ReceiptFacts("another", "m1", "79161234512", Delivery.DELIVERED)

    transitions.take_receipts([facts], now=NOW)

    assert transitions.settle_receipts(now=NOW) == 0


def lose(*, parts: int = 2, **fields) -> Message:
    """A message whose worker died after it was sent, and before that was noted."""
    customer = make_customer(phone=PHONE, phone_index=blind_index(PHONE))
    row = {"claimed_at": NOW, "attempts": 1, "why": "worker_lost", **fields}
    return make_message(customer=customer, parts=parts, state="uncertain", **row)


def seen_after(message: Message) -> str:
    """Let time pass; the state that the message is in then."""
    later = NOW + timedelta(minutes=10)
    transitions.tidy(now=later)
    transitions.settle_receipts(now=later)
    message.refresh_from_db()
    return message.state


def test_receipts_tell_that_a_message_went_whose_worker_died():
    message = lose()
    for gateway_id in ("m1", "m2", "m2"):
        report(gateway_id)

    assert seen_after(message) == "delivered"
    assert message.handed_over_at == NOW
    assert list(message.sent_parts.order_by("number").values_list("number", "gateway_id")) == [
        (1, "m1"),
        (2, "m2"),
    ]
    assert not Receipt.objects.filter(part=None).exists()


@pytest.mark.parametrize(
    "reported",
    [
        pytest.param([("m1", "79161234512", 0)], id="of too few parts"),
        pytest.param([(f"m{n}", "79161234512", 0) for n in range(3)], id="of too many parts"),
        pytest.param([(f"m{n}", "79160000000", 0) for n in range(2)], id="of another number"),
        pytest.param([(f"m{n}", "79161234512", -1) for n in range(2)], id="before it was sent"),
    ],
)
def test_other_receipts_leave_it_uncertain(reported):
    message = lose()
    for gateway_id, address, minutes in reported:
        report(gateway_id, address=address, now=NOW + timedelta(minutes=minutes))

    assert seen_after(message) == "uncertain"


def test_of_two_uncertain_messages_to_a_number_receipts_tell_nothing():
    first = lose()
    second = make_message(
        customer=first.customer, parts=2, state="uncertain", claimed_at=NOW, attempts=1
    )
    for gateway_id in ("m1", "m2"):
        report(gateway_id)

    assert (seen_after(first), seen_after(second)) == ("uncertain", "uncertain")


def test_receipts_of_what_is_being_sent_just_now_are_not_taken_for_those_of_another():
    message = lose()
    lease = {"lease_until": NOW + timedelta(hours=1), "claimed_at": NOW, "attempts": 1}
    make_message(customer=message.customer, parts=2, state="claimed", **lease)
    for gateway_id in ("m1", "m2"):
        report(gateway_id)

    assert seen_after(message) == "uncertain"


def test_no_address_is_kept_in_the_clear():
    hand_over("m1")
    report("m1")

    assert bytes(Part.objects.get().address_index) == blind_index(PHONE)
    assert bytes(Receipt.objects.get().address_index) == blind_index(PHONE)
