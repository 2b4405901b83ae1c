"""What Prometheus gets, and that alerts and the dashboard ask for nothing else."""

import json
import re
from datetime import timedelta
from pathlib import Path

import pytest
import yaml
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families

from heatmaps_project.models import Look, Refusal
from heatmaps_project.operations import tasks
from tests.factories import (
    make_complaint,
    make_complaints,
    make_customer,
    make_message,
    make_spot,
    make_user,
)

pytestmark = pytest.mark.django_db

OPERATE = Path(__file__).parents[3] / "docs" / "operate"
TOKEN = "a token of forty letters or so"


def scraped(client, token=TOKEN):
    return client.get("/metrics/", headers={"authorization": f"Bearer {token}"})


def figures(client):
    families = text_string_to_metric_families(scraped(client).content.decode())
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in families
        for sample in family.samples
    }


@pytest.fixture(autouse=True)
def _token(settings):
    settings.METRICS_TOKEN = TOKEN


def test_without_the_token_there_is_nothing(client, settings):
    assert scraped(client).status_code == 200
    assert scraped(client, "another").status_code == 404
    assert client.get("/metrics/").status_code == 404
    settings.METRICS_TOKEN = ""
    assert scraped(client, "").status_code == 404


def test_what_waits_is_counted_with_the_age_of_the_oldest(client):
    now = timezone.now()
    for minutes in (5, 50):
        make_complaint(
            placing="waiting",
            point=None,
            precision="",
            placed_at=None,
            received_at=now - timedelta(minutes=minutes),
        )
    make_message(state="planned", due_at=now - timedelta(seconds=90))
    make_message(state="planned", due_at=now + timedelta(hours=1))
    make_spot(state="accepted")

    found = figures(client)

    assert found["heatmaps_backlog_rows", "complaints_to_place"] == 2
    age = found["heatmaps_backlog_oldest_seconds", "complaints_to_place"]
    assert age == pytest.approx(3000, abs=30)
    assert found["heatmaps_backlog_rows", "messages_to_send"] == 1
    assert found["heatmaps_cases", "accepted"] == 1
    assert found["heatmaps_part_up", "database"] == 1
    assert found["heatmaps_part_up", "queue celery"] == 0


@pytest.mark.parametrize(
    ("field", "looks"), [("phone", 3), ("single case", 24), ("address to place", 24)]
)
def test_whoever_reveals_as_much_as_one_may_is_alarming(client, settings, field, looks):
    """So is whoever opens eight times as many pages with homes, which nobody is refused."""
    settings.REVEAL_QUOTA_PER_HOUR = 3
    now = timezone.now()
    for by, seen in ((make_user("supervisor"), looks), (make_user("supervisor"), looks - 1)):
        for number in range(seen):
            at = now - timedelta(minutes=number)
            Look.objects.create(by=by, at=at, subject="customer 7", field=field, reason="call")

    assert figures(client)["heatmaps_accounts_at_their_quota", "reveals"] == 1


def test_refusals_and_numbers_that_flood_are_counted(client):
    row = {"user": make_user(), "hour": timezone.now(), "route": "a", "status": 404, "times": 7}
    Refusal.objects.create(**row, behind_walls=3)
    Refusal.objects.create(**row | {"user": make_user()}, behind_walls=2)
    make_complaints([{"customer": make_customer(), "received_at": timezone.now()}] * 21)

    found = figures(client)
    assert found["heatmaps_refused", "staff"] == 14
    assert found["heatmaps_refused", "machines"] == 0
    assert found["heatmaps_asked_behind_walls", "staff"] == 3  # of the one who asked for most
    assert found["heatmaps_flooding_numbers", "day"] == 1


def test_counting_takes_the_same_queries_whatever_waits(client, django_assert_max_num_queries):
    with django_assert_max_num_queries(17):
        scraped(client)


def test_alerts_and_dashboard_ask_for_figures_that_are_there(client):
    make_spot()
    tasks.beat_of_celery()
    there = {name for name, *_ in figures(client)}
    asked = [
        rule["expr"]
        for group in yaml.safe_load((OPERATE / "alerts.yaml").read_text())["groups"]
        for rule in group["rules"]
    ]
    board = json.loads((OPERATE / "grafana.json").read_text())
    asked += [target["expr"] for panel in board["panels"] for target in panel["targets"]]

    named = {name for expression in asked for name in re.findall(r"heatmaps_\w+", expression)}

    assert len(asked) > 10
    assert named <= there
