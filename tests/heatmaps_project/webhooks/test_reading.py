"""What a sweep of webhooks reads: what somebody wants, a portion at a time, and what came late."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from heatmaps_project.webhooks import transitions
from heatmaps_project.webhooks.models import Delivery, Position
from heatmaps_project.webhooks.transitions import planning
from spots.cases import transitions as cases
from spots.sla.instants import instant
from tests.factories import (
    NOW,
    make_api_client,
    make_complaint,
    make_spot,
    make_subscription,
    make_team,
)

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.fixture(name="subscription")
def _subscription():
    row = make_subscription()
    transitions.plan(now=NOW - MINUTE)  # what lies before is nobody's
    return row


def test_what_nobody_wants_is_not_read():
    """A client that sends complaints by the thousand held up whoever asked for spots alone."""
    make_subscription(events=["spot.opened"])
    blind = make_api_client("blind")
    blind.scopes = "webhooks:manage spots:read"
    blind.save()
    make_subscription(client=blind, events=["complaint.located"])
    transitions.plan(now=NOW - MINUTE)
    for n in range(0, 40, 8):
        make_complaint(placed_at=NOW, received_at=NOW)
        with CaptureQueriesContext(connection) as asked:
            assert transitions.plan(now=NOW + n * MINUTE) == 0
        rows = [one["sql"] for one in asked if 'FROM "complaints_complaint"' in one["sql"]]
        assert all(sql.startswith("SELECT MAX(") for sql in rows)
        assert len(rows) <= 1

    assert Position.objects.get(source="complaints").settled > 0


def test_whoever_asks_for_what_nobody_wanted_is_told_of_it_from_then_on():
    """Also of what was written, and swept past, while the asking was not seen yet."""
    transitions.plan(now=NOW - MINUTE)
    spot, team = make_spot(), make_team()
    cases.route(case_id=spot.pk, team=team, by=None, now=NOW - MINUTE)
    cases.accept(case_id=spot.pk, by=None, now=NOW)
    transitions.plan(now=NOW)
    make_subscription(created_at=NOW)

    assert transitions.plan(now=NOW + MINUTE) == 1
    assert Delivery.objects.get().payload["data"]["became"] == "accepted"


def test_a_sweep_reads_so_many_rows_and_the_next_goes_on(subscription, monkeypatch):
    """Also within a batch, whose rows have one moment."""
    monkeypatch.setattr(planning, "_OF_A_SOURCE", 3)
    complaints_at(NOW, 10)

    counts = [transitions.plan(now=NOW + n * MINUTE) for n in range(40)]

    assert counts == [3, 3, 3, 1] + 36 * [0]
    position = Position.objects.get(source="complaints")
    assert position.settled == position.seen == instant(NOW)


def test_what_appears_late_is_told_wherever_the_reading_is(subscription, monkeypatch):
    """Nothing counts as settled by a reading that began before it was sure to be seen."""
    monkeypatch.setattr(planning, "_OF_A_SOURCE", 2)
    complaints_at(NOW, 7)
    assert sum(transitions.plan(now=NOW) for _ in range(6)) == 7  # it is being read again, too
    position = Position.objects.get(source="complaints")
    Position.objects.filter(pk="complaints").update(seen=position.front, seen_at=NOW)
    soon, later = NOW + planning.UNSETTLED - MINUTE, NOW + planning.UNSETTLED
    while Position.objects.get(source="complaints").again_since != soon:
        transitions.plan(now=soon)
    complaints_at(NOW - MINUTE, 1)

    assert sum(transitions.plan(now=later + n * MINUTE) for n in range(9)) == 1


def complaints_at(moment, count):
    """Complaints that were written at one moment."""
    for _ in range(count):
        make_complaint(placed_at=NOW, received_at=NOW, changed_at=moment)
