"""POST /api/v1/lookup/ by caller, and POST /api/v1/lookup/attach/: what a CRM's desktop does."""

import json
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from complaints.customers.personal import blind_index
from complaints.models import Complaint
from feedback.models import Message
from feedback.notifications import transitions as notifications
from heatmaps_project.models import ApiClient, Lookup, LookupOutcome
from spots.cases.transitions import attach
from spots.models import Membership
from tests.factories import (
    CENTRE,
    NOW,
    bearer,
    make_api_client,
    make_brand,
    make_cause,
    make_complaint,
    make_customer,
    make_event,
    make_region,
    make_spot,
    make_topic,
    make_user,
)

pytestmark = pytest.mark.django_db

LOOKUP, ATTACH = "/api/v1/lookup/", "/api/v1/lookup/attach/"
PHONE = "+79261234512"


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def crm() -> ApiClient:
    make_topic()
    make_region()
    return make_api_client("crm")


def post(client: Client, crm: ApiClient, url: str, body: Any, **token: Any) -> Any:
    return client.post(
        url, json.dumps(body), content_type="application/json", headers=bearer(crm, **token)
    )


def complaint(**fields: Any) -> dict[str, Any]:
    return {
        "external_id": "call-1",
        "brand": "demo",
        "customer": {"phone": PHONE},
        "topic": "no_signal",
        "channel": "call",
        "point": {"lon": CENTRE[0], "lat": CENTRE[1]},
        "occurred_at": "2026-03-25T09:50:00Z",
        **fields,
    }


def test_a_caller_is_found_by_phone_with_what_is_known_where_they_live(client, crm):
    spot = make_spot(state="fixing", cause=make_cause(), eta_at=NOW + timedelta(hours=3))
    for hours in (2, 3):
        facts = {"eta_at": (NOW + timedelta(hours=hours)).isoformat()}
        make_event(spot, "planned", at=NOW - timedelta(hours=4 - hours), facts=facts)
    customer = make_customer(phone=PHONE, phone_index=blind_index(PHONE), crm_id="c-17")
    own = make_complaint(customer=customer)

    told = post(client, crm, LOOKUP, {"phone": "8 926 123-45-12", "agent": "ivanova"}).json()

    assert told["customer"]["phone"] == "+7 926 ***-**-12"
    assert told["customer"]["id"] == "c-17"
    assert [one["id"] for one in told["complaints"]] == [own.pk]
    assert told["spot"]["id"] == spot.pk
    assert told["doing"]["en"] == "The cause is known and is being removed."
    assert told["eta_moves"] == [  # each term with when it was promised
        {"at": "2026-03-25T08:00:00Z", "eta_at": "2026-03-25T12:00:00Z"},
        {"at": "2026-03-25T09:00:00Z", "eta_at": "2026-03-25T13:00:00Z"},
    ]
    lookup = Lookup.objects.get()
    assert (str(lookup.key), lookup.agent, lookup.client) == (told["lookup"], "ivanova", crm)
    assert PHONE not in json.dumps(told)


def test_a_caller_who_never_complained_is_asked_for_the_address(client, crm):
    make_customer(crm_id="c-17")

    told = post(client, crm, LOOKUP, {"customer": "c-17"}).json()

    assert (told["place"], told["situation"]) == (None, "unsure")


def test_a_caller_and_a_place_are_answered_for_the_place(client, crm):
    make_spot()
    make_customer(crm_id="c-17")

    body = {"customer": "c-17", "lat": CENTRE[1], "lon": CENTRE[0]}
    told = post(client, crm, LOOKUP, body).json()

    assert (told["situation"], told["customer"]["id"]) == ("working", "c-17")


@pytest.mark.parametrize(
    ("field", "value"), [("phone", PHONE), ("customer", "x"), ("complaint", "7")]
)
def test_a_caller_nobody_knows_is_a_problem_that_names_the_field(client, crm, field, value):
    answer = post(client, crm, LOOKUP, {field: value})

    assert answer.status_code == 404
    assert [one["field"] for one in answer.json()["errors"]] == [field]


