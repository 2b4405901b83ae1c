"""Employees and test numbers: told like everybody, marked, not asked, in no rating."""

import pytest
from django.urls import reverse

from complaints.customers.consent import OptOut
from complaints.customers.numbers.models import OwnNumber
from complaints.customers.personal import blind_index
from feedback.models import Announcement, Answer, Invitation, Message
from feedback.notifications import transitions
from feedback.notifications.batches.forecasts import forecast
from feedback.notifications.templates.rewording import WITH, reworded
from feedback.notifications.transitions.beginning import begin
from feedback.surveys import transitions as surveys
from feedback.surveys.why import obstacles_of
from tests.factories import (
    NOW,
    make_answer,
    make_customer,
    make_fixed_spot,
    make_invitation,
    make_message,
    make_own_number,
    make_survey,
    make_touch,
)

pytestmark = pytest.mark.django_db
OURS = "+79261234567"


def make_one_of_us(**fields):
    make_own_number(OURS)
    return make_customer(phone=OURS, phone_index=blind_index(OURS), **fields)


def test_an_own_number_is_not_asked_and_it_is_said_why():
    make_survey("touch")
    ours, other = make_one_of_us(), make_customer()
    for customer in (ours, other):
        make_touch(customer=customer)

    surveys.find(now=NOW)
    transitions.ask_customers(now=NOW)

    told = dict(Invitation.objects.values_list("customer", "skipped"))
    assert told == {ours.pk: "employee", other.pk: ""}
    assert [str(why) for why in obstacles_of(ours)]
    assert not obstacles_of(other)


def test_what_it_rates_is_in_no_figure_and_comes_back_when_it_is_taken_off_the_list():
    make_answer(rating=1, invitation=make_invitation(customer=make_one_of_us()))
    make_answer(rating=5)
    make_answer(rating=1, invitation=make_invitation(customer=make_customer(segment="test")))

    assert list(Answer.objects.counted().values_list("score", flat=True)) == [5]
    assert Invitation.objects.counted().count() == 1
    OwnNumber.objects.all().delete()
    assert Answer.objects.counted().count() == 2


def test_what_it_is_sent_is_marked_and_can_be_left_out_of_the_list(signed_in):
    ours, other = make_message(customer=make_one_of_us()), make_message()
    client = signed_in("dispatcher")
    rows = reverse("admin:feedback_message_changelist")

    def shown(**asked):
        page = client.get(rows, asked)
        return {one.pk for one in page.context["cl"].result_list}, page.content.decode()

    assert shown(own="1")[0] == {ours.pk}
    assert shown(own="0")[0] == {other.pk}
    both, page = shown()
    assert both == {ours.pk, other.pk}
    assert page.count("сотрудник или тестовый номер") == 1


def test_who_is_never_asked_is_told_of_a_fix_without_being_asked_to_rate_it():
    ours, other = make_one_of_us(email="a@example.org"), make_customer(phone="+79261111111")
    refusing = make_customer(phone="+79262222222")
    OptOut.objects.create(customer=refusing, purpose="survey", at=NOW, told_by="sms")
    make_fixed_spot(ours, other, refusing)
    begin(now=NOW)
    counted = forecast(Announcement.objects.get(), now=NOW)

    transitions.plan_messages(now=NOW)

    texts = dict(Message.objects.values_list("customer", "text"))
    assert {pk for pk, text in texts.items() if "http" in text} == {other.pk}
    assert texts[ours.pk] == texts[refusing.pk]
    assert "?" not in texts[ours.pk]
    assert texts[other.pk].startswith(texts[ours.pk])
    told = dict(Invitation.objects.values_list("customer", "skipped"))
    assert told == {ours.pk: "employee", refusing.pk: "opted_out", other.pk: ""}
    assert counted.parts == sum(Message.objects.values_list("parts", flat=True))


def test_nor_is_it_asked_by_another_channel():
    make_fixed_spot(make_one_of_us(email="a@example.org"))
    transitions.plan_messages(now=NOW)
    message = Message.objects.select_related(*WITH).get()

    letter = reworded(message, "email")["text"]

    assert "исправлено" in letter
    assert "http" not in letter
    assert "оценку" not in letter
