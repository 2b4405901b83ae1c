"""What becomes of a message between the outbox and the gateway."""

import logging
from datetime import timedelta

import pytest

from feedback.models import Message, Part
from feedback.notifications import transitions
from feedback.notifications.channels.outcome import Failure, Outcome
from feedback.notifications.sending import delivery
from spots.models import Case
from tests.factories import NOW, make_customer, make_fixed_spot, make_message, make_user

pytestmark = pytest.mark.django_db

LATER = NOW + timedelta(minutes=6)


@pytest.fixture(autouse=True)
def _on_the_console(settings):
    settings.SMS_GATEWAY = "console:"
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


def claim(**more):
    return transitions.claim(channel="sms", limit=10, now=NOW, **more)


def book(message, outcome, *, now=NOW):
    return transitions.book(
        [transitions.Sent(message, "+79160000001", outcome)], gateway="g", now=now
    )


def test_in_the_demo_a_newcomer_reads_the_link_and_not_the_number_in_the_log(caplog):
    make_fixed_spot(make_customer(phone="+79161234512"))
    transitions.plan_messages(now=NOW)
    caplog.set_level(logging.INFO)

    delivery.send_messages(now=NOW)

    assert "+7 916 ***-**-12" in caplog.text
    assert "http://127.0.0.1:8000/r/" in caplog.text
    assert "+79161234512" not in caplog.text
    assert Message.objects.get().state == "handed_over"


def test_a_customer_gets_one_message_however_often_the_sweeps_run(mailoutbox):
    make_fixed_spot(make_customer(phone="", email="ana@example.org"))

    for _ in range(3):
        transitions.plan_messages(now=NOW)
        delivery.send_messages(now=NOW)

    assert [letter.to for letter in mailoutbox] == [["ana@example.org"]]
    assert "/r/" in mailoutbox[0].body
    assert '<a href="http://127.0.0.1:8000/r/' in mailoutbox[0].alternatives[0].content


def test_a_claimed_message_is_nobody_elses_while_the_lease_lasts():
    make_message()

    assert len(claim()) == 1
    assert claim() == []
    transitions.tidy(now=NOW + timedelta(minutes=4))
    assert Message.objects.get().state == "claimed"


def test_a_message_whose_worker_died_is_uncertain_and_not_sent_by_itself(mailoutbox):
    make_message(channel="email", customer=make_customer())
    transitions.claim(channel="email", limit=10, now=NOW)  # and no word since

    for minutes in (6, 60, 600):
        delivery.send_messages(now=NOW + timedelta(minutes=minutes))

    message = Message.objects.get()
    assert mailoutbox == []
    assert (message.state, message.why, message.lease_until) == ("uncertain", "worker_lost", None)


def test_a_worker_that_was_only_slow_may_still_book():
    make_message()
    (claimed,) = claim()
    transitions.tidy(now=LATER)

    assert book(claimed, Outcome({1: "m1"}), now=LATER) == 1
    assert Message.objects.get().state == "handed_over"


def test_a_worker_that_comes_back_after_another_copy_was_sent_books_nothing():
    message = make_message()
    (claimed,) = claim()
    transitions.tidy(now=LATER)
    transitions.send_again(message_id=message.pk, by=make_user(), now=LATER)

    assert book(claimed, Outcome(failure=Failure.PERMANENT), now=LATER) == 0
    assert Message.objects.get().state == "planned"


@pytest.mark.parametrize(
    ("failure", "state", "why", "minutes"),
    [
        (Failure.TEMPORARY, "planned", "", 0),
        (Failure.DEFERRED, "planned", "", 0),
        (Failure.THROTTLED, "planned", "", 0.25),
        (Failure.PERMANENT, "failed", "refused", 0),
        (Failure.NOWHERE, "failed", "no_address", 0),
        (Failure.UNKNOWN, "uncertain", "no_answer", 0),
    ],
)
def test_a_refused_message_is_treated_by_the_class_of_its_failure(failure, state, why, minutes):
    make_message()
    (claimed,) = claim()

    book(claimed, Outcome(failure=failure, error="what it said"))

    message = Message.objects.get()
    assert (message.state, message.why, message.error) == (state, why, "what it said")
    assert minutes <= (message.due_at - NOW) / timedelta(minutes=1) <= minutes * 1.2


