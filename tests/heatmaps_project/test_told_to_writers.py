"""A client that may write and not read changes, and is told of, no more than it has sent itself."""

import csv
import json
from io import StringIO
from typing import Any

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.utils import timezone

from complaints.models import Complaint, Customer
from heatmaps_project.accounts.calls import counting
from heatmaps_project.models import ApiClient
from heatmaps_project.tmf.models import ServiceProblem
from heatmaps_project.tmf.transitions import note_problem, note_ticket
from tests.factories import (
    NOW,
    bearer,
    make_api_client,
    make_brand,
    make_complaint,
    make_customer,
    make_spot,
)

pytestmark = pytest.mark.django_db
PROBLEM = "/tmf-api/serviceProblemManagement/v4/serviceProblem/p{}"
TICKET = "/tmf-api/troubleTicket/v4/troubleTicket/{}"
COMPLAINTS = "/api/v1/complaints/"
EVENTS = "/api/v1/complaints/{}/events/"
CUSTOMERS = "/api/v1/customers/"
WORDS = "У меня на Полевой нет связи"
EVENT = {"event_id": "e-1", "type": "comment", "occurred_at": NOW.isoformat()}


@pytest.fixture
def shop() -> ApiClient:
    """Of the same brand: it may tell of complaints and customers, and read none."""
    cache.clear()
    client = make_api_client("shop")
    client.scopes = "complaints:write customers:write"
    client.save()
    return client


@pytest.fixture
def ask(client):
    def ask(method: str, of: ApiClient, address: str, sent: Any) -> Any:
        call = getattr(client, method)
        return call(address, json.dumps(sent), "application/json", headers=bearer(of))

    return ask


@pytest.fixture
def complaint():
    customer = make_customer(phone="+79261234512", segment="vip", debt="77.00")
    row = make_complaint(customer=customer, text=WORDS, source="shop")
    told = {"status": "held", "statusChangeReason": "Мария, кв. 7", "note": [{"text": "домофон 7"}]}
    note_ticket(complaint=row, told=told, now=NOW)
    return row


@pytest.mark.parametrize(
    "sent", [{}, {"severity": "major"}, {"statusChangeReason": "why"}, {"note": None}]
)
def test_of_a_ticket_it_is_told_how_it_stands_and_what_it_sent(ask, shop, complaint, sent):
    answer = ask("patch", shop, TICKET.format(complaint.pk), sent)

    told = answer.json()
    assert answer.status_code == 200
    assert (told["id"], told["status"]) == (str(complaint.pk), "held")
    given = {name for name, value in sent.items() if value is not None}
    assert told.keys() == given | {
        *("id", "href", "status", "statusChangeDate", "lastUpdate", "@type")
    }
    for words in (WORDS, "Мария", "домофон"):
        assert words not in answer.content.decode()


def test_of_a_ticket_that_it_sends_again_it_is_told_no_words_of_others(ask, shop, complaint):
    sent = {"description": "Нет связи", "severity": "minor", "ticketType": complaint.topic.code}
    sent["externalId"] = "t-1"
    address = TICKET.format("").rstrip("/")

    made = ask("post", shop, address, sent)
    row = Complaint.objects.get(source="shop", external_id="t-1")
    told = {"status": "held", "statusChangeReason": "Мария, кв. 7", "note": [{"text": "домофон 7"}]}
    note_ticket(complaint=row, told=told, now=NOW)
    again = ask("post", shop, address, sent)

    assert [made.status_code, again.status_code] == [201, 200]
    assert made["Location"].endswith(f"/{row.pk}")
    assert {name: again.json()[name] for name in sent} == sent
    assert (again.json()["id"], again.json()["status"]) == (str(row.pk), "held")
    for words in ("Мария", "домофон"):
        assert words not in again.content.decode()


def test_of_a_problem_a_field_system_is_told_how_it_stands_and_what_it_sent(ask):
    told = {"description": WORDS, "originatorParty": {"id": "Мария"}, "note": [{"text": "домофон"}]}
    problem = ServiceProblem(case=None, brand=make_brand(), raised_at=NOW)
    note_problem(problem=problem, told=told, now=NOW)
    field = make_api_client("field")
    ApiClient.objects.filter(pk=field.pk).update(scopes="spots:move")
    field.refresh_from_db()

    answer = ask("patch", field, PROBLEM.format(problem.pk), {"category": "power"})
    read = ask("patch", make_api_client("crm"), PROBLEM.format(problem.pk), {})

    assert answer.status_code == 200
    assert (answer.json()["id"], answer.json()["category"]) == (f"p{problem.pk}", "power")
    for words in (WORDS, "Мария", "домофон"):
        assert words not in answer.content.decode()
        assert words in read.content.decode()


