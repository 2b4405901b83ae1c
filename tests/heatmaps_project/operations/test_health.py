"""Probes: what they say while parts are there, and when one is gone."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from heatmaps_project.models import Heartbeat
from heatmaps_project.operations import tasks, transitions
from heatmaps_project.operations.asked import OFTEN, Lately
from tests.complaints.intake.bodies import body
from tests.factories import NOW, bearer, make_api_client, make_topic

pytestmark = pytest.mark.django_db
COMPLAINTS = "/api/v1/complaints/"


@pytest.fixture(name="_worked_off")
def worked_off():
    for queue in ("celery", "detection"):
        transitions.beat(queue, now=timezone.now())


@pytest.mark.usefixtures("_worked_off")
def test_all_parts_are_named_and_well(client, django_assert_max_num_queries):
    with django_assert_max_num_queries(5):
        answer = client.get("/health/")

    said = answer.json()
    assert (answer.status_code, said["status"]) == (200, "ok")
    assert list(said["parts"]) == [
        "database",
        "migrations",
        "clock",
        "broker",
        "queue celery",
        "queue detection",
    ]
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.django_db(transaction=True)
def test_a_database_that_is_only_read_is_down_and_complaints_are_to_be_sent_again(client):
    """As one is that another took over from while this process holds its lines."""
    make_topic()
    header = bearer(make_api_client())
    with connection.cursor() as cursor:
        cursor.execute("SET default_transaction_read_only = on")
    try:
        ready, parts = client.get("/health/ready/"), client.get("/health/")
        sent = client.post(COMPLAINTS, body(), content_type="application/json", headers=header)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SET default_transaction_read_only = off")

    assert (ready.status_code, parts.status_code) == (503, 503)
    assert parts.json()["parts"]["database"] == {"ok": False}
    assert (sent.status_code, sent["Retry-After"]) == (503, "5")
    again = client.post(COMPLAINTS, body(), content_type="application/json", headers=header)
    assert again.status_code == 201


@pytest.mark.parametrize(("queue", "silent_s"), [("celery", 121), ("detection", 361)])
@pytest.mark.usefixtures("_worked_off")
def test_a_queue_that_nobody_works_off_is_a_degraded_state_not_an_outage(client, queue, silent_s):
    Heartbeat.objects.filter(pk=queue).update(at=timezone.now() - timedelta(seconds=silent_s))

    answer = client.get("/health/")

    assert (answer.status_code, answer.json()["status"]) == (200, "degraded")
    assert not answer.json()["parts"][f"queue {queue}"]["ok"]
    with pytest.raises(CommandError, match=queue):
        call_command("check_queue", queue)


@pytest.mark.usefixtures("_worked_off")
def test_a_broker_that_is_gone_stops_no_request(client, settings):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"

    assert client.get("/health/").json()["status"] == "degraded"
    assert client.get("/health/ready/").status_code == 200


@pytest.mark.usefixtures("_worked_off")
@pytest.mark.parametrize(("minutes", "sound"), [(0, True), (5, False), (-60, False)])
def test_a_clock_that_is_not_the_databases_is_seen(client, minutes, sound):
    with time_machine.travel(timezone.now() + timedelta(minutes=minutes), tick=True):
        said = client.get("/health/").json()["parts"]

    assert said["clock"]["ok"] == sound


def test_a_database_that_older_code_made_is_not_ready(client):
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'feedback'")

    assert client.get("/health/ready/").status_code == 503
    assert client.get("/health/").json()["status"] == "down"
    assert client.get("/health/live/").status_code == 200


@pytest.mark.django_db(transaction=True)
def test_without_a_database_it_is_down_and_still_says_so(client):
    connection.close()
    wrong = {**connection.settings_dict, "NAME": "no_such_database"}
    right, connection.settings_dict = connection.settings_dict, wrong
    try:
        answers = [client.get(f"/health/{page}") for page in ("", "ready/", "live/")]
    finally:
        connection.close()
        connection.settings_dict = right

    assert [answer.status_code for answer in answers] == [503, 503, 200]
    assert answers[0].json()["parts"]["broker"]["ok"]


def test_while_a_part_is_silent_one_waits_for_it_and_all_are_told():
    asks, lately = [], Lately[str]()

    def ask() -> str:
        asks.append(1)
        time.sleep(0.5)
        return f"answer {len(asks)}"

    with ThreadPoolExecutor(16) as threads:
        first = {*threads.map(lambda _n: lately.told(ask), range(16))}
        began = time.monotonic()
        second = [*threads.map(lambda _n: lately.told(ask), range(16))]
        waited = time.monotonic() - began

    assert first == {"answer 1"}
    assert (second.count("answer 1"), second.count("answer 2")) == (15, 1)
    assert len(asks) == 2
    assert waited < 1


def test_however_often_somebody_asks_the_parts_are_asked_seldom():
    lately, asks = Lately[int](), []

    told = [lately.told(lambda: asks.append(1) or len(asks)) for _ in range(1000)]

    assert len(asks) <= 1 + 2 * OFTEN  # a second may end meanwhile
    assert told[-1] == len(asks)


def test_a_heartbeat_comes_through_each_queue_and_a_late_one_moves_nothing_back():
    tasks.beat_of_celery()
    tasks.beat_of_detection()
    seen = dict(Heartbeat.objects.values_list("queue", "at"))

    transitions.beat("celery", now=NOW - timedelta(days=1))

    assert set(seen) == {"celery", "detection"}
    assert Heartbeat.objects.get(pk="celery").at == seen["celery"]
    call_command("check_queue", "celery")