def test_a_message_that_is_refused_for_four_hours_is_given_up():
    make_message()
    now = NOW
    for _attempt in range(20):
        claimed = transitions.claim(channel="sms", limit=10, now=now)
        if not claimed:
            break
        book(claimed[0], Outcome(failure=Failure.TEMPORARY), now=now)
        now = max(now, Message.objects.get().due_at)

    message = Message.objects.get()
    assert (message.state, message.why, message.attempts) == ("failed", "unreached", 8)
    assert now - NOW < timedelta(hours=4, minutes=5)


def test_being_throttled_is_no_attempt():
    make_message()
    (claimed,) = claim()

    book(claimed, Outcome(failure=Failure.THROTTLED))

    assert Message.objects.get().attempts == 0


def test_what_was_due_by_day_and_not_sent_waits_for_the_morning():
    make_message()
    tonight = NOW.replace(hour=18)  # 21:00 in Moscow

    delivery.send_messages(now=tonight)
    held = Message.objects.get()
    delivery.send_messages(now=tonight + timedelta(hours=12))

    assert (held.state, held.due_at) == ("held", tonight + timedelta(hours=12))
    assert Message.objects.get().state == "handed_over"


def test_what_is_of_no_use_any_more_expires_unsent():
    make_message(expires_at=NOW + timedelta(hours=1))

    delivery.send_messages(now=NOW + timedelta(hours=1))

    message = Message.objects.get()
    assert (message.state, message.why, message.attempts) == ("expired", "too_late", 0)


def test_a_fix_that_is_taken_back_before_it_was_told_is_not_told():
    make_message()
    Case.objects.update(state="routed")

    delivery.send_messages(now=NOW)

    message = Message.objects.get()
    assert (message.state, message.why) == ("cancelled", "reopened")


def test_the_address_is_the_customers_own_at_the_moment_of_sending(mailoutbox):
    customer = make_customer(email="old@example.org")
    make_message(channel="email", customer=customer)
    customer.email = "new@example.org"
    customer.save()

    delivery.send_messages(now=NOW)

    assert [letter.to for letter in mailoutbox] == [["new@example.org"]]


def test_a_customer_without_an_address_any_more_costs_the_others_nothing(mailoutbox):
    lost = make_message(channel="email", customer=make_customer(email="", phone=""))
    make_message(channel="email", customer=make_customer(email="ana@example.org"))

    delivery.send_messages(now=NOW)

    lost.refresh_from_db()
    assert (lost.state, lost.why) == ("failed", "no_address")
    assert [letter.to for letter in mailoutbox] == [["ana@example.org"]]


def test_a_person_sends_another_copy_of_what_nobody_knows_about(mailoutbox):
    message = make_message(channel="email", state="uncertain", why="no_answer")
    by = make_user("dispatcher")
    key = message.key

    transitions.send_again(message_id=message.pk, by=by, now=NOW)
    delivery.send_messages(now=NOW)

    message.refresh_from_db()
    assert len(mailoutbox) == 1
    assert (message.state, message.copy, message.resent_by, message.resent_at) == (
        "handed_over",
        2,
        by,
        NOW,
    )
    assert message.key != key  # the gateway would take the old one for a repetition
    assert Part.objects.get().copy == 2


@pytest.mark.parametrize("state", ["planned", "cancelled", "expired"])
def test_a_message_in_another_state_is_not_sent_again(state):
    message = make_message(state=state)

    with pytest.raises(transitions.NotSentAgainError):
        transitions.send_again(message_id=message.pk, by=make_user(), now=NOW)


def test_who_may_not_does_not_send_again():
    message = make_message(state="failed")

    with pytest.raises(transitions.NotSentAgainError):
        transitions.send_again(message_id=message.pk, by=make_user("engineer"), now=NOW)


def test_a_run_that_has_had_its_batches_leaves_nothing_claimed(monkeypatch):
    monkeypatch.setattr(delivery, "BATCH", 2)
    monkeypatch.setattr(delivery, "MOST", 2)
    for _ in range(5):
        make_message()

    assert delivery.send_messages(now=NOW) == 4

    states = Message.objects.order_by("pk").values_list("state", flat=True)
    assert list(states) == [*["handed_over"] * 4, "planned"]


def test_sending_a_batch_takes_as_many_queries_for_ten_as_for_two(django_assert_max_num_queries):
    for _ in range(2):
        make_message()
    with django_assert_max_num_queries(67) as few:
        assert delivery.send_messages(now=NOW) == 2
    for _ in range(10):
        make_message()
    with django_assert_max_num_queries(67) as many:
        assert delivery.send_messages(now=NOW) == 10

    assert len(many) == len(few)