def test_attaching_stores_the_complaint_once_and_says_who_is_told(client, crm):
    spot = make_spot(state="fixing", cause=make_cause(), eta_at=NOW + timedelta(hours=3))
    lookup = post(client, crm, LOOKUP, {"lat": CENTRE[1], "lon": CENTRE[0]}).json()["lookup"]
    body = {"spot": spot.pk, "complaint": complaint(), "lookup": lookup}

    first, second = (post(client, crm, ATTACH, body) for _ in range(2))

    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json() == second.json()
    assert first.json()["told"] == {
        "channel": "SMS",
        "to": "+7 926 ***-**-12",
        "of": ["when it is fixed"],
        "quiet_hours": "21-09",
    }
    stored = Complaint.objects.get()
    member = Membership.objects.get(complaint=stored, until=None)
    assert (member.case, member.by.username) == (spot, "api:crm")
    outcome = LookupOutcome.objects.get()
    assert (outcome.outcome, outcome.complaint) == ("attached", stored)


def test_another_body_with_the_same_id_is_a_conflict(client, crm):
    spot = make_spot()
    post(client, crm, ATTACH, {"spot": spot.pk, "complaint": complaint()})

    answer = post(client, crm, ATTACH, {"spot": spot.pk, "complaint": complaint(tell=False)})

    assert answer.status_code == 409
    assert [one["field"] for one in answer.json()["errors"]] == ["complaint.tell"]


def test_what_was_moved_meanwhile_is_not_taken_back_by_a_retry(client, crm):
    spot, right = make_spot(), make_spot()
    post(client, crm, ATTACH, {"spot": spot.pk, "complaint": complaint()})
    stored = Complaint.objects.get()
    by = make_user("dispatcher")
    attach(case_id=right.pk, complaint_id=stored.pk, by=by, now=NOW)

    answer = post(client, crm, ATTACH, {"spot": spot.pk, "complaint": complaint()})

    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (409, "spot")
    assert Membership.objects.current().get(complaint=stored).case == right


def test_nothing_is_attached_behind_the_walls_and_nothing_stored(client, crm):
    foreign = make_spot(brand=make_brand("other"))
    far = make_spot(region=make_region("tver"))

    for spot in (foreign, far):
        answer = post(client, crm, ATTACH, {"spot": spot.pk, "complaint": complaint()})
        assert answer.status_code == 404
    assert not Complaint.objects.exists()


def test_a_spot_that_has_ended_takes_nobody(client, crm):
    spot = make_spot(state="dismissed", ended_at=NOW)

    answer = post(client, crm, ATTACH, {"spot": spot.pk, "complaint": complaint()})

    assert answer.status_code == 409
    assert not Complaint.objects.exists()


def test_one_that_was_merged_is_attached_where_the_spot_lives_on(client, crm):
    into = make_spot()
    spot = make_spot(state="merged", merged_into=into, ended_at=NOW)

    answer = post(client, crm, ATTACH, {"spot": spot.pk, "complaint": complaint()})

    assert answer.json()["spot"] == into.pk


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"spot": 0}, "spot"),
        ({"spot": "1"}, "spot"),
        ({"more": 1}, "more"),
        ({"complaint": complaint(topic="x y")}, "complaint.topic"),
        ({"complaint": complaint(brand="other")}, "complaint.brand"),
        ({"complaint": complaint(tell="yes")}, "complaint.tell"),
    ],
)
def test_what_cannot_be_taken_is_named(client, crm, change, field):
    body = {"spot": make_spot().pk, "complaint": complaint(), **change}

    answer = post(client, crm, ATTACH, body)

    assert answer.status_code == 400
    assert [one["field"] for one in answer.json()["errors"]] == [field]


def test_attaching_needs_both_scopes(client, crm):
    body = {"spot": make_spot().pk, "complaint": complaint()}

    assert post(client, crm, ATTACH, body, scope="lookup:read").status_code == 403
    assert post(client, crm, ATTACH, body, scope="complaints:write").status_code == 403


def test_whoever_does_not_want_to_be_told_gets_no_message(client, crm):
    spot = make_spot(state="fixed", fixed_at=NOW, cause=make_cause())
    for number, tell in enumerate((True, False)):
        sent = complaint(
            external_id=f"call-{number}", customer={"phone": f"+7926123451{number}"}, tell=tell
        )
        assert post(client, crm, ATTACH, {"spot": spot.pk, "complaint": sent}).status_code == 201
    make_event(spot, at=NOW + timedelta(minutes=1))

    notifications.plan_messages(now=NOW + timedelta(minutes=2))

    assert [one.customer.phone for one in Message.objects.all()] == ["+79261234510"]
