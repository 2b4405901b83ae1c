"""The lookup inside a CRM's page: what its token opens, and nothing else."""

import json
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.test import Client

from complaints.customers.personal import blind_index
from heatmaps_project.models import (
    ApiClient,
    CampaignAnswer,
    Lookup,
    LookupOutcome,
    ServiceRequest,
)
from spots.models import Membership
from tests.factories import (
    CENTRE,
    NOW,
    bearer,
    make_api_client,
    make_brand,
    make_campaign,
    make_customer,
    make_region,
    make_request_kind,
    make_spot,
    make_topic,
    make_user,
)
from tests.heatmaps_project.desk.places import make_addresses

pytestmark = pytest.mark.django_db

API = "/api/v1/lookup/panel/"
PHONE = "+79261234512"
SITES = "https://crm.example.org https://crm2.example.org:8443"


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def crm() -> ApiClient:
    make_addresses()
    make_topic()
    make_region()
    return make_api_client("crm", frame_ancestors=SITES)


def opened(client: Client, crm: ApiClient, **more: Any) -> Any:
    body = json.dumps({"agent": "ivanova", "brand": "demo", "language": "en", **more})
    return client.post(API, body, content_type="application/json", headers=bearer(crm))


def path_of(client: Client, crm: ApiClient, **more: Any) -> str:
    return opened(client, crm, **more).json()["url"].removeprefix("http://127.0.0.1:8000")


def test_an_agent_looks_up_and_attaches_inside_the_frame(client, crm):
    spot = make_spot()
    path = path_of(client, crm)

    page = client.post(path, {"asked": "Рязань, Полевая 5"}).content.decode()

    assert "already under way" in page
    assert "/admin/" not in page
    lookup = Lookup.objects.get()
    assert (lookup.origin, lookup.client, lookup.agent) == ("panel", crm, "ivanova")
    row = {
        "lookup": lookup.key,
        "outcome": "attached",
        "spot": spot.pk,
        "phone": "+79261234512",
        "brand": "demo",
        "topic": "no_signal",
        "lon": CENTRE[0],
        "lat": CENTRE[1],
        "tell": "on",
    }
    for _click in range(2):
        assert "SMS to +7 926 ***-**-12" in client.post(f"{path}act/", row).content.decode()
    assert LookupOutcome.objects.get().outcome == "attached"
    assert Membership.objects.get(case=spot).complaint.source == "crm"


def test_only_the_clients_sites_may_frame_it(client, crm):
    answer = client.get(path_of(client, crm))

    policy = answer["Content-Security-Policy"]
    assert f"frame-ancestors {SITES}" in policy
    assert "frame-ancestors 'none'" not in policy
    assert "X-Frame-Options" not in answer
    assert answer["Cache-Control"] == "no-store"
    staff = client.get("/admin/login/")
    assert "frame-ancestors 'none'" in staff["Content-Security-Policy"]
    assert staff["X-Frame-Options"] == "DENY"


def test_a_token_opens_nothing_once_it_has_expired_or_is_changed(client, crm):
    path = path_of(client, crm, minutes=1)

    assert client.get(path).status_code == 200
    assert client.get(path[:-3] + "xx/").status_code == 403
    with time_machine.travel(NOW + timedelta(minutes=2), tick=False):
        answer = client.post(path, {"asked": "Рязань, Полевая 5"})
        assert answer.status_code == 403
        assert answer["X-Frame-Options"] == "DENY"
    ApiClient.objects.update(expires_at=NOW)
    assert client.get(path).status_code == 403
    ApiClient.objects.update(expires_at=None, scopes="complaints:write spots:read")
    assert client.get(path).status_code == 403
    assert not Lookup.objects.exists()


@pytest.mark.parametrize(
    ("language", "said"), [("ru", "Время панели истекло"), ("en", "This panel has expired")]
)
def test_an_expired_panel_speaks_the_browsers_language(client, crm, language, said):
    page = client.get("/panel/anything/", headers={"Accept-Language": language}).content.decode()

    assert said in page
    assert f'lang="{language}"' in page


