"""Who is asked, who is not, and why; and that nobody is asked twice."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from complaints.customers import persons
from complaints.models import Customer, OptOut
from feedback.models import Invitation, Message
from feedback.notifications import transitions as notifications
from feedback.notifications.sending import delivery
from feedback.surveys import transitions
from feedback.surveys.states import ASKED, MOVES, State
from tests.factories import (
    NOW,
    make_answer,
    make_brand,
    make_complaint,
    make_customer,
    make_event,
    make_fixed_spot,
    make_invitation,
    make_region,
    make_spot,
    make_survey,
    make_touch,
    make_user,
)

pytestmark = pytest.mark.django_db


def asked_at(now=NOW) -> None:
    transitions.find(now=now)
    notifications.ask_customers(now=now)


def test_a_visit_is_asked_about_after_the_delay_and_once_however_often_the_sweeps_run():
    survey = make_survey("touch", delay_minutes=24 * 24 * 60, quarantine_days=0)
    touch = make_touch()

    for days in (0, 23, 24, 24, 25):
        asked_at(NOW + timedelta(days=days))

    message = Message.objects.get()
    invitation = Invitation.objects.get()
    assert (invitation.survey, invitation.touch, invitation.state) == (survey, touch, "queued")
    assert (message.reason, message.case, message.invitation) == ("survey", None, invitation)
    assert message.planned_at == NOW + timedelta(days=24)
    assert "/r/" in message.text


def test_the_invitation_keeps_who_served_the_customer_then():
    make_survey("fixed_later")
    spot = make_fixed_spot(make_customer())

    asked_at()
    spot.team = None
    spot.save()

    invitation = Invitation.objects.get()
    assert (invitation.case, invitation.brand, invitation.region) == (spot, spot.brand, spot.region)
    assert invitation.cause == spot.cause


def test_the_invitation_keeps_the_agent_of_the_visit_whoever_it_is_said_to_be_later():
    make_survey("touch")
    agent = make_user("agent")
    touch = make_touch(agent=agent)

    asked_at()
    touch.agent = make_user("agent")
    touch.save()
    asked_at(NOW + timedelta(hours=1))

    assert Invitation.objects.get().agent == agent


@pytest.mark.parametrize(
    ("customer", "touch", "survey", "why"),
    [
        pytest.param({"segment": "employee"}, {}, {}, "employee", id="one of us"),
        pytest.param({"phone": "", "email": ""}, {}, {}, "no_contact", id="no address"),
        pytest.param({}, {"roaming": True}, {}, "roaming", id="abroad"),
        pytest.param({"gone": True}, {}, {}, "gone", id="with another operator"),
        pytest.param({}, {}, {"active": False}, "switched_off", id="switched off meanwhile"),
    ],
)
def test_why_somebody_was_not_asked_is_kept(customer, touch, survey, why):
    made = make_survey("touch", delay_minutes=60)
    make_touch(customer=make_customer(**customer), **touch)
    transitions.find(now=NOW)
    type(made).objects.filter(pk=made.pk).update(**survey or {"rank": 100})

    notifications.ask_customers(now=NOW + timedelta(hours=1))

    invitation = Invitation.objects.get()
    assert (invitation.state, invitation.skipped, invitation.version) == ("skipped", why, None)
    assert not Message.objects.exists()


def test_a_person_with_several_numbers_is_asked_at_one_of_them():
    make_survey("touch", quarantine_days=30)
    first, second = (make_customer(person="P-1") for _number in range(2))
    stranger, foreign = make_customer(), make_customer(person="P-1", brand=make_brand("rival"))
    for customer in (first, second, stranger, foreign):
        make_touch(customer=customer)
    asked_at()
    make_touch(customer=second, at=NOW + timedelta(days=2))
    asked_at(NOW + timedelta(days=2))

    rows = Invitation.objects.order_by("pk").values_list("customer", "skipped")
    assert sorted(rows) == sorted(
        [
            *((first.pk, ""), (second.pk, "quarantine"), (stranger.pk, "")),
            *((foreign.pk, ""), (second.pk, "quarantine")),
        ]
    )


def test_what_very_many_share_is_no_person(monkeypatch):
    """A CRM writes 0 for “not known”: else one is asked for all, and all are read and locked."""
    monkeypatch.setattr(persons, "MOST_NUMBERS", 2)
    make_survey("touch", quarantine_days=30)
    for customer in [make_customer(person="0") for _ in range(3)]:
        make_touch(customer=customer)
    two = [make_customer(person="P-2") for _ in range(2)]
    for customer in two:
        make_touch(customer=customer)

    asked_at()

    assert Invitation.objects.filter(customer__person="0", skipped="").count() == 3
    assert Invitation.objects.filter(customer__in=two, skipped="").count() == 1
    whole = Customer.objects.filter(person="0").values_list("pk", flat=True)
    assert persons.persons_of([whole[0]]) == {whole[0]: whole[0]}


def test_whoever_refused_surveys_is_not_asked_not_even_when_the_message_is_written():
    make_survey("touch")
    refusing, refused = make_touch().customer, make_touch().customer
    OptOut.objects.create(customer=refused, purpose="survey", at=NOW, told_by="web")
    asked_at()
    OptOut.objects.create(customer=refusing, purpose="survey", at=NOW, told_by="sms")

    delivery.send_messages(now=NOW)

    assert Invitation.objects.get(customer=refused).skipped == "opted_out"
    message = Message.objects.get()
    assert (message.customer, message.state, message.why) == (refusing, "cancelled", "opted_out")


def test_nobody_is_asked_twice_within_the_quarantine_by_any_survey():
    first = make_survey("touch", quarantine_days=30, rank=1)
    make_survey("fixed_later", quarantine_days=30, rank=2)
    customer = make_customer()
    make_touch(customer=customer)
    make_fixed_spot(customer)

    asked_at()

    states = dict(Invitation.objects.values_list("survey", "skipped"))
    assert states.pop(first.pk) == ""
    assert set(states.values()) == {"quarantine"}
    assert Message.objects.count() == 1


def test_a_frequent_survey_does_not_starve_a_rare_one_that_goes_first():
    make_survey("sample", rank=1, per_day=5, delay_minutes=5 * 24 * 60, quarantine_days=30)
    make_survey("touch", rank=50, quarantine_days=30)
    customer = make_customer()
    transitions.find(now=NOW)
    make_touch(customer=customer, at=NOW + timedelta(days=1))

    asked_at(NOW + timedelta(days=1))
    notifications.ask_customers(now=NOW + timedelta(days=5))

    skipped = dict(Invitation.objects.values_list("touch_point", "skipped"))
    assert skipped["visit"] == "quarantine"
    assert Message.objects.get().invitation.survey.trigger == "sample"


@pytest.mark.parametrize(
    ("calendar", "drawn"),
    [
        pytest.param({}, True, id="every day"),
        pytest.param({"months": [3, 6], "weekdays": [2]}, True, id="a Wednesday in March"),
        pytest.param({"months": [4]}, False, id="another month"),
        pytest.param({"weekdays": [0, 1, 3]}, False, id="another day"),
    ],
)
def test_a_random_sample_is_drawn_on_the_days_of_its_calendar(calendar, drawn):
    make_survey("sample", per_day=5, **calendar)
    make_customer()

    transitions.find(now=NOW)

    assert Invitation.objects.exists() == drawn


def test_the_day_of_a_sample_is_that_of_its_customers():
    make_survey("sample", per_day=5, weekdays=[3])
    make_customer()
    late = NOW.replace(hour=22)  # Wednesday; in Moscow Thursday has begun

    transitions.find(now=late)

    assert Invitation.objects.get().occasion == "day:2026-03-26"


def test_a_sample_asks_its_share_and_says_of_the_others_that_they_are_not_in_it():
    make_survey("touch", share=30, quarantine_days=0)
    for _ in range(100):
        make_touch()

    asked_at()

    sampled = Invitation.objects.exclude(skipped="sampling").count()
    assert 15 <= sampled <= 45
    assert Message.objects.count() == sampled


def test_everybody_who_is_told_of_a_fix_can_rate_it_in_spite_of_quarantines():
    customer = make_customer()
    spot = make_fixed_spot(customer)
    make_invitation(survey=make_survey("touch"), customer=customer, case=spot)

    notifications.plan_messages(now=NOW + timedelta(minutes=1))

    assert Message.objects.filter(reason="fixed", customer=customer).count() == 1


def test_who_does_not_answer_is_reminded_once():
    make_survey("touch", remind_after_hours=48)
    make_touch()
    asked_at()
    with time_machine.travel(NOW):
        delivery.send_messages(now=NOW)

    for hours in (47, 48, 49, 200):
        notifications.ask_customers(now=NOW + timedelta(hours=hours))

    assert Message.objects.values_list("reason", flat=True).order_by("pk")[1] == "reminder"
    assert Message.objects.count() == 2


def test_a_survey_that_waits_long_does_not_hold_up_the_reminders_of_one_that_waits_less():
    patient = make_survey("touch", remind_after_hours=72)
    prompt = make_survey("touch", remind_after_hours=24)
    make_invitation(survey=make_survey("touch"), state="sent", sent_at=NOW - timedelta(hours=90))
    make_invitation(survey=patient, state="sent", sent_at=NOW - timedelta(hours=71))
    due = make_invitation(survey=prompt, state="sent", sent_at=NOW - timedelta(hours=24))

    with transaction.atomic():
        reminded = transitions.due_for_a_reminder(limit=1, now=NOW)

    assert reminded == [due]


def test_asking_and_reminding_take_as_many_queries_for_ten_as_for_two_and_read_no_outline():
    survey = make_survey("touch", remind_after_hours=48)
    transitions.version_in_force(survey.pk, now=NOW)  # else the first run makes it
    later = NOW + timedelta(hours=48)
    taken = []
    for customers in (2, 10):
        for _ in range(customers):
            make_touch(region=make_region())
        transitions.find(now=NOW)
        with CaptureQueriesContext(connection) as asking:
            notifications.ask_customers(now=NOW)
        Invitation.objects.filter(state="queued").update(state="sent", sent_at=NOW)
        with CaptureQueriesContext(connection) as reminding:
            notifications.ask_customers(now=later)
        taken.append([*asking, *reminding])

    few, many = taken
    assert Message.objects.filter(reason="reminder").count() == 12
    assert len(many) == len(few)
    assert not [query["sql"] for query in many if "outline" in query["sql"]]


def test_who_answers_gets_no_reminder_that_was_written_already():
    make_survey("touch", remind_after_hours=48)
    make_touch()
    asked_at()
    delivery.send_messages(now=NOW)
    later = NOW + timedelta(hours=48)
    notifications.ask_customers(now=later)
    make_answer(9, invitation=Invitation.objects.get())

    delivery.send_messages(now=later)

    reminder = Message.objects.get(reason="reminder")
    assert (reminder.state, reminder.why) == ("cancelled", "answered")


def test_an_invitation_follows_its_message_and_its_answers():
    make_survey("touch", valid_days=10)
    make_touch()
    asked_at()
    delivery.send_messages(now=NOW)
    invitation = Invitation.objects.get()
    assert (invitation.state, invitation.sent_at) == ("sent", NOW)

    transitions.delivered([invitation.pk], now=NOW)
    transitions.tidy(now=NOW + timedelta(days=10))

    invitation.refresh_from_db()
    assert (invitation.state, invitation.delivered_at) == ("expired", NOW)


def test_what_was_answered_in_part_stays_so_when_it_runs_out():
    invitation = make_answer(3).invitation

    transitions.tidy(now=invitation.expires_at)

    invitation.refresh_from_db()
    assert invitation.state == "partial"


def test_a_change_of_questions_makes_a_version_and_the_answers_keep_theirs():
    survey = make_survey("touch")
    before = make_invitation(survey=survey).version
    survey.questions.update(words_ru="Иначе?")

    after = make_invitation(survey=survey, customer=make_customer()).version

    assert (before.number, after.number) == (1, 2)
    assert before.questions[0].words["ru"] == "Вопрос 1?"
    assert make_invitation(survey=survey, customer=make_customer()).version == after


def test_every_state_can_be_reached_and_left_as_the_table_says():
    reachable = {State.CREATED}
    while further := {to for state in reachable for to in MOVES[state]} - reachable:
        reachable |= further

    assert reachable == set(State)
    assert State.SKIPPED not in ASKED


def test_a_single_case_that_is_closed_is_asked_about():
    make_survey("closed")
    customer = make_customer()
    case = make_spot(kind="single", outline=None, complaints=[make_complaint(customer=customer)])
    make_event(case, "closed")
    make_event(make_fixed_spot(make_customer()), "closed")  # a spot

    asked_at()

    assert Message.objects.get().customer == customer


def test_a_touch_told_twice_is_one():
    row = {"touch_point": "visit", "at": NOW, "customer": make_customer()}

    told = [transitions.take_touch(source="crm", reference="1", now=NOW, **row) for _ in range(2)]

    assert [new for _touch, new in told] == [True, False]
