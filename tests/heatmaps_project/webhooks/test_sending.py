"""Deliveries, against receivers that really listen."""

import json
from datetime import timedelta
from threading import Barrier, Thread
from time import monotonic
from uuid import uuid4

import pytest
from django.db import connections
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from complaints.outgoing import calling
from heatmaps_project.webhooks import transitions
from heatmaps_project.webhooks.models import Delivery, Subscription
from heatmaps_project.webhooks.sending import send
from tests.factories import NOW, make_delivery, make_subscription
from tests.gateways import trickling
from tests.heatmaps_project.webhooks.receiver import PATIENCE_S, receiver

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def numbers(told):
    return [json.loads(body)["data"]["n"] for _headers, body in told.came]


def test_a_delivery_arrives_signed_and_is_booked(crm):
    row = make_subscription(url=crm.url)
    delivery = make_delivery(row)

    assert send(now=NOW) == 1

    [(headers, body)] = crm.came
    assert Webhook(row.secret).verify(body, headers) == delivery.payload
    assert headers["webhook-id"] == f"msg_{delivery.message_id.hex}"
    delivery.refresh_from_db()
    assert (delivery.state, delivery.status, delivery.attempts) == ("sent", 204, 1)
    row.refresh_from_db()
    assert (row.lease, row.failures) == (None, 0)
    assert send(now=NOW) == 0


def test_what_is_played_again_later_or_was_changed_is_refused_by_the_library(crm, monkeypatch):
    row = make_subscription(url=crm.url)
    make_delivery(row)
    send(now=NOW)
    [(headers, body)] = crm.came

    with pytest.raises(WebhookVerificationError):
        Webhook(row.secret).verify(body + b" ", headers)
    old = str(int(headers["webhook-timestamp"]) - 301)
    with pytest.raises(WebhookVerificationError):
        Webhook(row.secret).verify(body, {**headers, "webhook-timestamp": old})


def test_after_a_rotation_both_secrets_sign_for_a_day(crm):
    row = make_subscription(url=crm.url)
    old = row.secret
    new = transitions.rotate(subscription=row, now=NOW).secret
    for day in (0, 2):
        make_delivery(row, n=day)
        send(now=NOW + timedelta(days=day))
    [first, second] = crm.came

    assert new != old
    for secret in (old, new):
        Webhook(secret).verify(first[1], first[0])
    Webhook(new).verify(second[1], second[0])
    with pytest.raises(WebhookVerificationError):
        Webhook(old).verify(second[1], second[0])


def test_deliveries_of_a_subject_come_in_order_and_a_failed_one_holds_up_its_own_alone(crm):
    row = make_subscription(url=crm.url)
    for n in range(3):
        make_delivery(row, n=n, subject="case:1")
    other = make_delivery(row, n=9, subject="case:2")
    Delivery.objects.filter(payload__data__n=0).update(due_at=NOW + HOUR)

    send(now=NOW)
    assert numbers(crm) == [9]
    other.refresh_from_db()
    assert other.state == "sent"
    for minute in range(3):
        send(now=NOW + HOUR + timedelta(minutes=minute))

    assert numbers(crm) == [9, 0, 1, 2]


def test_a_receiver_that_is_down_for_an_hour_loses_nothing_and_gets_all_in_order(crm):
    row = make_subscription(url=crm.url)
    for n in range(5):
        make_delivery(row, n=n, subject="case:1")
        make_delivery(row, n=100 + n, subject="case:2")
    crm.status = 503
    for minute in range(0, 60, 2):
        send(now=NOW + timedelta(minutes=minute))
    assert not Delivery.objects.exclude(state="planned").exists()
    crm.status = 204
    crm.came.clear()
    for minute in range(60, 260, 2):
        send(now=NOW + timedelta(minutes=minute))

    got = numbers(crm)
    assert [n for n in got if n < 100] == [0, 1, 2, 3, 4]
    assert [n for n in got if n >= 100] == [100, 101, 102, 103, 104]
    assert not Delivery.objects.exclude(state="sent").exists()


