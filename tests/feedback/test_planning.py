"""From a fixed case to one message for each of its customers."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from feedback.models import Announcement, Gateway, Invitation, Message, Template
from feedback.notifications import transitions
from feedback.surveys import transitions as surveys
from spots.models import Case
from tests.factories import (
    NOW,
    make_brand,
    make_cause,
    make_complaint,
    make_customer,
    make_event,
    make_fixed_spot,
    make_spot,
    make_survey,
)

pytestmark = pytest.mark.django_db

TONIGHT = NOW.replace(hour=19)  # 22:00 in Moscow
MORNING = NOW.replace(hour=6) + timedelta(days=1)  # 9:00 in Moscow


def make_planned_spot(*customers, eta_at=NOW + timedelta(hours=5), **fields) -> Case:
    complaints = [make_complaint(customer=customer) for customer in customers]
    spot = make_spot(
        complaints=complaints, state="fixing", cause=make_cause(), eta_at=eta_at, **fields
    )
    make_event(spot, "planned")
    return spot


def test_a_batch_that_cannot_be_written_keeps_no_other_waiting(caplog):
    """A term at the end of the calendar: no clock further east knows its hour."""
    end = datetime(9999, 12, 31, 23, 59, tzinfo=UTC)
    make_planned_spot(make_customer(crm_id="one"), eta_at=end)
    other = make_customer(crm_id="two")
    make_planned_spot(other)

    transitions.plan_messages(now=NOW)

    assert [one.customer for one in Message.objects.all()] == [other]
    assert "could not be written" in caplog.text


def test_a_customer_is_told_and_asked_once_however_often_the_sweep_runs():
    customer = make_customer()
    spot = make_fixed_spot(customer)

    written = [transitions.plan_messages(now=NOW + timedelta(minutes=n)) for n in range(3)]

    message = Message.objects.get()
    assert written == [1, 0, 0]
    assert (message.case, message.customer, message.reason) == (spot, customer, "fixed")
    assert (message.state, message.due_at) == ("planned", NOW)
    assert message.expires_at == NOW + timedelta(hours=72)
    assert message.invitation == Invitation.objects.get()


def test_a_customer_of_several_complaints_is_told_once_about_the_first():
    customer = make_customer()
    spot = make_fixed_spot(customer)
    older = make_complaint(customer=customer, occurred_at=NOW - timedelta(days=3))
    spot.memberships.create(complaint=older, since=NOW)

    transitions.plan_messages(now=NOW)

    assert "22 марта" in Message.objects.get().text


def test_the_text_says_who_where_when_and_has_a_link_of_its_own():
    make_fixed_spot(make_customer(), make_customer(language="en"))

    transitions.plan_messages(now=NOW)

    ru, en = (message.text for message in Message.objects.order_by("customer"))
    assert ru.startswith(
        "Demo: вы сообщали о проблеме со связью (Мытищи, ул. Полевая, 25 марта). Мы её устранили."
    )
    assert en.startswith(
        "Demo: you told us about poor service (Мытищи, ул. Полевая, 25 March). We have fixed it."
    )
    assert ru.rpartition(" ")[2] != en.rpartition(" ")[2]
    assert ru.rpartition(" ")[2].startswith("http://127.0.0.1:8000/r/")


def test_the_text_lies_encrypted_in_the_database():
    make_fixed_spot(make_customer())
    transitions.plan_messages(now=NOW)

    with connection.cursor() as cursor:
        cursor.execute("SELECT text FROM feedback_message")
        assert b"Demo" not in bytes(cursor.fetchone()[0])


@pytest.mark.parametrize(
    ("contacts", "channel"),
    [({}, "sms"), ({"email": ""}, "sms"), ({"phone": ""}, "email")],
)
def test_a_phone_goes_before_an_e_mail(contacts, channel):
    make_fixed_spot(make_customer(**contacts))

    transitions.plan_messages(now=NOW)

    message = Message.objects.get()
    assert message.channel == channel
    assert bool(message.subject) is (channel == "email")


def test_customers_who_cannot_be_told_are_counted():
    spot = make_fixed_spot(make_customer(), make_customer(phone="", email=""))
    spot.memberships.create(complaint=make_complaint(customer=None), since=NOW)

    transitions.plan_messages(now=NOW)

    announcement = Announcement.objects.get()
    assert (announcement.told, announcement.without_contact, announcement.anonymous) == (1, 1, 1)
    assert announcement.done_at == NOW


def test_who_left_the_case_before_the_fix_or_withdrew_is_not_told():
    gone, withdrawn, stays = make_customer(), make_customer(), make_customer()
    spot = make_fixed_spot(gone, withdrawn, stays)
    left = spot.memberships.get(complaint__customer=gone)
    left.since, left.until = NOW - timedelta(hours=2), NOW - timedelta(hours=1)
    left.save()
    withdrawn.complaint_set.update(withdrawn_at=NOW)

    transitions.plan_messages(now=NOW)

    assert Message.objects.get().customer == stays


def test_whoever_has_the_app_is_pushed_to_and_who_prefers_letters_gets_one():
    Gateway.objects.create(
        name="app", kind="push", address="https://app.example.org/push", secret="x"
    )
    customers = [
        make_customer(app=True),
        make_customer(app=True, preferred_channel="email"),
        make_customer(app=True, crm_id="tel:+79160000000"),  # the backend would not know them
        make_customer(),
    ]
    make_fixed_spot(*customers)

    transitions.plan_messages(now=NOW)

    channels = dict(Message.objects.values_list("customer", "channel"))
    assert [channels[one.pk] for one in customers] == ["push", "email", "sms", "sms"]


def test_at_night_a_message_is_held_until_morning_by_the_regions_clock():
    make_fixed_spot(make_customer())

    transitions.plan_messages(now=TONIGHT)

    message = Message.objects.get()
    assert (message.state, message.due_at) == ("held", MORNING)


def test_a_fix_long_past_is_not_told_and_says_why():
    make_fixed_spot(make_customer())

    transitions.plan_messages(now=NOW + timedelta(hours=73))

    message = Message.objects.get()
    assert (message.state, message.why) == ("expired", "too_late")


def test_a_fix_that_was_taken_back_is_not_told():
    make_fixed_spot(make_customer(), state="routed")

    transitions.plan_messages(now=NOW)

    assert not Message.objects.exists()
    assert Announcement.objects.get().overtaken


def test_fixed_again_a_customer_is_told_again_and_the_unsent_message_is_dropped():
    spot = make_fixed_spot(make_customer())
    transitions.plan_messages(now=TONIGHT)
    make_event(spot, "fixed", at=TONIGHT + timedelta(hours=1))

    transitions.plan_messages(now=TONIGHT + timedelta(hours=1))

    states = list(Message.objects.order_by("pk").values_list("state", "why"))
    assert states == [("cancelled", "overtaken"), ("held", "")]


def test_a_term_is_told_once_a_case_however_often_it_moves():
    first, second = make_customer(), make_customer()
    spot = make_planned_spot(first)
    transitions.plan_messages(now=NOW)
    Message.objects.update(state="delivered", delivered_at=NOW)
    spot.memberships.create(complaint=make_complaint(customer=second), since=NOW)
    make_event(spot, "planned", at=NOW + timedelta(hours=1))

    transitions.plan_messages(now=NOW + timedelta(hours=1))

    told = Message.objects.order_by("pk").values_list("customer", "reason")
    assert list(told) == [(first.pk, "eta_set"), (second.pk, "eta_set")]
    assert not Invitation.objects.exists()


def test_a_term_that_moves_before_it_was_told_is_told_as_it_is_now():
    spot = make_planned_spot(make_customer(), eta_at=NOW + timedelta(hours=24))
    transitions.plan_messages(now=TONIGHT)
    Case.objects.update(eta_at=NOW + timedelta(hours=48))
    make_event(spot, "planned", at=TONIGHT)

    transitions.plan_messages(now=TONIGHT)

    old, new = Message.objects.order_by("pk")
    assert (old.state, new.state) == ("cancelled", "held")
    assert "26 марта, 13:00" in old.text
    assert "27 марта, 13:00" in new.text


def test_a_fix_overtakes_a_term_that_was_not_told_yet():
    spot = make_planned_spot(make_customer())
    transitions.plan_messages(now=TONIGHT)
    Case.objects.update(state="fixed", fixed_at=TONIGHT)
    make_event(spot, "fixed", at=TONIGHT)

    transitions.plan_messages(now=TONIGHT)

    told = Message.objects.order_by("pk").values_list("reason", "state")
    assert list(told) == [("eta_set", "cancelled"), ("fixed", "held")]


def test_the_most_particular_template_is_taken():
    row = {"reason": "fixed", "channel": "sms", "language": "ru"}
    cause = make_cause()
    Template.objects.create(**row, body="для всех {link}")
    Template.objects.create(**row, cause=cause, body="о причине: {cause} {link}")
    Template.objects.create(**row, brand=make_brand("other"), body="чужой бренд {link}")
    Template.objects.create(**{**row, "language": "en"}, brand=make_brand(), body="en {link}")
    make_fixed_spot(make_customer())

    transitions.plan_messages(now=NOW)

    assert Message.objects.get().text.startswith("о причине: авария электропитания")


def test_a_place_that_is_only_coordinates_is_told_as_the_region():
    make_fixed_spot(make_customer(), place="55.7500, 37.6000")

    transitions.plan_messages(now=NOW)

    assert "(moscow, 25 марта)" in Message.objects.get().text


def test_a_case_is_told_in_batches_and_its_queries_do_not_grow_with_customers():
    surveys.version_in_force(make_survey().pk, now=NOW)  # else the first run makes both
    make_fixed_spot(*(make_customer() for _ in range(7)))

    with CaptureQueriesContext(
        connection,
    ) as few:
        assert transitions.plan_messages(now=NOW, batch=100) == 7
    make_fixed_spot(*(make_customer() for _ in range(40)))
    with CaptureQueriesContext(connection) as many:
        assert transitions.plan_messages(now=NOW, batch=100) == 40
    make_fixed_spot(*(make_customer() for _ in range(7)))
    assert transitions.plan_messages(now=NOW, batch=3) == 7

    assert len(many) == len(few)
    assert set(Announcement.objects.values_list("told", flat=True)) == {7, 40}


def test_two_fixes_that_were_never_told_are_told_as_one():
    spot = make_fixed_spot(make_customer())
    make_event(spot, "fixed", at=NOW + timedelta(minutes=1))

    for _ in range(3):
        transitions.plan_messages(now=NOW + timedelta(minutes=2))

    assert Message.objects.count() == 1


def test_a_fix_is_not_told_when_its_spot_was_merged_into_one_still_worked_on():
    spot = make_fixed_spot(make_customer())
    Case.objects.filter(pk=spot.pk).update(
        state="merged", merged_into=make_spot(state="accepted", place="Мытищи")
    )

    transitions.plan_messages(now=NOW + timedelta(minutes=2))

    assert not Message.objects.exists()
