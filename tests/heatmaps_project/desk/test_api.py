"""POST and GET /api/v1/lookup/: what a CRM's page is told."""

import json
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.gis.geos import Point
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from heatmaps_project.models import ApiClient
from tests.factories import (
    CENTRE,
    NOW,
    bearer,
    make_api_client,
    make_brand,
    make_cause,
    make_complaint,
    make_coverage,
    make_customer,
    make_network_event,
    make_region,
    make_spot,
)
from tests.heatmaps_project.desk.places import make_addresses

pytestmark = pytest.mark.django_db

URL = "/api/v1/lookup/"
POINT = {"lon": CENTRE[0], "lat": CENTRE[1]}
SAYS = "Вижу, что по вашему адресу уже ведутся работы над улучшением качества связи."


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def crm() -> ApiClient:
    make_addresses()
    return make_api_client("crm")


def ask(client: Client, crm: ApiClient, body: Any, *, url: str = URL, **token: Any) -> Any:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    return client.post(url, data, content_type="application/json", headers=bearer(crm, **token))


def test_an_address_is_answered_with_the_sentence_to_say(client, crm):
    eta = NOW + timedelta(hours=3)
    spot = make_spot(state="fixing", cause=make_cause(), eta_at=eta, customers=12)

    answer = ask(client, crm, {"address": "Рязань, ул. Полевая, д. 5"})

    assert answer.status_code == 200
    told = answer.json()
    assert told["place"] == {"label": "Рязань, Полевая улица, 5", "precision": "house", **POINT}
    assert told["sentence"]["ru"].startswith(f"{SAYS} Решение ожидается в течение 3 часов.")
    assert "within 3 hours" in told["sentence"]["en"]
    assert told["situation"] == "working"
    assert told["spot"] == told["covering"][0]
    assert told["spot"]["id"] == spot.pk
    assert told["spot"]["cause"]["en"] == "a power failure at our base station"
    assert (told["spot"]["eta_at"], told["spot"]["eta_passed"]) == ("2026-03-25T13:00:00Z", False)


def test_where_a_caller_lives_is_told_exactly_to_who_may_read_complaints_alone(client, crm):
    home = (CENTRE[0] + 0.0004321, CENTRE[1] + 0.0001234)
    customer = make_customer(crm_id="crm-17")
    make_complaint(customer=customer, point=Point(*home, srid=4326))
    asked = {"customer": "crm-17"}

    def place(**more: Any) -> Any:
        told = ask(client, crm, {**asked, **more}).json()["place"]
        return told["lon"], told["lat"]

    assert place() == home
    crm.scopes = "lookup:read complaints:write"
    crm.save()
    assert place() == (round(home[0], 3), round(home[1], 3)) != home
    assert place(lon=home[0], lat=home[1]) == home  # they say it


def test_how_far_a_spot_is_from_a_callers_home_is_told_to_a_hundred_metres(client, crm):
    """Two outlines and the metres to each told the house."""
    home = (CENTRE[0] + 0.0104321, CENTRE[1] + 0.0001234)
    make_spot()
    make_complaint(customer=make_customer(crm_id="crm-17"), point=Point(*home, srid=4326))
    at_home = ask(client, crm, {"lon": home[0], "lat": home[1]}).json()["near"][0]["metres"]

    told = ask(client, crm, {"customer": "crm-17"}).json()["near"][0]["metres"]

    assert at_home % 100
    assert told == at_home + -at_home % 100


@pytest.mark.parametrize("body", [{"point": POINT}, POINT], ids=["as a point", "as lat and lon"])
def test_a_point_is_answered(client, crm, body):
    make_spot()

    assert ask(client, crm, body).json()["situation"] == "working"


@pytest.mark.parametrize("url", [URL, URL.rstrip("/")])
def test_a_point_can_be_asked_for_by_get_and_the_slash_does_not_matter(client, crm, url):
    make_spot()

    told = client.get(url, {"lat": CENTRE[1], "lon": CENTRE[0]}, headers=bearer(crm)).json()

    assert told["situation"] == "working"
    assert ask(client, crm, POINT, url=url).status_code == 200


def test_the_texts_come_in_the_language_asked_for(client, crm):
    make_spot(state="fixing", cause=make_cause(), eta_at=NOW + timedelta(hours=3))

    told = ask(client, crm, {**POINT, "language": "en"}).json()

    assert set(told["sentence"]) == set(told["spot"]["cause"]) == {"en"}


