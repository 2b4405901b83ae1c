"""Receipts that gateways send over HTTP, each to an address of its own."""

import json
from datetime import timedelta

import pytest
from django.urls import reverse

from feedback.models import Gateway, Part, Receipt
from feedback.notifications import transitions
from feedback.notifications.gateways import api as api_receipts
from feedback.notifications.transitions import receipts
from tests.factories import NOW, make_message

pytestmark = pytest.mark.django_db


def make_gateway(name: str = "web") -> tuple[Gateway, str]:
    """A gateway, and the address that it reports to."""
    row = Gateway.objects.create(name=name, kind="http", address="http://127.0.0.1:9/", body="x")
    return row, reverse("api-receipts", args=[transitions.new_receipts_token(gateway_id=row.pk)])


def make_sent(gateway_id: str, *, gateway: str = "web", **fields):
    message = make_message(state="handed_over", handed_over_at=NOW, **fields)
    sent = {"gateway": gateway, "gateway_id": gateway_id, "sent_at": NOW}
    Part.objects.create(message=message, copy=1, number=1, **sent)
    return message


def post(client, address: str, body):
    return client.post(address, json.dumps(body), content_type="application/json")


def state_of(message) -> str:
    transitions.settle_receipts(now=NOW)
    message.refresh_from_db()
    return message.state


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("delivered", "delivered"),
        ("DELIVRD", "delivered"),
        ("failed", "failed"),
        ("UNDELIV", "failed"),
        ("Expired", "expired"),
        ("enroute", "handed_over"),
    ],
)
def test_a_receipt_is_booked_by_the_id_that_the_gateway_gave(client, status, state):
    _gateway, address = make_gateway()
    message = make_sent("77")

    answer = post(client, address, {"id": 77, "status": status, "price": 1.5})

    assert answer.status_code == 202
    assert answer.json() == {"taken": int(state != "handed_over")}
    assert state_of(message) == state


def test_receipts_come_early_doubled_and_out_of_order(client):
    _gateway, address = make_gateway()
    told = [{"id": "a", "status": "delivered"}, {"id": "a", "status": "failed"}]

    for one in (told[0], told, told[::-1]):
        assert post(client, address, one).status_code == 202
    transitions.settle_receipts(now=NOW)  # nothing is known of it yet
    message = make_sent("a")

    assert state_of(message) == "delivered"
    assert Receipt.objects.count() == 2
    assert state_of(message) == "delivered"


def test_the_number_that_a_gateways_words_repeat_is_kept_and_shown_to_nobody(client, signed_in):
    _gateway, address = make_gateway()
    message = make_sent("7")
    said = "EC 011: 79261234512 (anna@example.org) is not in service"

    post(client, address, {"id": "7", "status": "UNDELIV", "to": "", "error": said})
    transitions.settle_receipts(now=NOW)

    message.refresh_from_db()
    assert message.error == "EC 011: ••• (•••) is not in service"
    page = reverse("admin:feedback_message_change", args=[message.pk])
    assert "1234512" not in signed_in("engineer").get(page).content.decode()


def test_a_gateway_reports_of_its_own_messages_only(client):
    make_gateway()
    _other, address = make_gateway("other")
    message = make_sent("a")

    post(client, address, {"id": "a", "status": "failed"})

    assert state_of(message) == "handed_over"


def test_an_address_that_was_renewed_or_is_out_of_use_is_none(client):
    gateway, old = make_gateway()
    new = reverse("api-receipts", args=[transitions.new_receipts_token(gateway_id=gateway.pk)])
    one = {"id": "a", "status": "failed"}

    assert [post(client, to, one).status_code for to in (old, new)] == [401, 202]
    Gateway.objects.update(active=False)
    assert post(client, new, one).status_code == 401


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ("{", 400),
        (json.dumps({"id": "", "status": "delivered"}), 400),
        (json.dumps({"id": "a\0", "status": "delivered"}), 400),
        (json.dumps({"id": "a" * 201, "status": "delivered"}), 400),
        (json.dumps([{"id": "a", "status": "sent"}] * 1001), 400),
        (json.dumps([{"id": "a", "status": "sent"}] * 1000), 202),
        ("[" * 100_000, 400),
        (" " * 2_000_000, 413),
    ],
)
def test_what_is_no_receipt_is_refused(client, body, status):
    _gateway, address = make_gateway()

    assert client.post(address, body, content_type="application/json").status_code == status
    assert not Receipt.objects.exists()


def test_a_gateway_has_so_many_requests_a_minute(client, monkeypatch):
    monkeypatch.setattr(api_receipts, "POSTS", 2)
    _gateway, address = make_gateway("busy")

    codes = [post(client, address, []).status_code for _ in range(3)]

    assert codes == [202, 202, 429]


def test_an_administrator_is_shown_the_address_once(client, signed_in):
    gateway, _old = make_gateway()
    admin = signed_in("administrator")
    rows = reverse("admin:feedback_gateway_changelist")
    form = {"action": "new_receipts_address", "_selected_action": [gateway.pk]}

    shown = admin.post(rows, form, follow=True).content.decode()
    again = admin.get(rows).content.decode()

    address = shown.partition("/api/v1/receipts/")[2].partition("/")[0]
    assert len(address) == 43
    assert post(client, f"/api/v1/receipts/{address}/", []).status_code == 202
    assert address not in again
    assert address not in str(list(gateway.history.values()))


def test_a_gateway_that_tells_of_what_was_never_ours_waits_and_holds_up_no_other(
    client, monkeypatch
):
    monkeypatch.setattr(receipts, "MOST_PARKED", 2)
    _row, address = make_gateway()
    _other, elsewhere = make_gateway("other")
    message = make_sent("77", gateway="other")
    told = [{"id": f"nobody {n}", "status": "delivered"} for n in range(2)]

    assert post(client, address, told).status_code == 202
    assert post(client, address, {"id": "more", "status": "delivered"}).status_code == 429
    assert post(client, elsewhere, {"id": 77, "status": "delivered"}).status_code == 202
    assert state_of(message) == "delivered"
    transitions.forget_parked(now=NOW + timedelta(days=2000))
    assert post(client, address, {"id": "more", "status": "delivered"}).status_code == 202
