"""Machines tell of customers at touch points."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from django.urls import reverse

from feedback.models import Invitation, Touch
from feedback.surveys.transitions import find
from heatmaps_project.customers.transitions import erase
from tests.factories import (
    NOW,
    bearer,
    make_api_client,
    make_brand,
    make_customer,
    make_region,
    make_survey,
    make_touch,
    make_user,
)

pytestmark = pytest.mark.django_db
TOUCHES = reverse("api-touches")


def send(client, header=None, **fields):
    body = {
        "reference": "v-1",
        "touch_point": "visit",
        "at": NOW.isoformat(),
        "brand": "demo",
        "customer": "crm-1",
        **fields,
    }
    header = header or bearer(make_api_client())
    return client.post(TOUCHES, body, content_type="application/json", headers=header)


def test_a_visit_sent_twice_is_one(client):
    customer = make_customer(crm_id="crm-1")
    header = bearer(make_api_client())

    codes = [send(client, header).status_code for _ in range(2)]

    touch = Touch.objects.get()
    assert codes == [201, 200]
    assert (touch.customer, touch.touch_point, touch.at) == (customer, "visit", NOW)


def test_nobody_who_was_erased_is_met(client):
    gone = make_customer(crm_id="crm-1")
    erase(customer_id=gone.pk, by="crm", now=NOW)
    gone.refresh_from_db()

    assert send(client, customer=gone.crm_id).status_code == 400
    assert not Touch.objects.exists()


def test_a_visit_keeps_whom_the_customer_met(client):
    make_customer(crm_id="crm-1")
    agent = make_user("agent")

    send(client, agent=agent.username)

    assert Touch.objects.get().agent == agent


def test_a_moment_with_an_offset_that_postgresql_lacks_is_taken(client):
    make_customer(crm_id="crm-1")
    at = NOW.astimezone(timezone(-timedelta(hours=18, minutes=13)))

    assert send(client, at=at.isoformat()).status_code == 201
    assert Touch.objects.get().at == NOW


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"agent": "nobody"}, "agent"),
        ({"customer": "nobody"}, "customer"),
        ({"brand": "rival"}, "brand"),
        ({"region": "far"}, "region"),
        ({"touch_point": "A visit"}, "touch_point"),
        ({"at": "yesterday"}, "at"),
        ({"at": "9999-12-31T23:00:00-18:13"}, "at"),
        ({"at": "9999-12-31T20:00:00Z"}, "at"),
        ({"at": (datetime.now(UTC) + timedelta(hours=1)).isoformat()}, "at"),
        ({"at": "1999-12-31T20:00:00Z"}, "at"),
        ({"priority": 1}, "priority"),
    ],
)
def test_what_cannot_be_taken_is_named(client, fields, named):
    make_customer(crm_id="crm-1")
    make_customer(crm_id="crm-1", brand=make_brand("rival"))
    reader = make_api_client(everywhere=False)
    reader.brands.add(make_brand())
    reader.regions.add(make_region())
    make_region("far", lon=60)

    seen = send(client, bearer(reader), **fields)

    assert seen.status_code == 400
    assert named in seen.content.decode()
    assert not Touch.objects.exists()


def test_a_touch_of_a_year_with_which_nothing_can_be_reckoned_keeps_no_other_waiting():
    make_survey("touch", delay_minutes=24 * 60)
    customer = make_customer()
    make_touch(customer=make_customer(), at=datetime(9999, 12, 31, 20, tzinfo=UTC))
    make_touch(customer=customer, at=NOW)

    find(now=NOW)

    assert Invitation.objects.get().customer == customer
