"""Moves of field systems: as people make them, once, and refused alike."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from heatmaps_project.models import ApiClient
from tests.factories import (
    bearer,
    make_api_client,
    make_brand,
    make_cause,
    make_complaint,
    make_region,
    make_spot,
    make_team,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def field() -> ApiClient:
    cache.clear()
    return make_api_client("field")


def move(client: Client, field: ApiClient, spot: Any, /, scope: str | None = None, **sent: Any):
    headers = bearer(field, scope) | ({"Idempotency-Key": sent.pop("key")} if "key" in sent else {})
    url = f"/api/v1/spots/{spot.pk}/moves/"
    return client.post(url, sent, "application/json", headers=headers)


def spot_of_a_team(**fields: Any):
    row = {"state": "routed", "team": make_team(), **fields}
    return make_spot(complaints=[make_complaint()], **row)


def soon() -> str:
    """A term, with an offset that PostgreSQL lacks."""
    at = datetime.now(UTC) + timedelta(hours=3)
    return at.astimezone(timezone(-timedelta(hours=18, minutes=13))).isoformat()


def test_a_field_system_works_a_spot_through(client, field):
    spot, cause = spot_of_a_team(), make_cause()

    states = [
        move(client, field, spot, **sent).json()["state"]
        for sent in (
            {"move": "accept"},
            {"move": "diagnose"},
            {"move": "plan", "cause": cause.code, "eta_at": soon(), "note": "feeder"},
            {"move": "wait", "waits_for": "parts"},
            {"move": "resume"},
            {"move": "fix"},
        )
    ]

    assert states == ["accepted", "diagnosing", "fixing", "waiting", "fixing", "fixed"]
    assert {event.by.username for event in spot.events.filter(kind="fixed")} == {"api:field"}


def test_a_refused_move_is_409_and_says_why(client, field):
    spot = spot_of_a_team()

    answer = move(client, field, spot, move="fix")

    assert (answer.status_code, answer["Content-Type"]) == (409, "application/problem+json")
    assert "routed" in answer.json()["detail"]
    assert not spot.events.filter(kind="fixed").exists()


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"move": "explode"},
        {"move": "plan"},
        {"move": "plan", "cause": "none", "eta_at": "2026-12-01T00:00:00Z"},
        {"move": "accept", "waits_for": "parts"},
        {"move": "route", "team": "nobody"},
        {"move": "merge", "into_id": 999_999},
        {"move": "fix", "extra": 1},
        {"move": "dismiss", "dismissed_for": "boredom"},
    ],
)
def test_a_move_that_cannot_be_read_is_400(client, field, sent):
    assert move(client, field, spot_of_a_team(), **sent).status_code == 400


def test_the_same_key_makes_a_move_once(client, field):
    spot = spot_of_a_team()

    answers = [move(client, field, spot, key="k", move="accept").status_code for _ in range(2)]
    without = move(client, field, spot, move="accept").status_code
    other = move(client, field, spot, key="k", move="diagnose").status_code

    assert (answers, without, other) == ([200, 200], 409, 422)
    assert spot.events.filter(kind="accepted").count() == 1


def test_a_refused_move_leaves_its_key_free(client, field):
    spot = spot_of_a_team()

    assert move(client, field, spot, key="k", move="fix").status_code == 409
    assert move(client, field, spot, key="k", move="accept").status_code == 200


def test_moving_needs_its_own_scope_and_an_account(client, field):
    spot = spot_of_a_team()

    assert move(client, field, spot, "spots:read", move="accept").status_code == 403
    field.user = None
    field.save()
    assert move(client, field, spot, move="accept").status_code == 403


def test_what_is_behind_a_wall_is_not_there(client, field):
    rival = spot_of_a_team(brand=make_brand("rival"))
    far = spot_of_a_team(region=make_region("far", lon=80))
    own = spot_of_a_team()

    assert move(client, field, rival, move="accept").status_code == 404
    assert move(client, field, far, move="accept").status_code == 404
    assert move(client, field, own, move="merge", into_id=far.pk).status_code == 400
