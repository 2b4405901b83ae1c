"""Whose nights are quiet: by the point, else the address, the number, the setting."""

import pytest

from complaints.customers.numbers.models import NumberRange
from complaints.models import Complaint, Region
from feedback.models import Message
from feedback.notifications import transitions
from feedback.notifications.recipients.zones import zone_of_customer, zones_of
from feedback.surveys import transitions as surveys
from tests.factories import (
    NOW,
    make_complaint,
    make_customer,
    make_region,
    make_survey,
    make_touch,
)

pytestmark = pytest.mark.django_db
EVENING = NOW.replace(hour=16)  # 19:00 in Moscow, 22:00 in Omsk


@pytest.fixture
def omsk():
    NumberRange.objects.create(first=79020000000, last=79029999999, time_zone="Asia/Omsk")
    return make_customer(phone="+79025050000")


def test_the_place_goes_before_the_address_before_the_number_before_the_setting(omsk):
    region = make_region()
    assert zone_of_customer(omsk.pk, region=region) == "Europe/Moscow"
    assert zone_of_customer(omsk.pk, region=None) == "Asia/Omsk"
    assert zone_of_customer(make_customer(phone="").pk, region=None) == "Europe/Moscow"

    make_complaint(customer=omsk)
    Complaint.objects.update(region=make_region("north", lon=60.0))
    Region.objects.filter(code="north").update(time_zone="Asia/Yekaterinburg")

    assert zone_of_customer(omsk.pk, region=None) == "Asia/Yekaterinburg"


def test_many_are_asked_about_in_as_many_queries_as_one(omsk, django_assert_num_queries):
    others = [make_customer() for _ in range(20)]

    with django_assert_num_queries(3):
        ids = [omsk.pk, *(one.pk for one in others)]
        found = zones_of(ids, placeless=ids)

    assert found == {omsk.pk: "Asia/Omsk"}


def test_a_survey_of_no_place_waits_for_the_morning_of_the_number(omsk):
    make_survey("touch")
    near = make_customer()
    for customer in (omsk, near):
        make_touch(customer=customer, at=EVENING)

    surveys.find(now=EVENING)
    transitions.ask_customers(now=EVENING)

    told = dict(Message.objects.values_list("customer", "state"))
    assert told == {omsk.pk: "held", near.pk: "planned"}
