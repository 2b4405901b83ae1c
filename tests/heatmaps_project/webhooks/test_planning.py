"""Each fact becomes one delivery for each subscription that it concerns."""

from datetime import timedelta
from typing import get_args

import psycopg
import pytest

from feedback.followups import transitions as followups
from feedback.followups.states import Outcome
from feedback.models import FollowUpStep
from heatmaps_project.webhooks import transitions
from heatmaps_project.webhooks.events import EventName, EventType
from heatmaps_project.webhooks.facts import SOURCES
from heatmaps_project.webhooks.models import Delivery, Position, Subscription
from heatmaps_project.webhooks.transitions import planning
from spots.cases import transitions as cases
from spots.models import Firing
from spots.sla import transitions as sla
from tests.factories import (
    NOW,
    make_answer,
    make_api_client,
    make_brand,
    make_complaint,
    make_event,
    make_followup,
    make_invitation,
    make_policy,
    make_region,
    make_rung,
    make_spot,
    make_subscription,
    make_team,
    make_user,
)
from tests.processes import environment

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


def planned():
    rows = Delivery.objects.order_by("pk").values_list("event", "subject")
    return list(rows)


@pytest.fixture(name="subscription")
def _subscription():
    row = make_subscription()
    transitions.plan(now=NOW - MINUTE)  # what lies before is nobody's
    return row


def test_a_move_of_a_spot_is_told_once_however_often_the_sweep_runs(subscription):
    spot = make_spot()
    cases.route(case_id=spot.pk, team=make_team(), by=None, now=NOW)

    counts = [transitions.plan(now=NOW + n * MINUTE) for n in range(30)]

    assert counts == [1] + 29 * [0]
    assert planned() == [("spot.changed", f"case:{spot.pk}")]
    told = Delivery.objects.get().payload
    assert told["type"] == "spot.changed"
    assert told["data"] == {
        "id": spot.pk,
        "kind": "spot",
        "brand": spot.brand.code,
        "region": spot.region.code,
        "what": "routed",
        "was": "detected",
        "became": "routed",
    }


def test_what_was_written_before_and_seen_only_now_is_told_too(subscription):
    """Numbers are given out before a transaction is seen: a later one may be seen first."""
    late = make_spot()
    early = make_spot()
    team = make_team()
    cases.route(case_id=early.pk, team=team, by=None, now=NOW)
    transitions.plan(now=NOW)
    position = Position.objects.get(source="events")

    assert position.settled < position.seen or position.seen_at < NOW
    cases.route(case_id=late.pk, team=team, by=None, now=NOW)
    assert transitions.plan(now=NOW + MINUTE) == 1


def test_one_sweep_reads_at_a_time_and_the_others_do_not_wait_for_it():
    make_subscription()
    with psycopg.connect(environment()["DATABASE_URL"]) as another:
        taken = another.execute("SELECT pg_try_advisory_xact_lock(%s)", [planning._LOCK])
        assert taken.fetchone() == (True,)
        transitions.plan(now=NOW)
        assert not Position.objects.exists()

    transitions.plan(now=NOW)
    assert Position.objects.exists()


def test_all_kinds_of_facts_are_told(subscription):
    spot = make_spot(state="accepted")
    make_policy(reaction_minutes=1)
    facts = {"brand_id": spot.brand_id, "region_id": spot.region_id, "topic_id": None, "band": 1}
    sla.start(case_id=spot.pk, **facts, now=NOW - timedelta(days=9))
    sla.mark_breaches(now=NOW)
    rung = make_rung(50, channels=["webhook"])
    clock = spot.clocks.get(target="fix")
    Firing.objects.create(clock=clock, rung=rung, due_version=1, reached_at=NOW, fired_at=NOW)
    invitation = make_invitation(case=spot, event=make_event(spot, "fixed", at=NOW))
    make_answer(invitation=invitation, at=NOW)
    row = make_followup(invitation=invitation, alarms=["leaving"])
    FollowUpStep.objects.create(followup=row, kind="raised", at=NOW)
    told = {"outcome": Outcome.SAVED, "note": "объяснили", "by": make_user(), "now": NOW}
    followups.close(followup_id=row.pk, **told)
    complaint = make_complaint(placed_at=NOW, received_at=NOW, resolved_at=NOW)
    cases.attach(case_id=spot.pk, complaint_id=complaint.pk, by=None, now=NOW)

    transitions.plan(now=NOW + MINUTE)

    told = {event for event, _subject in planned()}
    assert told >= {
        "sla.breached",
        "sla.warned",
        "sla.escalated",
        "feedback.received",
        "survey.answered",
        "followup.raised",
        "followup.closed",
        "customer.at_risk",
        "complaint.located",
        "complaint.joined",
        "complaint.resolved",
    }
    for source in SOURCES:
        assert {fact.type for row in source.rows() for fact in source.facts(row)} <= source.types
    at_risk = Delivery.objects.get(event="customer.at_risk")
    assert at_risk.payload["data"]["customer"] == row.customer_id
    for delivery in Delivery.objects.all():
        assert complaint.text not in str(delivery.payload)
        assert "объяснили" not in str(delivery.payload)


@pytest.mark.parametrize(
    ("fields", "count"),
    [
        ({}, 1),
        ({"events": ["spot.fixed"]}, 0),
        ({"active": False}, 0),
        ({"created_at": NOW + MINUTE}, 0),
    ],
)
def test_a_subscription_is_told_of_what_it_asked_for_from_then_on(fields, count):
    make_subscription(**fields)
    make_subscription(events=["feedback.received"])
    transitions.plan(now=NOW - MINUTE)

    cases.route(case_id=make_spot().pk, team=make_team(), by=None, now=NOW)

    assert transitions.plan(now=NOW) == count


