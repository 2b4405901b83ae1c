"""
A customer is erased while others write of them: whoever is first, nothing of them stays.

Two connections, one of which holds what the other waits for.
"""

import time
from collections.abc import Callable
from datetime import timedelta
from threading import Thread

import pytest
from django.db import connection, transaction
from django.utils import timezone

from complaints.intake.transitions_of_state import resolve
from complaints.models import Complaint, Customer
from feedback.followups import transitions as followups
from feedback.models import Answer, FollowUp, FollowUpStep, Invitation, Message, Part, Receipt
from feedback.notifications import transitions
from feedback.notifications.channels.outcome import Delivery, Failure, Outcome, ReceiptFacts
from feedback.surveys import transitions as surveys
from feedback.surveys.questions import Said
from heatmaps_project.customers.transitions import erase
from heatmaps_project.desk.danger.states import Kind
from heatmaps_project.desk.danger.transitions import step
from heatmaps_project.desk.requests.transitions import answer as answer_request
from heatmaps_project.models import EmergencyStep
from heatmaps_project.tmf.hub.transitions import announce, listen
from heatmaps_project.webhooks.models import Delivery as HubDelivery
from heatmaps_project.webhooks.models import Face
from spots.cases import transitions as cases
from spots.models import Case
from tests.factories import (
    NOW,
    make_api_client,
    make_brand,
    make_complaint,
    make_customer,
    make_emergency,
    make_followup,
    make_invitation,
    make_message,
    make_request,
    make_user,
)

pytestmark = pytest.mark.django_db

PHONE = "+79261234512"
WORDS = "я Анна с Несравненной, 7"
PATIENCE_S = 20.0


def forget(customer: Customer) -> None:
    assert erase(customer_id=customer.pk, by="crm", now=NOW)


def meet(
    first: Callable[[], object],
    second: Callable[[], object],
    then: Callable[[], object] = lambda: None,
) -> None:
    """Let the second run into what the first holds; then end the first, and wait for the second."""
    failed: list[Exception] = []

    def beside() -> None:
        try:
            second()
        except Exception as error:
            failed.append(error)
        finally:
            connection.close()

    thread = Thread(target=beside)
    with transaction.atomic():
        first()
        thread.start()
        until = time.monotonic() + PATIENCE_S
        while not somebody_waits():
            assert thread.is_alive(), failed or "they did not meet"
            assert time.monotonic() < until
            time.sleep(0.02)
        then()
    thread.join()
    assert failed == []


def somebody_waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted)")
        return bool(cursor.fetchone()[0])


@pytest.fixture(name="message")
def _message() -> Message:
    """That a worker has just handed over, and not booked yet."""
    made = make_message(customer=make_customer(phone=PHONE), text=WORDS)
    [claimed] = transitions.claim(channel="sms", limit=10, now=NOW)
    assert claimed.pk == made.pk
    return claimed


def book(message: Message, outcome: Outcome) -> None:
    sent = transitions.Sent(message, PHONE, outcome)
    transitions.book([sent], gateway="sms", now=NOW)


TAKEN = Outcome({1: "77"})
PARTLY = Outcome({1: "77"}, Failure.UNKNOWN, f"no route to {PHONE}")


@pytest.mark.parametrize("outcome", [TAKEN, PARTLY])
@pytest.mark.parametrize("order", ["erased, booked", "booked, erased"])
@pytest.mark.django_db(transaction=True)
def test_nothing_says_where_a_text_went_that_was_on_its_way(message, order, outcome):
    def forgets() -> None:
        forget(message.customer)

    def books() -> None:
        book(message, outcome)

    meet(*((forgets, books) if order == "erased, booked" else (books, forgets)))

    message.refresh_from_db()
    assert (message.text, message.error) == ("", "")
    assert Part.objects.get().gateway_id == "77"
    assert Part.objects.get().address_index is None


@pytest.mark.parametrize("to", [PHONE, ""])
def test_a_receipt_that_comes_late_is_booked_and_tells_nothing(message, to):
    book(message, TAKEN)
    forget(message.customer)
    told = ReceiptFacts("sms", "77", to, Delivery.FAILED, f"no {PHONE}")

    transitions.take_receipts([told], now=NOW)
    transitions.settle_receipts(now=NOW)

    message.refresh_from_db()
    assert (message.state, message.why, message.error) == ("failed", "undelivered", "")
    assert not Receipt.objects.exists()


