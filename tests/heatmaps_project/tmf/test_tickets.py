"""TMF621 v4, as a conformance kit asks it: create, list, read, change, delete, listen."""

import json
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from complaints.models import Complaint
from heatmaps_project.models import ApiClient, TroubleTicket
from heatmaps_project.tmf import transitions
from tests.factories import (
    NOW,
    bearer,
    make_api_client,
    make_brand,
    make_complaint,
    make_region,
    make_spot,
    make_topic,
)

BASE = "/tmf-api/troubleTicket/v4/"
URL = BASE + "troubleTicket"
LEAST = {"description": "No signal", "severity": "Urgent", "ticketType": "Bills, charges"}
pytestmark = pytest.mark.django_db


@pytest.fixture
def crm() -> ApiClient:
    cache.clear()
    return make_api_client("crm")


def ask(client: Client, crm: ApiClient, method: str, url: str, sent: Any = None, /, **query: Any):
    kind = "application/json;charset=utf-8"
    if method == "get":
        return client.get(url, query, headers=bearer(crm))
    data = sent if isinstance(sent, bytes) else json.dumps(sent)
    return getattr(client, method)(url, data, kind, headers=bearer(crm))


def create(client: Client, crm: ApiClient, **more: Any) -> dict[str, Any]:
    answer = ask(client, crm, "post", URL, {**LEAST, **more})
    assert answer.status_code == 201, answer.content
    return answer.json()


@pytest.mark.parametrize("slash", ["", "/"])
def test_a_ticket_is_created_with_no_more_than_it_needs(client, crm, slash):
    answer = ask(client, crm, "post", URL + slash, LEAST)

    told = answer.json()
    assert answer.status_code == 201
    assert answer["Content-Type"] == "application/json;charset=utf-8"
    assert {name: told[name] for name in LEAST} == LEAST
    assert told["status"] == "acknowledged"
    assert told["href"] == answer["Location"] == f"{URL}/{told['id']}"
    assert {"id", "creationDate", "lastUpdate", "statusChange", "statusChangeDate"} <= set(told)
    complaint = Complaint.objects.get()
    assert (complaint.text, complaint.topic.code, complaint.placing) == (
        *("No signal", "other", "review"),
    )


def test_what_we_do_not_know_is_ignored_and_what_we_know_is_kept(client, crm):
    make_topic("no_signal")
    told = create(
        client,
        crm,
        id="17",
        status="closed",
        made_up=1,
        ticketType="no_signal",
        priority="High",
        name="Ticket",
        externalId="SR-1",
        requestedResolutionDate="2026-12-01T10:00:00Z",
        channel={"id": "shop", "name": "Shop"},
        note=[{"text": "called twice", "author": "Ana"}],
        relatedParty=[{"id": "c-17", "role": "customer", "@referredType": "Individual"}],
        relatedEntity=[{"id": "1", "@referredType": "GeographicAddress", "name": "Полевая 5"}],
    )

    assert told["status"] == "acknowledged"
    assert told["id"] != "17"
    assert "made_up" not in told
    assert (told["priority"], told["name"], told["externalId"]) == ("High", "Ticket", "SR-1")
    assert told["note"] == [{"text": "called twice", "author": "Ana"}]
    complaint = Complaint.objects.get()
    assert (complaint.topic.code, complaint.channel) == ("no_signal", "shop")
    assert (complaint.customer.crm_id, complaint.address) == ("c-17", "Полевая 5")
    assert complaint.placing == "waiting"
    assert b"called twice" not in bytes(
        TroubleTicket.objects.extra(select={"raw": "rest"}).values_list("raw", flat=True)[0]
    )


@pytest.mark.parametrize(
    "sent",
    [
        *({k: v for k, v in LEAST.items() if k != name} for name in LEAST),
        {**LEAST, "severity": ""},
        {**LEAST, "severity": None},
        {**LEAST, "severity": 1},
        {**LEAST, "note": {"text": "x"}},
        {**LEAST, "note": ["x"]},
        {**LEAST, "channel": []},
        {**LEAST, "requestedResolutionDate": "tomorrow"},
        {**LEAST, "severity": "\x00"},
        {**LEAST, "severity": "x" * 101},
        {**LEAST, "description": "x" * 5001},
        [],
        b"{",
        b"[" * 100_000,
        b"",
    ],
)
def test_what_is_missing_or_of_another_type_is_400(client, crm, sent):
    answer = ask(client, crm, "post", URL, sent)

    assert answer.status_code == 400
    assert answer.json()["code"] == "400"
    assert answer.json()["reason"] == "Bad Request"
    assert not Complaint.objects.exists()