def test_nobody_is_told_of_what_lies_behind_their_walls():
    make_subscription(client=make_api_client("rival", everywhere=False))
    make_subscription(brand=make_brand("rival"))
    transitions.plan(now=NOW - MINUTE)

    cases.route(case_id=make_spot().pk, team=make_team(), by=None, now=NOW)

    assert transitions.plan(now=NOW) == 0


def test_nobody_is_told_whose_access_has_ended():
    ends = {"late": NOW, "soon": NOW + MINUTE}
    for name, at in ends.items():
        make_subscription(client=make_api_client(name, expires_at=at))
    transitions.plan(now=NOW - MINUTE)

    cases.route(case_id=make_spot().pk, team=make_team(), by=None, now=NOW)
    transitions.plan(now=NOW)

    assert [one.subscription.client.source for one in Delivery.objects.all()] == ["soon"]
    assert [one.client.source for one in transitions.claim(limit=9, now=NOW)] == ["soon"]
    transitions.release(Subscription.objects.get(client__source="soon"))
    assert transitions.claim(limit=9, now=NOW + 5 * MINUTE) == []  # was planned, and is not sent


def test_nobody_is_told_of_what_their_client_may_not_read():
    """Also where it was registered before, and where a scope is taken away meanwhile."""
    readers = {"spots": "webhooks:manage spots:read", "none": "webhooks:manage"}
    for name, scopes in readers.items():
        client = make_api_client(name)
        client.scopes = scopes
        client.save()
        make_subscription(client=client)
    transitions.plan(now=NOW - MINUTE)
    spot, team = make_spot(), make_team()
    complaint = make_complaint(placed_at=NOW, received_at=NOW)
    cases.attach(case_id=spot.pk, complaint_id=complaint.pk, by=None, now=NOW)
    cases.route(case_id=spot.pk, team=team, by=None, now=NOW)
    make_followup(invitation=make_invitation(), alarms=["leaving"])

    transitions.plan(now=NOW)

    told = Delivery.objects.values_list("subscription__client__source", "event")
    assert {*told} == {("spots", "spot.changed"), ("spots", "spot.fixed")}
    row = Subscription.objects.get(client__source="spots")
    transitions.ping(subscription=row, now=NOW)
    row.client.scopes = "webhooks:manage"
    row.client.save()
    [taken] = transitions.claim(limit=9, now=NOW + MINUTE)
    due = transitions.due_of(taken, limit=9, now=NOW + MINUTE)
    assert [one.event for one in due] == ["ping"]
    assert Delivery.objects.get() == due[0]


@pytest.mark.parametrize("gone", ["brands", "regions"])
def test_what_waits_is_not_told_to_whom_its_brand_or_region_was_taken_from(subscription, gone):
    other = make_spot(brand=make_brand("other"), region=make_region("other", lon=80))
    client = subscription.client
    client.brands.add(other.brand)
    client.regions.add(other.region)
    for spot in (make_spot(), other):
        cases.route(case_id=spot.pk, team=make_team(), by=None, now=NOW)
    transitions.plan(now=NOW)
    assert Delivery.objects.count() == 2

    getattr(client, gone).remove(getattr(other, gone[:-1]))
    transitions.ping(subscription=subscription, now=NOW)
    [taken] = transitions.claim(limit=9, now=NOW + MINUTE)

    due = transitions.due_of(taken, limit=9, now=NOW + MINUTE)
    assert [one.event for one in due] == ["spot.changed", "ping"]
    assert f"case:{other.pk}" not in {one.subject for one in due}
    assert Delivery.objects.count() == 2


def test_what_was_delivered_long_ago_is_forgotten_and_not_told_again(subscription):
    cases.route(case_id=make_spot().pk, team=make_team(), by=None, now=NOW)
    transitions.plan(now=NOW)
    Delivery.objects.update(state="sent", sent_at=NOW)
    later = NOW + timedelta(days=31)

    assert transitions.forget(now=later) == 1
    assert transitions.plan(now=later) == 0


def test_what_a_receiver_that_never_comes_back_was_to_be_told_ends(subscription):
    """It is called with one delivery each few minutes: what waits behind it was kept for ever."""
    for _ in range(3):
        cases.route(case_id=make_spot().pk, team=make_team(), by=None, now=NOW)
    transitions.plan(now=NOW)
    assert Delivery.objects.filter(state="planned").count() == 3
    late = NOW + timedelta(days=3) + MINUTE
    assert transitions.forget(now=late) == 0  # nobody has tried yet
    failing = Subscription.objects.filter(pk=subscription.pk)
    failing.update(failures=9, active=False)
    assert transitions.forget(now=late) == 0  # they are to wait
    failing.update(active=True)

    assert transitions.forget(now=late - 2 * MINUTE) == 0
    assert [transitions.forget(now=late, limit=2) for _ in range(3)] == [2, 1, 0]
    assert Delivery.objects.filter(state="dead").count() == 3
    assert transitions.plan(now=NOW + timedelta(days=4)) == 0

    transitions.forget(now=NOW + timedelta(days=34))
    assert not Delivery.objects.exists()


def test_every_event_can_be_asked_for():
    told_of = {type_ for source in SOURCES for type_ in source.types}
    assert told_of == {*get_args(EventName)}
    assert max(len(event) for event in EventType.values) <= 20