def test_an_id_that_two_numbers_have_is_of_the_number_that_is_known(message):
    book(message, TAKEN)
    other = make_message(customer=make_customer(phone="+79261234513"))
    [claimed] = transitions.claim(channel="sms", limit=10, now=NOW)
    later = NOW - timedelta(seconds=1)
    transitions.book([transitions.Sent(claimed, "+79261234513", TAKEN)], gateway="sms", now=later)
    forget(message.customer)

    told = ReceiptFacts("sms", "77", "79261234513", Delivery.DELIVERED)
    transitions.take_receipts([told], now=NOW)
    transitions.settle_receipts(now=NOW)

    states = dict(Message.objects.values_list("pk", "state"))
    assert states == {message.pk: "handed_over", other.pk: "delivered"}


def test_receipts_of_what_nobody_here_has_sent_go_after_a_day():
    told = [ReceiptFacts("sms", str(n), PHONE, Delivery.DELIVERED) for n in range(3)]
    transitions.take_receipts(told, now=NOW)

    transitions.tidy(now=NOW + timedelta(hours=23))
    assert Receipt.objects.count() == 3
    transitions.tidy(now=NOW + timedelta(hours=25))

    assert not Receipt.objects.exists()


@pytest.mark.parametrize("order", ["erased, answered", "answered, erased"])
@pytest.mark.django_db(transaction=True)
def test_no_comment_stays_that_was_being_sent(order):
    asked = make_invitation(customer=make_customer(phone=PHONE))
    Invitation.objects.update(expires_at=NOW + timedelta(days=1))

    def forgets() -> None:
        forget(asked.customer)

    def answers() -> None:
        try:
            surveys.answer(invitation_id=asked.pk, question=1, said=Said(1), words=WORDS, now=NOW)
        except surveys.ExpiredError:
            assert order == "erased, answered"

    meet(*((forgets, answers) if order == "erased, answered" else (answers, forgets)))

    assert not Answer.objects.exclude(words=None).exists()
    assert Answer.objects.exists() == (order == "answered, erased")


@pytest.mark.parametrize("order", ["erased, noted", "noted, erased"])
@pytest.mark.django_db(transaction=True)
def test_no_note_of_a_follow_up_stays_that_was_being_written(order):
    row, by = make_followup(), make_user("dispatcher")

    def forgets() -> None:
        forget(row.customer)

    def notes() -> None:
        followups.miss(followup_id=row.pk, note=WORDS, by=by, now=NOW)

    meet(*((forgets, notes) if order == "erased, noted" else (notes, forgets)))

    assert FollowUp.objects.get().misses == 1
    assert not FollowUpStep.objects.exclude(note=None).exists()


def test_what_is_noted_and_answered_late_is_of_nobody():
    agent, customer = make_user("agent"), make_customer(phone=PHONE)
    asked = make_request(customer=customer, by=agent)
    alarm = make_emergency(agent, brand=make_brand(), customer=customer)
    forget(customer)

    answer_request(request_id=asked.pk, state="done", words=WORDS, now=NOW)
    step(emergency_id=alarm.pk, kind=Kind.NOTED, note=WORDS, by=agent, now=NOW)

    asked.refresh_from_db()
    assert (asked.state, asked.answer) == ("done", "")
    assert [row.note for row in EmergencyStep.objects.all()] == [""]


@pytest.mark.django_db(transaction=True)
def test_whoever_fixes_a_single_case_and_whoever_erases_wait_for_each_other_and_not_in_a_circle():
    complaint = make_complaint(text=WORDS)
    single = cases.open_single(complaint_id=complaint.pk, by=None, now=NOW)
    theirs = Complaint.objects.filter(pk=complaint.pk)

    meet(
        lambda: Case.objects.select_for_update().get(pk=single.pk),
        lambda: forget(complaint.customer),
        then=lambda: resolve(theirs, now=NOW),
    )

    complaint.refresh_from_db()
    assert (complaint.text, complaint.resolved_at) == ("", NOW)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("erased_first", [True, False])
def test_what_a_hub_is_about_to_tell_goes_too(erased_first):
    now = timezone.now()
    customer = make_customer(phone=PHONE)
    told = {"callback": "https://crm.example.org/", "query": ""}
    listen(client=make_api_client(), face=Face.TICKETS, now=now - timedelta(minutes=1), **told)
    make_complaint(customer=customer, text=WORDS, received_at=now)

    def announced() -> None:
        announce(Face.TICKETS, now=now)

    def erased() -> None:
        forget(customer)

    meet(*((erased, announced) if erased_first else (announced, erased)))

    assert not [one for one in HubDelivery.objects.all() if WORDS in one.sealed]
