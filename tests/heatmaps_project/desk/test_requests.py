"""What a caller asks for goes to the brand's own system once, and its state comes back."""

from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.urls import reverse

from complaints.customers.personal import blind_index
from heatmaps_project.customers.transitions import erase
from heatmaps_project.desk.requests.models import ServiceRequest
from heatmaps_project.models import Delivery, Lookup
from heatmaps_project.webhooks import transitions as webhooks
from spots.models import CertifiedBrand
from tests.factories import (
    NOW,
    bearer,
    make_api_client,
    make_brand,
    make_customer,
    make_request,
    make_request_kind,
    make_subscription,
    make_user,
)

pytestmark = pytest.mark.django_db
PHONE = "+79261234512"
WORDS = "Тариф «Дача» с мая"


@pytest.fixture(autouse=True)
def _at_now(db):
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture(name="line")
def _line(signed_in):
    """An agent who has looked up a caller."""
    make_customer(phone=PHONE, phone_index=blind_index(PHONE))
    browser = signed_in(make_user("agent", language="en"))
    browser.post("/lookup/", {"asked": PHONE})
    return browser


def asking(kind, **fields):
    row = {"key": uuid4(), "lookup": Lookup.objects.latest("pk").key, "kind": kind.pk}
    return {**row, "words": WORDS, **fields}


def test_what_a_caller_asks_for_goes_to_the_brands_system_once_and_its_state_comes_back(
    line, client
):
    kind = make_request_kind()
    make_subscription(events=["request.made"], created_at=NOW - timedelta(days=1))
    webhooks.plan(now=NOW)
    said = asking(kind)

    pages = [line.post("/lookup/request/", said).content.decode() for _click in range(2)]

    row = ServiceRequest.objects.get()
    assert (row.kind, row.state, row.words) == (kind, "sent", WORDS)
    assert all("Another tariff: sent" in page for page in pages)
    webhooks.plan(now=NOW)
    webhooks.plan(now=NOW)
    [delivery] = Delivery.objects.filter(event="request.made")
    assert (delivery.payload["data"]["id"], delivery.payload["data"]["kind"]) == (row.pk, "tariff")
    assert WORDS not in str(delivery.payload)

    system = bearer(make_api_client())
    [listed] = client.get("/api/v1/requests/?state=sent", headers=system).json()["results"]
    assert (listed["id"], listed["words"]) == (row.pk, WORDS)
    assert client.get(f"/api/v1/requests/{row.pk}/", headers=system).json() == listed

    def told(**body):
        address = reverse("api-request-state", args=[row.pk])
        return client.post(address, body, "application/json", headers=system).status_code

    done = {"state": "done", "answer": "From 1 May."}
    assert [told(state="taken"), told(**done), told(**done)] == [200, 200, 200]
    assert [told(state="taken"), told(state="sent"), told(state="refused")] == [409, 400, 409]
    page = line.post("/lookup/", {"asked": PHONE}).content.decode()
    assert "Another tariff: done — From 1 May." in page


def test_what_is_not_the_callers_brands_is_not_there(line, client, signed_in):
    kind, rival = make_request_kind(), make_request_kind(brand=make_brand("rival"))
    said = asking(kind)
    other = signed_in(make_user("agent", username="another"))

    assert line.post("/lookup/request/", {**said, "kind": rival.pk}).status_code == 404
    assert other.post("/lookup/request/", said).status_code == 404  # another's lookup
    assert line.post("/lookup/request/", {**said, "lookup": uuid4()}).status_code == 404
    assert not ServiceRequest.objects.exists()

    foreign = make_request(customer=make_customer(brand=make_brand("rival")), kind=rival)
    system = bearer(make_api_client())
    assert client.get("/api/v1/requests/", headers=system).json()["results"] == []
    for name in ("api-request", "api-request-state"):
        address = reverse(name, args=[foreign.pk])
        call = client.get if name == "api-request" else client.post
        body = () if name == "api-request" else ({"state": "done"}, "application/json")
        assert call(address, *body, headers=system).status_code == 404


def test_without_a_certificate_nothing_is_asked_for(line):
    kind = make_request_kind()
    CertifiedBrand.objects.create(brand=make_brand())

    line.post("/lookup/request/", asking(kind))

    assert not ServiceRequest.objects.exists()


def test_an_erased_customer_leaves_a_request_without_words():
    row = make_request(answer="Ирина, всё готово")

    erase(customer_id=row.customer_id, by="crm", now=NOW)

    row.refresh_from_db()
    assert (row.words, row.answer, row.state) == ("", "", "sent")
