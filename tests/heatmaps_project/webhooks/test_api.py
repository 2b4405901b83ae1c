"""Webhooks over the API: a client's own, with a secret that is shown once."""

from typing import get_args

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from heatmaps_project.api_settings import API_SCOPES
from heatmaps_project.webhooks.events import EventName, EventType, scope_of
from heatmaps_project.webhooks.models import Delivery, Subscription
from tests.factories import bearer, make_api_client, make_subscription

pytestmark = pytest.mark.django_db
SENT = {"url": "https://crm.example.org/hook", "events": ["spot.fixed", "sla.breached"]}


@pytest.fixture(name="ask")
def _ask(client):
    header = bearer(make_api_client())

    def ask(method, name, *args, body=None):
        call = getattr(client, method)
        address = reverse(name, args=args)
        if method == "post":
            return call(address, body or "", content_type="application/json", headers=header)
        return call(address, headers=header)

    return ask


def test_a_webhook_is_registered_listed_read_and_deleted(ask):
    made = ask("post", "api-webhooks", body=SENT)

    assert made.status_code == 201
    stored = made.json()
    secret = stored.pop("secret")
    assert secret.startswith("whsec_")
    assert ask("get", "api-webhooks").json() == {"results": [stored]}
    assert ask("get", "api-webhook", stored["id"]).json() == stored
    with connection.cursor() as cursor:
        cursor.execute("SELECT secret FROM heatmaps_project_subscription")
        assert secret.encode() not in bytes(cursor.fetchone()[0])
    assert ask("delete", "api-webhook", stored["id"]).status_code == 204
    assert not Subscription.objects.exists()


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"url": "http://crm.example.org/hook"}, "url"),
        ({"url": "https://10.0.0.1/hook"}, "url"),
        ({"events": ["spot.burnt"]}, "events.0"),
        ({"events": []}, "events"),
        ({"brand": "rival"}, "brand"),
        ({"brand": "\0"}, "brand"),
        ({"url": "https://a.example.org/\0"}, "url"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_what_makes_no_sense_is_refused_by_name(ask, settings, changed, field):
    settings.WEBHOOK_HTTP = False

    answer = ask("post", "api-webhooks", body={**SENT, **changed})

    assert answer.status_code == 400
    assert [error["field"] for error in answer.json()["errors"]] == [field]


def test_anothers_webhook_is_not_there(ask):
    other = make_subscription(client=make_api_client("other"))

    for method, name in (
        ("get", "api-webhook"),
        ("delete", "api-webhook"),
        ("post", "api-webhook-ping"),
        ("post", "api-webhook-rotate"),
    ):
        assert ask(method, name, other.pk).status_code == 404
    assert ask("get", "api-webhooks").json() == {"results": []}


def test_a_ping_is_planned_and_a_rotation_gives_another_secret(ask):
    number = ask("post", "api-webhooks", body=SENT).json()["id"]
    first = Subscription.objects.get().secret

    planned = ask("post", "api-webhook-ping", number)
    rotated = ask("post", "api-webhook-rotate", number)

    assert (planned.status_code, rotated.status_code) == (202, 200)
    assert planned.json()["id"] == f"msg_{Delivery.objects.get().message_id.hex}"
    row = Subscription.objects.get()
    assert rotated.json()["secret"] == row.secret != first == row.old_secret


def test_however_often_a_receiver_is_tried_it_is_one_row(ask):
    number = ask("post", "api-webhooks", body=SENT).json()["id"]

    def tried() -> str:
        return ask("post", "api-webhook-ping", number).json()["id"]

    assert len({tried() for _ in range(5)}) == 1
    for state, at in (("sent", timezone.now()), ("dead", None)):
        Delivery.objects.update(state=state, sent_at=at)
        before = f"msg_{Delivery.objects.get().message_id.hex}"
        assert tried() != before
        assert Delivery.objects.get().state == "planned"


def test_a_client_has_at_most_twenty(ask):
    answers = [ask("post", "api-webhooks", body=SENT).status_code for _ in range(21)]

    assert answers == 20 * [201] + [409]


def test_a_token_without_the_scope_is_refused(client):
    header = bearer(make_api_client(), "spots:read")

    assert client.get(reverse("api-webhooks"), headers=header).status_code == 403


def test_whoever_may_not_read_something_is_not_told_of_it(client):
    few = make_api_client("few")
    few.scopes = "webhooks:manage spots:read"
    few.save()
    header = bearer(few, few.scopes)

    def answer(*events):
        body = {**SENT, "events": [*events]}
        json = {"content_type": "application/json", "headers": header}
        return client.post(reverse("api-webhooks"), body, **json)

    assert answer("spot.fixed", "sla.breached").status_code == 201
    refused = answer("spot.fixed", "complaint.joined", "gift.given")
    assert refused.status_code == 403
    told = [(error["field"], error["message"]) for error in refused.json()["errors"]]
    assert told == [
        ("events.1", "It takes the scope complaints:read."),
        ("events.2", "It takes the scope customers:read."),
    ]


@pytest.mark.parametrize(
    ("address", "sent"),
    [
        ("/api/v1/webhooks/", {**SENT, "events": ["complaint.joined"]}),
        ("/tmf-api/troubleTicket/v4/hub", {"callback": "https://crm.example.org/hub"}),
    ],
)
def test_a_token_for_webhooks_alone_has_nothing_told_that_its_client_reads(client, address, sent):
    """It was asked for with few scopes, to be given away."""
    crm = make_api_client()

    def answer(scope: str | None) -> int:
        headers = bearer(crm, scope)
        return client.post(address, sent, "application/json", headers=headers).status_code

    assert answer("webhooks:manage") == 403
    assert answer("webhooks:manage spots:read") == 403
    assert not Subscription.objects.exists()
    assert answer("webhooks:manage complaints:read") == 201


def test_each_event_is_read_by_a_scope_that_there_is():
    assert {scope_of(event) for event in EventType.values} <= API_SCOPES.keys()
    assert {*get_args(EventName)} <= {*EventType.values}