def test_the_same_external_id_again_is_the_same_ticket(client, crm):
    first = create(client, crm, externalId="SR-1")

    again = ask(client, crm, "post", URL, {**LEAST, "externalId": "SR-1"})
    other = ask(client, crm, "post", URL, {**LEAST, "externalId": "SR-1", "description": "else"})

    assert (again.status_code, again.json()["id"]) == (200, first["id"])
    assert other.status_code == 409
    assert Complaint.objects.count() == 1


def test_tickets_are_listed_with_their_numbers_and_filtered(client, crm):
    first, second = create(client, crm), create(client, crm, severity="low")

    whole = ask(client, crm, "get", URL)
    part = ask(client, crm, "get", URL, offset=0, limit=1)

    assert whole.status_code == 200
    assert [one["id"] for one in whole.json()] == [second["id"], first["id"]]
    assert (whole["X-Total-Count"], whole["X-Result-Count"]) == ("2", "2")
    assert part.status_code == 206
    assert (part["X-Total-Count"], part["X-Result-Count"]) == ("2", "1")
    assert 'rel="next"' in part["Link"]
    for name in ("id", "severity", "creationDate", "externalId", "statusChangeDate", "href"):
        found = ask(client, crm, "get", URL, **{name: first[name]}).json()
        assert first["id"] in [one["id"] for one in found], name
        assert all(one[name] == first[name] for one in found), name
    assert ask(client, crm, "get", URL, severity="none").json() == []
    assert ask(client, crm, "get", URL, id="x").json() == []
    assert ask(client, crm, "get", URL, made_up="x").status_code == 400


def test_null_takes_away_and_what_is_needed_stays(client, crm):
    told = create(client, crm, note=[{"text": "x"}], priority="High")
    url = f"{URL}/{told['id']}"

    body = ask(client, crm, "patch", url, {"note": None, "priority": None}).json()

    assert not {"note", "priority"} & set(body)
    for sent in ({"description": None}, {"description": " "}, {"description": "a\x01"}, []):
        assert ask(client, crm, "patch", url, sent).status_code == 400
    assert ask(client, crm, "get", url).json()["description"] == LEAST["description"]


def test_a_deleted_tickets_number_is_not_given_again(client, crm):
    told = create(client, crm, externalId="T-1")
    ask(client, crm, "delete", f"{URL}/{told['id']}")

    again = ask(client, crm, "post", URL, {**LEAST, "externalId": "T-1"})

    assert (again.status_code, again.json()["reason"]) == (409, "Conflict")


def test_fields_are_given_exactly(client, crm):
    told = create(client, crm)

    one = ask(client, crm, "get", f"{URL}/{told['id']}", fields="severity,status")
    many = ask(client, crm, "get", URL, fields="id")

    assert set(one.json()) == {"severity", "status"}
    assert [set(row) for row in many.json()] == [{"id"}]


@pytest.mark.parametrize("pk", ["0", "999999", "abc", "9" * 30, "1/2", "%00"])
def test_an_unknown_ticket_is_404(client, crm, pk):
    for method in ("get", "patch", "delete"):
        answer = ask(client, crm, method, f"{URL}/{pk}", {})
        assert answer.status_code == 404
        assert {"code", "reason", "message", "status"} <= set(answer.json())


def test_a_ticket_is_changed_and_tells_its_story(client, crm):
    told = create(client, crm)
    url = f"{URL}/{told['id']}"

    ask(client, crm, "patch", url, {"status": "inProgress", "severity": "low", "id": "9"})
    answer = ask(client, crm, "patch", url, {"status": "resolved", "statusChangeReason": "fixed"})

    body = answer.json()
    assert answer.status_code == 200
    assert (body["id"], body["severity"], body["status"]) == (told["id"], "low", "resolved")
    assert [change["status"] for change in body["statusChange"]] == [
        *("acknowledged", "inProgress", "resolved")
    ]
    assert body["statusChangeReason"] == "fixed"
    assert Complaint.objects.get().resolved_at
    assert ask(client, crm, "patch", url, {"status": "exploded"}).status_code == 400
    assert ask(client, crm, "patch", url, {"severity": ""}).status_code == 400
    merge = "application/merge-patch+json"
    patched = client.patch(url, json.dumps({"name": "x"}), merge, headers=bearer(crm))
    assert patched.json()["name"] == "x"


