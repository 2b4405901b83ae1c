"""Several gateways: senders, rates, a breaker, another that takes over, and HTTP."""

import json
import time
from datetime import timedelta

import pytest
from django.urls import reverse

from feedback.models import Gateway, GatewayHealth, Message, Part, Sender
from feedback.notifications import transitions
from feedback.notifications.channels import http
from feedback.notifications.gateways.breaker import is_failing
from feedback.notifications.gateways.gateway_ids import plain
from feedback.notifications.outbox.states import State
from feedback.notifications.sending import delivery
from tests.factories import NOW, make_brand, make_customer, make_fixed_spot, make_message
from tests.gateways import trickling

DEAD = "smpp://heatmaps:pass-word@127.0.0.1:9"
NO_WINDOWS = ["window=0", "window=1001", "window=ten", "window=", "window=1&window=2", "tls", "a=1"]


def make_gateway(name: str, address: str, **fields) -> Gateway:
    kind = address.partition(":")[0]
    return Gateway.objects.create(name=name, kind=kind, address=address, **fields)


def send(*, minutes: float = 0) -> int:
    return delivery.send_messages(now=NOW + timedelta(minutes=minutes))


@pytest.mark.parametrize(
    ("taken", "failed", "expected"),
    [(0, 9, False), (7, 3, True), (8, 3, False), (0, 10, True), (100, 0, False)],
)
def test_thirty_percent_of_at_least_ten_shut_a_gateway(taken, failed, expected):
    assert is_failing(taken=taken, failed=failed) is expected


@pytest.mark.django_db
def test_where_the_first_gateway_is_not_reached_the_second_takes_over_at_once(smsc):
    make_gateway("first", DEAD, rank=1)
    make_gateway("second", smsc.address, rank=2)
    for _ in range(12):
        make_message()

    assert send() == 12

    assert len(smsc.saw("submit")) == 12
    assert set(Part.objects.values_list("gateway", flat=True)) == {"second"}
    assert GatewayHealth.objects.get(name="first").shut_until == NOW + timedelta(minutes=1)
    make_message()
    send(minutes=0.5)  # shut: not even tried
    assert GatewayHealth.objects.get(name="first").failed == 0


@pytest.mark.django_db
def test_while_every_gateway_is_shut_messages_wait_and_no_attempt_is_lost():
    make_gateway("first", DEAD)
    GatewayHealth.objects.create(name="first", since=NOW, shut_until=NOW + timedelta(minutes=1))
    message = make_message()

    send()

    message.refresh_from_db()
    assert (message.state, message.attempts) == ("planned", 0)
    assert message.due_at > NOW


@pytest.mark.django_db
def test_a_brands_own_gateway_and_sender_go_before_common_ones(smsc):
    other = make_brand("other")
    make_gateway("common", "console:", rank=1)
    make_gateway("own", smsc.address, rank=9, brand=other)
    Sender.objects.create(brand=other, purpose="service", sender="Other")
    customer = make_customer(brand=other)
    make_message()
    make_message(customer=customer, case=make_fixed_spot(customer, brand=other))

    send()

    (submitted,) = smsc.saw("submit")
    assert submitted["from"] == "Other"
    assert set(Part.objects.values_list("gateway", flat=True)) == {"own", "common"}


@pytest.mark.django_db
def test_all_workers_together_keep_the_rate_of_a_gateway():
    began = time.monotonic()
    five = {"parts": 5_000, "per_second": 10, "most": 1000}
    waits = [transitions.wait_for_turn("g", **five) for _ in range(3)]
    took = time.monotonic() - began

    assert waits[0] == 0
    assert 500 - took <= waits[1] <= 500
    assert 1000 - took <= waits[2] <= 1000
    assert took < 500  # taking a turn is not waiting for it


@pytest.mark.django_db
def test_a_worker_leaves_a_gateway_to_those_who_give_it_all_that_it_takes():
    """Else a large batch keeps every worker asleep, and nothing else is done."""
    make_gateway("slow", "console:", per_second=1)
    waiting = make_message()
    for _ in range(2):  # one sends, and one waits
        transitions.wait_for_turn("slow", parts=10, per_second=1, most=delivery.TURN)
    began = time.monotonic()

    assert send() == 0
    assert time.monotonic() - began < 5
    waiting.refresh_from_db()
    assert (waiting.state, waiting.attempts) == (State.PLANNED, 0)


@pytest.mark.django_db
def test_a_worker_gives_a_gateway_its_parts_at_a_steady_rate(smsc):
    make_gateway("slow", smsc.address, per_second=10)
    for _ in range(6):
        make_message()
    began = time.monotonic()

    send()

    assert time.monotonic() - began >= 0.5  # the sixth comes five tenths after the first
    assert len(smsc.saw("submit")) == 6


@pytest.mark.django_db
def test_what_a_gateway_takes_in_ten_seconds_is_sent_and_the_rest_waits(monkeypatch):
    monkeypatch.setattr(delivery, "TURN", 1)
    make_gateway("slow", "console:", per_second=2)
    for _ in range(5):
        make_message()

    send()

    states = Message.objects.order_by("pk").values_list("state", "attempts")
    assert list(states) == [("handed_over", 1)] * 2 + [("planned", 0)] * 3