def test_of_a_spot_that_it_makes_of_complaints_it_is_not_told_where_they_are(ask, complaint):
    """Any number of a complaint made a spot, and its answer drew where somebody lives to 100 m."""
    field = make_api_client("field")
    ApiClient.objects.filter(pk=field.pk).update(scopes="spots:move")
    sent = {
        **{"category": "power", "priority": 1, "description": "no power", "reason": "power"},
        "originatorParty": {"id": "field"},
        "troubleTicket": [{"id": str(complaint.pk)}],
    }

    answer = ask("post", field, PROBLEM.format("").removesuffix("/p"), sent)

    told = answer.json()
    assert answer.status_code == 201
    assert answer["Location"].endswith(told["id"])
    assert {name: told[name] for name in sent} == sent
    assert told.keys() == {*sent, "id", "href", "status", "statusChangeDate", "lastUpdate", "@type"}


@pytest.mark.parametrize(
    ("method", "address", "sent"),
    [
        ("patch", TICKET, {"description": "not so"}),
        ("delete", TICKET, {}),
        ("post", EVENTS, {**EVENT, "type": "withdrawn"}),
        ("post", EVENTS, {**EVENT, "type": "closed"}),
        ("post", EVENTS, {**EVENT, "type": "corrected", "data": {"text": "not so"}}),
        ("post", EVENTS, {**EVENT, "data": {"text": "he has called again"}}),
    ],
)
def test_what_another_sent_it_changes_only_if_it_may_read_it(ask, shop, method, address, sent):
    row = make_complaint(text=WORDS, source="web-form")
    own = make_complaint(source="shop")

    refused = ask(method, shop, address.format(row.pk), sent)
    row.refresh_from_db()
    left = (row.text, row.withdrawn_at, row.resolved_at, row.told_events.count())
    its = ask(method, shop, address.format(own.pk), {**sent, "event_id": "e-2"})
    read = ask(method, make_api_client("crm"), address.format(row.pk), sent)

    assert refused.status_code == 404
    assert left == (WORDS, None, None, 0)
    assert [its.status_code // 100, read.status_code // 100] == [2, 2]


def test_who_complained_is_told_by_the_crm_s_id_and_by_no_contact(ask, shop, complaint):
    """Ids of a CRM follow one another: each complaint sent would have told another's contacts."""
    customer = complaint.customer
    sent = {
        "external_id": "s-1",
        "brand": customer.brand.code,
        "customer": {"id": customer.crm_id},
        "topic": complaint.topic.code,
        "channel": "shop",
        "point": {"lon": 37.65, "lat": 55.77},
        "occurred_at": NOW.isoformat(),
    }

    answers = [ask("post", shop, COMPLAINTS, sent) for _again in range(2)]
    number = answers[0].json()["id"]
    event = {**EVENT, "data": {"text": "x"}}
    answers.append(ask("post", shop, EVENTS.format(number), event))
    read = ask("post", make_api_client("crm"), COMPLAINTS, sent)

    told = [answer.json() for answer in answers]
    assert [answer.status_code for answer in answers] == [201, 200, 201]
    for one in (told[0], told[1], told[2]["complaint"]):
        assert one["customer"] == {"id": customer.crm_id, "phone": None, "email": None}
    assert read.json()["customer"]["phone"] == "+7 926 ***-**-12"


@pytest.mark.parametrize("address", [COMPLAINTS, f"{COMPLAINTS}batch/", "/api/v1/lookup/attach/"])
@pytest.mark.parametrize(
    ("scopes", "describes"),
    [("", False), ("customers:write", True), ("complaints:read", True)],
)
def test_who_sends_complaints_alone_puts_no_phone_in_a_customers_place(
    ask, complaint, address, scopes, describes
):
    """Codes for their page, and what they are told, would come to whoever sent it."""
    shop = make_api_client("shop")
    shop.scopes = f"complaints:write lookup:read {scopes}"
    shop.save(update_fields=["scopes"])
    customer, email = complaint.customer, complaint.customer.email
    told = {"phone": "+79169999999", "email": "mallory@example.org", "debt": "0", "segment": "mass"}
    one = {
        "external_id": "s-1",
        "brand": customer.brand.code,
        "customer": {"id": customer.crm_id, **told},
        "topic": complaint.topic.code,
        "channel": "shop",
        "point": {"lon": 37.65, "lat": 55.77},
        "occurred_at": NOW.isoformat(),
    }
    new = {**one, "external_id": "s-2", "customer": {"id": "new", **told}}
    sent: list[Any] = [one, new]
    if address == COMPLAINTS:
        answers = [ask("post", shop, address, each) for each in sent]
    elif "batch" in address:
        answers = [ask("post", shop, address, sent)]
    else:
        spot = make_spot().pk
        attached = [{"spot": spot, "complaint": each} for each in sent]
        answers = [ask("post", shop, address, each) for each in attached]

    assert {answer.status_code for answer in answers} <= {200, 201}
    customer.refresh_from_db()
    brought = ("+79169999999", "mallory@example.org", 0, "mass")
    known = brought if describes else ("+79261234512", email, 77, "vip")
    assert (customer.phone, customer.email, customer.debt, customer.segment) == known
    assert customer.complaint_set.count() == 2
    assert Customer.objects.get(crm_id="new").phone == "+79169999999"


def test_a_customer_known_by_phone_alone_has_no_id_for_machines(ask, complaint):
    """It would be made of the phone: who has a list of phones would find whose words are whose."""
    crm = make_api_client("crm")
    sent = {
        "external_id": "s-1",
        "brand": complaint.brand.code,
        "customer": {"phone": "+79261234512"},
        "topic": complaint.topic.code,
        "channel": "shop",
        "point": {"lon": 37.65, "lat": 55.77},
        "occurred_at": NOW.isoformat(),
    }

    answer = ask("post", crm, COMPLAINTS, sent)

    assert answer.status_code == 201
    assert answer.json()["customer"]["id"] == ""


def test_of_what_a_customer_agreed_to_it_is_told_what_it_sent(ask, shop, complaint):
    consent = f"{CUSTOMERS}{complaint.customer_id}/consent/"

    nothing = ask("patch", shop, consent, {}).json()
    some = ask("patch", shop, consent, {"survey": False}).json()
    read = ask("patch", make_api_client("crm"), consent, {}).json()

    assert nothing == {"service": None, "survey": None, "marketing": None}
    assert some == {"service": None, "survey": False, "marketing": None}
    assert read == {"service": True, "survey": False, "marketing": True}


def test_of_a_customer_it_is_told_that_they_are_known(ask, shop, complaint):
    customer = complaint.customer
    named = {"brand": customer.brand.code, "id": customer.crm_id}

    changed = ask("patch", shop, f"{CUSTOMERS}{customer.pk}/", {"language": "en"})
    again = ask("post", shop, CUSTOMERS, named)
    read = ask("post", make_api_client("crm"), CUSTOMERS, named)

    for answer in (changed, again):
        assert answer.status_code == 200
        told = {name: value for name, value in answer.json().items() if value is not None}
        assert told.keys() == {"number", "brand", "id", "described_at"}
        assert told["number"] == customer.pk
    assert (read.json()["segment"], read.json()["debt"]) == ("vip", "77.00")


def test_whoever_is_told_of_people_by_writing_stands_in_the_record_as_a_reader(
    ask, complaint, settings
):
    settings.API_CALLS_WRITTEN_EVERY = 0.0
    cache.clear()
    counting.TALLY.__init__()
    crm, began = make_api_client("crm"), timezone.now()
    customer = complaint.customer
    named = {"brand": customer.brand.code, "id": customer.crm_id}

    for method, address, sent in (
        ("post", f"{CUSTOMERS}find/", named),
        ("post", CUSTOMERS, named),
        ("patch", f"{CUSTOMERS}{customer.pk}/", {}),
        ("patch", TICKET.format(complaint.pk), {}),
        ("post", EVENTS.format(complaint.pk), {**EVENT, "data": {"text": "x"}}),
    ):
        assert ask(method, crm, address, sent).status_code in (200, 201)

    said = StringIO()
    call_command("seen_by", "api:crm", since=began, until=timezone.now(), stdout=said)
    [_names, *rows] = csv.reader(StringIO(said.getvalue()))
    told = [what.partition(",")[0] for _at, _whose, what, _why in rows]
    assert sorted(told) == [
        "PATCH api/v1/customers/<int:number>",
        "PATCH tmf-api/troubleTicket/v4/troubleTicket/<str:pk>",
        "POST api/v1/complaints/<int:pk>/events",
        "POST api/v1/customers",
        "POST api/v1/customers/find",
    ]