def test_what_is_not_taken_for_three_days_is_given_up_and_can_be_sent_again(crm):
    row = make_subscription(url=crm.url)
    delivery = make_delivery(row)
    crm.status = 500
    for hour in range(80):
        send(now=NOW + hour * HOUR)
    delivery.refresh_from_db()
    assert (delivery.state, delivery.status) == ("dead", 500)
    assert 10 < delivery.attempts < 60
    crm.status = 204

    assert transitions.send_again(delivery_ids=[delivery.pk], now=NOW + 81 * HOUR) == 1
    send(now=NOW + 81 * HOUR)

    delivery.refresh_from_db()
    assert delivery.state == "sent"


def test_a_slow_receiver_does_not_slow_another(crm, monkeypatch):
    monkeypatch.setattr(calling, "STEP_SECONDS", 1)
    with receiver() as slow:
        slow.go_on.clear()
        held = make_subscription(url=slow.url)
        for n in range(3):
            make_delivery(held, n=n)
            make_delivery(make_subscription(url=crm.url), n=n)
        began = monotonic()

        send(now=NOW)

        assert monotonic() - began < PATIENCE_S / 2
        assert sorted(numbers(crm)) == [0, 1, 2]
        assert Delivery.objects.filter(subscription=held, state="planned").count() == 3
        held.refresh_from_db()
        assert held.rests_until > NOW


@pytest.mark.parametrize("goes_on", ["close", "keep-alive"])
def test_an_answer_that_trickles_in_is_let_go_of_in_time(monkeypatch, goes_on):
    monkeypatch.setattr(calling, "CALL_SECONDS", 1.0)
    head = f"HTTP/1.1 200 OK\r\nConnection: {goes_on}\r\nContent-Length: 9000\r\n\r\n"
    with trickling(head.encode()) as url:
        began = monotonic()
        answer = calling.fetch(url, {}, most=9000)

    assert (answer.status, answer.body) == (None, b"")
    assert monotonic() - began < 4


def test_a_receiver_that_says_gone_is_told_no_more(crm):
    row = make_subscription(url=crm.url)
    make_delivery(row)
    crm.status = 410

    send(now=NOW)

    row.refresh_from_db()
    assert not row.active
    assert send(now=NOW + HOUR) == 0


def test_a_worker_that_dies_gives_its_receiver_back_when_its_lease_ends(crm):
    row = make_subscription(url=crm.url)
    make_delivery(row)
    [taken] = transitions.claim(limit=9, now=NOW)  # and dies

    assert taken == row
    assert send(now=NOW + timedelta(minutes=1)) == 0
    assert send(now=NOW + timedelta(minutes=3)) == 1


@pytest.mark.django_db(transaction=True)
def test_two_sweeps_at_once_send_each_delivery_once(crm):
    for n in range(20):
        make_delivery(make_subscription(url=crm.url), n=n)
    together = Barrier(3, timeout=60)

    def sweep() -> None:
        together.wait()
        for _ in range(3):
            send(now=NOW)
        connections.close_all()

    threads = [Thread(target=sweep) for _ in range(3)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()

    assert sorted(numbers(crm)) == list(range(20))


@pytest.mark.parametrize(
    "url",
    [
        "http://10.0.0.1/hook",
        "http://169.254.169.254/latest/meta-data",
        "http://[::1]/hook",
        "http://[::ffff:10.0.0.1]/hook",
        "http://0.0.0.0/hook",
        "ftp://example.org/hook",
        "https://user:pass@example.org/hook",
        "http://localhost:1/hook",
        "http://2130706433/hook",
        "http://[64:ff9b::a9fe:a9fe]/hook",  # 169.254.169.254 for a gateway to IPv4
        "http://[2002:a00:1::]/hook",  # 10.0.0.1
        "http://[fec0::1]/hook",
    ],
)
def test_nobody_is_called_in_a_private_network(url, settings):
    settings.WEBHOOK_PRIVATE_NETWORKS = []

    answer = calling.call(url, b"{}", {})

    assert answer.status is None
    assert answer.error


def test_a_redirect_is_not_followed(crm):
    row = make_subscription(url=crm.url)
    delivery = make_delivery(row)
    crm.status = 302

    send(now=NOW)

    delivery.refresh_from_db()
    assert (delivery.state, delivery.status) == ("planned", 302)


def test_a_subscription_that_is_deleted_meanwhile_is_booked_nowhere():
    row = make_subscription()
    delivery = make_delivery(row)
    Subscription.objects.all().delete()

    assert not transitions.book(delivery, calling.Answer(204), lease=uuid4(), now=NOW)