def test_a_token_is_no_sign_in_and_a_sign_in_no_token(client, crm, signed_in):
    path = path_of(client, crm)
    client.get(path)

    assert client.get("/lookup/").status_code == 302
    token = path.split("/")[2]
    assert client.get(
        "/api/v1/lookup/", headers={"Authorization": f"Bearer {token}"}
    ).status_code in {
        401,
        403,
    }
    signed_in("administrator")
    assert client.get("/panel/anything/").status_code == 403


def test_the_panel_shows_one_brand_only(client, crm):
    other = make_brand("other")
    crm.brands.add(other)
    make_spot(brand=other)
    path = path_of(client, crm)

    page = client.post(path, {"asked": "Рязань, Полевая 5"}).content.decode()

    assert "I see no fault at your address." in page
    assert "Other" not in page


def test_a_single_case_is_not_opened_from_outside(client, crm):
    path = path_of(client, crm)
    client.post(path, {"asked": "Рязань, Полевая 5"})

    row = {"lookup": Lookup.objects.get().key, "outcome": "single"}
    assert client.post(f"{path}act/", row).status_code == 404


def test_nobody_acts_on_anothers_lookup(client, crm):
    client.post(path_of(client, crm), {"asked": "Рязань, Полевая 5"})
    other = path_of(client, crm, agent="petrova")

    row = {"lookup": Lookup.objects.get().key, "outcome": "answered"}
    assert client.post(f"{other}act/", row).status_code == 404


@pytest.mark.parametrize(
    ("more", "status"),
    [
        ({"brand": "other"}, 400),
        ({"agent": ""}, 400),
        ({"minutes": 61}, 400),
        ({"minutes": "5"}, 400),
        ({"more": 1}, 400),
    ],
)
def test_what_cannot_be_opened_is_refused(client, crm, more, status):
    make_brand("other")

    assert opened(client, crm, **more).status_code == status


def test_without_a_site_that_may_frame_it_there_is_no_panel(client):
    assert opened(client, make_api_client("crm")).status_code == 409


def test_a_caller_is_offered_and_asks_for_the_same_as_on_the_desks_own_page(client, crm, signed_in):
    make_customer(phone=PHONE, phone_index=blind_index(PHONE), balance=-350)
    kind, campaign = make_request_kind(), make_campaign()
    foreign = make_brand("rival")
    of_rival = {
        "kind": make_request_kind(brand=foreign).pk,
        "campaign": make_campaign(brand=foreign).pk,
    }
    path = path_of(client, crm)

    page = client.post(path, {"asked": PHONE}).content.decode()

    assert "Offer a second line" in page
    assert "Another tariff" in page
    assert "+7 926 ***-**-12" in page
    assert "350" not in page  # what a caller owes is for those who may see money
    key = Lookup.objects.get().key
    said = {"lookup": key, "campaign": campaign.pk, "answer": "accepted"}
    asked = {"lookup": key, "key": uuid4(), "kind": kind.pk, "words": "from May"}
    others = path_of(client, crm, agent="petrova")
    for whose, more in ((others, {}), (path, of_rival)):
        assert client.post(f"{whose}campaign/", {**said, **more}).status_code == 404
        assert client.post(f"{whose}request/", {**asked, **more}).status_code == 404
    for _click in range(2):
        assert "Another tariff: sent" in client.post(f"{path}request/", asked).content.decode()
        answered = client.post(f"{path}campaign/", said).content.decode()
        assert "Offer a second line" not in answered
        assert "/lookup/" not in answered
    row, answer = ServiceRequest.objects.get(), CampaignAnswer.objects.get()
    crm.refresh_from_db()
    assert row.by == answer.by == crm.user
    boss = signed_in(make_user("supervisor", language="en"))
    assert "crm: ivanova" in boss.get("/admin/heatmaps_project/servicerequest/").content.decode()
