"""Lists that one client of the API reads leave room for everybody else."""

import json
from http import HTTPStatus

import pytest
from django.test import Client

from complaints import turns
from complaints.listing import listing
from heatmaps_project.models import ApiClient
from tests.addresses import routes
from tests.complaints.intake.bodies import make_places
from tests.factories import bearer, make_api_client, make_complaint

URL = "/api/v1/complaints/"
DESCRIPTIONS = {"api/v1/docs/", "api/v1/schema/"}

pytestmark = pytest.mark.django_db


@pytest.fixture
def crm(monkeypatch: pytest.MonkeyPatch) -> ApiClient:
    monkeypatch.setattr(turns, "PATIENCE_S", 0.01)
    make_places()
    return make_api_client("crm")


def test_every_list_waits_while_another_is_read_for_its_client(client: Client, crm: ApiClient):
    headers = bearer(crm)
    whole = [
        f"/{route}"
        for _, route in routes()
        if route.startswith(("api/", "tmf-api/")) and "<" not in route and route not in DESCRIPTIONS
    ]
    lists = [url for url in whole if client.get(url, headers=headers).status_code == HTTPStatus.OK]

    with listing(crm.pk):
        refused = {url: client.get(url, headers=headers) for url in lists}

    assert URL in lists
    assert sum("tmf-api" in url for url in lists) >= 4
    assert [url for url, answer in refused.items() if answer.status_code != 429] == []
    assert {answer.headers["Retry-After"] for answer in refused.values()} == {"5"}
    assert client.get(URL, headers=headers).status_code == HTTPStatus.OK


def test_one_row_what_is_sent_and_another_client_do_not_wait(client: Client, crm: ApiClient):
    headers, one = bearer(crm), make_complaint()
    other = bearer(make_api_client("bot"))

    with listing(crm.pk):
        read = client.get(f"{URL}{one.pk}/", headers=headers)
        sent = client.post(URL, "{}", "application/json", headers=headers)
        listed = client.get(URL, headers=other)

    assert [read.status_code, sent.status_code, listed.status_code] == [200, 400, 200]


def test_lists_take_so_many_seconds_of_a_minute(client: Client, crm: ApiClient, settings):
    headers, one = bearer(crm), make_complaint()
    settings.API_LIST_SECONDS_PER_MINUTE = 0

    statuses = [client.get(URL, headers=headers).status_code for _ in range(2)]

    refused = client.get(URL, headers=headers)
    assert statuses == [200, 429]
    assert "in a minute" in json.loads(refused.content)["detail"]
    assert refused.headers["Retry-After"] == "60"
    assert client.get(f"{URL}{one.pk}/", headers=headers).status_code == HTTPStatus.OK
    assert client.get(URL, headers=bearer(make_api_client("bot"))).status_code == HTTPStatus.OK


def test_a_list_that_breaks_gives_its_turn_back(crm: ApiClient):
    with pytest.raises(ZeroDivisionError), listing(crm.pk):
        raise ZeroDivisionError

    with listing(crm.pk):
        pass
