"""Stages of ladders that call webhooks by name."""

from datetime import timedelta

import pytest
from django.urls import reverse

from heatmaps_project.webhooks import transitions
from heatmaps_project.webhooks.models import Delivery
from spots.escalation.firings import Firing
from spots.models import Ladder
from spots.sla import transitions as sla
from tests.factories import (
    NOW,
    make_api_client,
    make_brand,
    make_policy,
    make_rung,
    make_spot,
    make_subscription,
)

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


def reached(rung):
    """Who is told that a promise came to a stage."""
    transitions.plan(now=NOW - MINUTE)
    spot = make_spot(state="accepted")
    make_policy(reaction_minutes=1)
    walls = {"brand_id": spot.brand_id, "region_id": spot.region_id}
    sla.start(case_id=spot.pk, topic_id=None, band=1, now=NOW - timedelta(days=9), **walls)
    clock = spot.clocks.get(target="fix")
    Firing.objects.create(clock=clock, rung=rung, due_version=1, reached_at=NOW, fired_at=NOW)
    transitions.plan(now=NOW)
    return {one.subscription for one in Delivery.objects.filter(event="sla.escalated")}


def test_a_stage_that_names_webhooks_calls_them_alone():
    named = make_subscription(events=["spot.fixed"], url="https://a.example/")
    make_subscription(events=["sla.escalated"], url="https://b.example/")
    rung = make_rung(50, channels=["webhook"])
    named.stages.add(rung)

    assert reached(rung) == {named}


def test_a_webhook_that_a_stage_names_is_called_whatever_its_client_may_read():
    """An administrator chose it: an escalation that nobody hears of would be worse."""
    client = make_api_client("pager")
    client.scopes = "webhooks:manage"
    client.save()
    named = make_subscription(events=["spot.fixed"], client=client)
    rung = make_rung(50, channels=["webhook"])
    named.stages.add(rung)

    assert reached(rung) == {named}
    [taken] = transitions.claim(limit=9, now=NOW)
    assert [one.event for one in transitions.due_of(taken, limit=9, now=NOW)] == ["sla.escalated"]


@pytest.mark.parametrize("behind", ["paused", "wall"])
def test_nobody_is_called_in_the_stead_of_one_that_may_not_be(behind):
    fields = {"paused": {"active": False}, "wall": {"brand": make_brand("rival")}}[behind]
    named = make_subscription(events=["sla.escalated"], url="https://a.example/", **fields)
    make_subscription(events=["sla.escalated"], url="https://b.example/")
    rung = make_rung(50, channels=["webhook"])
    named.stages.add(rung)

    assert reached(rung) == set()


def test_the_page_of_a_ladder_names_them_and_chooses_the_channel_with_them(signed_in):
    named = make_subscription(url="https://a.example/", client=make_api_client())
    row = {"target": "fix", "receiver": "lead", "active": "on", "percent": 75}
    asked = {"name": "Night", "active": "on", "rungs-TOTAL_FORMS": 1, "rungs-INITIAL_FORMS": 0}
    asked |= {f"rungs-0-{name}": value for name, value in row.items()}
    client = signed_in("administrator")

    client.post(reverse("admin:spots_ladder_add"), {**asked, "rungs-0-webhooks": [named.pk]})

    ladder = Ladder.objects.get()
    rung = ladder.rungs.get()
    assert (list(rung.webhooks.all()), rung.channels) == ([named], ["webhook"])
    change = reverse("admin:spots_ladder_change", args=[ladder.pk])
    page = client.get(change).content.decode()
    assert "https://a.example/" in page
    asked |= {"rungs-INITIAL_FORMS": 1, "rungs-0-id": rung.pk, "rungs-0-ladder": ladder.pk}
    client.post(change, asked)
    assert not rung.webhooks.exists()