def test_a_status_that_is_changed_for_ever_fills_no_row(client, crm, monkeypatch):
    monkeypatch.setattr(transitions, "_MOST_CHANGES", 5)
    url = f"{URL}/{create(client, crm)['id']}"

    for _ in range(4):
        ask(client, crm, "patch", url, {"status": "inProgress"})
        answer = ask(client, crm, "patch", url, {"status": "resolved"})

    changes = [change["status"] for change in answer.json()["statusChange"]]
    assert changes[1:] == ["resolved", "inProgress", "resolved", "inProgress", "resolved"]


def test_deleting_withdraws_and_hides(client, crm):
    told = create(client, crm)
    url = f"{URL}/{told['id']}"

    deleted = ask(client, crm, "delete", url)

    assert (deleted.status_code, deleted.content) == (204, b"")
    assert ask(client, crm, "get", url).status_code == 404
    assert ask(client, crm, "delete", url).status_code == 404
    assert ask(client, crm, "get", URL).json() == []
    assert Complaint.objects.get().withdrawn_at


def test_a_ticket_follows_the_work_on_its_spot(client, crm):
    complaint = make_complaint()
    spot = make_spot(complaints=[complaint], state="detected", eta_at=NOW)
    url = f"{URL}/{complaint.pk}"
    statuses = []
    for state in ("detected", "accepted", "diagnosing"):
        type(spot).objects.filter(pk=spot.pk).update(state=state)
        statuses.append(ask(client, crm, "get", url).json()["status"])
    Complaint.objects.filter(pk=complaint.pk).update(resolved_at=NOW)
    told = ask(client, crm, "get", url).json()

    assert statuses == ["acknowledged", "inProgress", "inProgress"]
    assert told["status"] == "resolved"
    assert told["expectedResolutionDate"] == "2026-03-25T10:00:00Z"
    assert told["relatedEntity"][0]["@referredType"] == "ServiceProblem"


def test_tickets_behind_a_wall_are_not_there(client, crm):
    rival = make_complaint(brand=make_brand("rival"))
    far = make_complaint(region=make_region("far", lon=80))

    assert ask(client, crm, "get", URL).json() == []
    for one in (rival, far):
        for method in ("get", "patch", "delete"):
            assert ask(client, crm, method, f"{URL}/{one.pk}", {}).status_code == 404


def test_each_method_needs_its_scope(client, crm):
    def status(method: str, scope: str) -> int:
        headers = bearer(crm, scope)
        call = getattr(client, method)
        return call(URL, LEAST, content_type="application/json", headers=headers).status_code

    assert status("post", "complaints:read") == 403
    assert client.get(URL, headers=bearer(crm, "complaints:write")).status_code == 403
    assert client.get(URL).status_code == 401
    assert client.get(URL).json()["reason"] == "Unauthorized"


def test_a_listener_is_registered_and_taken_away(client, crm):
    sent = {
        "callback": "http://listener.example/tmf",
        "query": "eventType=TroubleTicketCreateEvent",
    }

    made = ask(client, crm, "post", BASE + "hub", sent)
    again = ask(client, crm, "post", BASE + "hub", sent)
    other = make_api_client("bot")
    foreign = ask(client, other, "delete", f"{BASE}hub/{made.json()['id']}")
    gone = ask(client, crm, "delete", f"{BASE}hub/{made.json()['id']}")

    assert (made.status_code, made.json()["callback"]) == (201, sent["callback"])
    assert made["Location"] == f"{BASE}hub/{made.json()['id']}"
    assert again.json() == made.json()
    assert (foreign.status_code, gone.status_code) == (404, 204)
    assert ask(client, crm, "delete", f"{BASE}hub/{made.json()['id']}").status_code == 404


@pytest.mark.parametrize("callback", ["", "x", "ftp://a/b", "http://", "http://[", 1, None])
def test_a_listener_without_an_address_is_400(client, crm, callback):
    assert ask(client, crm, "post", BASE + "hub", {"callback": callback}).status_code == 400


def test_the_number_of_queries_does_not_grow(client, crm, django_assert_max_num_queries):
    for _ in range(6):
        make_spot(complaints=[make_complaint()])
    headers = bearer(crm)

    with django_assert_max_num_queries(8):
        assert len(client.get(URL, headers=headers).json()) == 6