def test_a_term_that_has_passed_is_not_told(client, crm):
    make_spot(state="fixing", cause=make_cause(), eta_at=NOW - timedelta(minutes=1))

    told = ask(client, crm, POINT).json()

    assert (told["spot"]["eta_at"], told["spot"]["eta_passed"]) == (None, True)
    assert "новый срок" in told["sentence"]["ru"]


@pytest.mark.parametrize(
    ("make", "situation"),
    [
        (lambda: make_spot(state="fixed", fixed_at=NOW - timedelta(hours=1)), "fixed"),
        (lambda: make_network_event("outage"), "outage"),
        (lambda: make_network_event("works"), "works"),
        (lambda: make_network_event("works", starts_at=NOW + timedelta(hours=2)), "works_soon"),
        (lambda: make_coverage("4G"), "outdoors_only"),
        (lambda: make_coverage("4G", "indoor"), "nothing"),
        (lambda: None, "nothing"),
    ],
)
def test_the_most_telling_thing_is_said(client, crm, make, situation):
    make()

    assert ask(client, crm, POINT).json()["situation"] == situation


def test_a_spot_near_by_and_a_hole_in_the_coverage_are_told(client, crm):
    make_coverage("4G", "indoor")
    east = {"lat": CENTRE[1], "lon": CENTRE[0] + 0.02}

    assert ask(client, crm, {**east, "lon": CENTRE[0] + 0.1}).json()["situation"] == "no_coverage"
    make_spot()
    told = ask(client, crm, east).json()
    assert told["situation"] == "near"
    assert told["near"][0]["metres"] == pytest.approx(941, abs=10)


def test_of_an_address_of_which_only_the_town_is_known_nothing_is_said(client, crm):
    told = ask(client, crm, {"address": "Кострома, ул. Никакая, 1"}).json()

    assert (told["place"]["precision"], told["situation"]) == ("locality", "unsure")
    assert "улицу и дом" in told["sentence"]["ru"]


def test_a_client_is_told_nothing_of_other_brands_and_regions(client, crm):
    make_spot(brand=make_brand("other"))
    make_spot(region=make_region("tver"))
    make_network_event(brand=make_brand("other"))

    told = ask(client, crm, POINT).json()

    assert (told["covering"], told["works"], told["situation"]) == ([], [], "nothing")


def test_an_unknown_address_is_a_problem_that_names_the_field(client, crm):
    answer = ask(client, crm, {"address": "Никакая 1"})

    assert answer.status_code == 404
    assert answer["Content-Type"] == "application/problem+json"
    assert [error["field"] for error in answer.json()["errors"]] == ["address"]
    assert "Никакая" not in answer.content.decode()


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"address": ""},
        {"address": "x" * 501},
        {"address": "Рязань\x00"},
        {"address": "Рязань", **POINT},
        {"lat": 55.75},
        {"lat": 91, "lon": 37},
        {"lat": "55", "lon": 37},
        {"point": {"lon": 37}},
        {**POINT, "language": "de"},
        {"phone": "12"},
        {"phone": "+79161234567", "customer": "c1"},
        [],
        b"",
        b"{",
        b'{"lat": NaN, "lon": 1}',
        b'{"address": "\\ud800"}',
        b"[" * 100_000,
    ],
    ids=lambda body: str(body)[:40],
)
def test_what_is_no_question_is_refused(client, crm, body):
    answer = ask(client, crm, body)

    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize(
    "query", ["", "?lat=55", "?lat=x&lon=37", "?lat=55.7&lon=37.6&language=de"]
)
def test_a_point_in_the_address_must_be_a_point(client, crm, query):
    assert client.get(URL + query, headers=bearer(crm)).status_code == 400


def test_only_a_client_with_the_scope_may_ask(client, crm):
    assert client.post(URL, b"{}", content_type="application/json").status_code in {401, 403}
    assert ask(client, crm, POINT, scope="complaints:read").status_code == 403


def test_a_lookup_takes_the_same_queries_however_much_is_known(client, crm):
    def queries() -> int:
        make_spot()
        make_coverage()
        make_network_event()
        with CaptureQueriesContext(connection) as done:
            assert ask(client, crm, POINT).status_code == 200
        return len(done)

    queries()  # the first of a process also asks what WGS 84 measures in
    first = queries()

    assert [queries() for _ in range(2)] == [first] * 2