@pytest.mark.django_db
def test_an_http_gateway_gets_the_text_as_its_operator_describes_it(web):
    make_gateway(
        "web",
        web.address,
        headers="Content-Type: application/json\nAuthorization: Bearer x",
        body='{"to": "{to}", "text": "{text}", "from": "{from}"}',
        id_at="messages.0.id",
    )
    message = make_message(
        text='Он сказал: "да" {to}\n', customer=make_customer(phone="+79161234512")
    )

    send()

    headers, body = web.got[0]
    assert json.loads(body) == {"to": "79161234512", "text": message.text, "from": "0650"}
    assert headers["Authorization"] == "Bearer x"
    assert headers["Idempotency-Key"] == str(message.key)
    assert Part.objects.get().gateway_id == "77"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("status", "state"),
    [(400, "failed"), (401, "planned"), (429, "planned"), (503, "planned"), (500, "uncertain")],
)
def test_what_an_http_gateway_answers_says_what_may_be_done(web, status, state):
    make_gateway("web", web.address, body="text={text}")
    make_message(customer=make_customer(email=""))
    web.answer = (status, b"")

    send()

    assert Message.objects.get().state == state


@pytest.mark.django_db
def test_an_address_is_typed_in_and_never_shown_again(signed_in):
    client = signed_in("administrator")
    form = {"name": "main", "kind": "smpp", "rank": 1, "per_second": 300, "active": "on"}

    wrong = ["http://a", "smpp://", "smpp://[", *(f"{DEAD}?{asked}" for asked in NO_WINDOWS)]
    refused = [
        client.post(reverse("admin:feedback_gateway_add"), {**form, "url": url}) for url in wrong
    ]
    client.post(reverse("admin:feedback_gateway_add"), {**form, "url": f"{DEAD}?window=10"})
    gateway = Gateway.objects.get()
    address = reverse("admin:feedback_gateway_change", args=[gateway.pk])
    client.post(address, {**form, "rank": 2})
    page = client.get(address).content.decode()
    rows = client.get(reverse("admin:feedback_gateway_changelist")).content.decode()

    gateway.refresh_from_db()
    assert all(page.context["adminform"].form.errors["url"] for page in refused)
    assert (gateway.address, gateway.rank) == (f"{DEAD}?window=10", 2)
    assert "pass-word" not in page + rows
    assert "127.0.0.1" in rows


@pytest.mark.django_db
def test_whoever_names_another_host_is_not_told_the_headers_by_it(signed_in):
    client = signed_in("administrator")
    gateway = make_gateway(
        "web", "https://sms.example.org/send", headers="X-Key: s3cret", body="text={text}"
    )
    page = reverse("admin:feedback_gateway_change", args=[gateway.pk])
    said = {"name": "web", "kind": "http", "rank": 1, "per_second": 5, "body": "text={text}"}

    for url in ("https://thief.example.net/send", "http://sms.example.org/send"):
        assert "lines" in client.post(page, {**said, "url": url}).context["adminform"].form.errors
    assert client.post(page, {**said, "url": "https://sms.example.org/v2"}).status_code == 302
    moved = {**said, "url": "https://other.example.net/", "lines": "X-Key: another"}
    assert client.post(page, moved).status_code == 302
    gateway.refresh_from_db()
    assert (gateway.address, gateway.headers) == ("https://other.example.net/", "X-Key: another")


@pytest.mark.django_db
@pytest.mark.parametrize(
    "said", [b"[" * 60_000, b'{"messages": [{"id": "\\ud800"}]}'], ids=["nested", "half a letter"]
)
def test_an_answer_that_is_no_sound_json_names_no_id(web, said):
    make_gateway("web", web.address, body="text={text}", id_at="messages.0.id")
    message = make_message(customer=make_customer(email=""))
    web.answer = (200, said)

    send()

    assert Part.objects.get().gateway_id == plain(str(message.key))


@pytest.mark.django_db
@pytest.mark.parametrize("goes_on", ["close", "keep-alive"])
def test_an_http_gateway_that_trickles_is_let_go_of_in_time(monkeypatch, goes_on):
    monkeypatch.setattr(http, "LONGEST", 1.0)
    head = f"HTTP/1.1 202 OK\r\nConnection: {goes_on}\r\nContent-Length: 9000\r\n\r\n"
    with trickling(head.encode()) as url:
        make_gateway("slow", url, body="{text}")
        message = make_message()
        began = time.monotonic()
        send()

    assert time.monotonic() - began < 5
    message.refresh_from_db()
    assert message.state == "handed_over"  # it said that it took it


@pytest.mark.django_db
@pytest.mark.parametrize(
    "fields",
    [
        {"address": "http://a..b/"},
        {"address": "http://127.0.0.1:9/", "headers": "X: \u0416"},
        {"path": "\u0416", "headers": "X: y"},
        {"path": "a b", "headers": "X: y"},
        {"headers": "X: \u0416"},
    ],
    ids=["host", "nobody there", "letters in the path", "space in the path", "letters in a header"],
)
def test_a_gateway_that_cannot_be_asked_stops_no_other(web, smsc, fields):
    path, address = fields.pop("path", ""), fields.pop("address", web.address)
    own, other = make_brand("own"), make_brand("other")
    make_gateway("odd", address + path, brand=own, body="{text}", **fields)
    make_gateway("good", smsc.address, brand=other)
    waits, goes = (
        make_message(customer=person, case=make_fixed_spot(person, brand=brand))
        for brand in (own, other)
        for person in [make_customer(brand=brand)]
    )

    send()

    waits.refresh_from_db()
    goes.refresh_from_db()
    assert (waits.state, goes.state) == ("planned", "delivered")


@pytest.mark.parametrize("port", ["0", "99999", "x"])
@pytest.mark.django_db
def test_a_port_that_there_is_none_of_is_refused(signed_in, port):
    made = signed_in("administrator").post(
        reverse("admin:feedback_gateway_add"),
        {"name": "odd", "kind": "smpp", "rank": 1, "per_second": 1, "url": f"smpp://a:b@c:{port}"},
    )

    assert made.status_code == 200
    assert not Gateway.objects.exists()
