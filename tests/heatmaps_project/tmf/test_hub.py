"""The hubs of TMF621 and TMF656: what changes is told to whoever listens, over real HTTP."""

import json
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from django.core.cache import cache
from django.db import connection
from django.utils import timezone

from complaints.intake import transitions_of_state
from complaints.models import Complaint
from heatmaps_project.tmf.hub import transitions
from heatmaps_project.tmf.hub.changes import Shown, changes
from heatmaps_project.tmf.hub.query import UnknownFilterError, parsed
from heatmaps_project.tmf.hub.tasks import announce_to_hubs
from heatmaps_project.webhooks.models import Delivery, Face, Subscription
from heatmaps_project.webhooks.sending import send
from spots.cases import transitions as cases
from tests.factories import (
    bearer,
    make_api_client,
    make_brand,
    make_complaint,
    make_spot,
    make_team,
)
from tests.heatmaps_project.webhooks.receiver import Receiver, receiver
from tests.processes import environment

TICKETS, PROBLEMS = Face.TICKETS.value, Face.PROBLEMS.value
WORDS = "Нет связи на Полевой, 7"


@pytest.fixture(autouse=True)
def _calls_itself(settings) -> None:
    cache.clear()
    settings.WEBHOOK_HTTP = True
    settings.WEBHOOK_PRIVATE_NETWORKS = ["127.0.0.0/8"]


@pytest.fixture(name="crm")
def _crm():
    with receiver() as told:
        yield told


@pytest.fixture(name="ask")
def _ask(client):
    api = make_api_client()

    def ask(method: str, path: str, sent: Any = None, *, of: Any = api) -> Any:
        call = getattr(client, method)
        address = f"/tmf-api/{path}"
        return call(address, json.dumps(sent), "application/json", headers=bearer(of))

    return ask


def told(crm: Receiver, *, later: timedelta = timedelta()) -> list[dict[str, Any]]:
    """What came since the last look, once the sweeps have run."""
    crm.came.clear()
    announce_to_hubs()
    announce_to_hubs()  # twice: nothing is told twice
    send(now=timezone.now() + later)
    send(now=timezone.now() + later)
    return [json.loads(body) for _headers, body in crm.came]


def names(events: list[dict[str, Any]]) -> list[str]:
    return [event["eventType"] for event in events]


@pytest.mark.django_db
def test_a_listener_is_told_the_life_of_a_ticket_in_order(ask, crm):
    old = make_complaint(received_at=timezone.now() - timedelta(days=1))
    made = ask("post", f"{TICKETS}/v4/hub", {"callback": crm.url})
    assert made.status_code == 201
    sent = {"description": WORDS, "severity": "minor", "ticketType": "x"}
    number = ask("post", f"{TICKETS}/v4/troubleTicket", sent).json()["id"]
    address = f"{TICKETS}/v4/troubleTicket/{number}"

    event, where = told(crm)
    assert event["eventType"] == "TroubleTicketCreateEvent"
    assert where["eventType"] == "TroubleTicketInformationRequiredEvent"  # no address was sent
    assert event["event"]["troubleTicket"]["description"] == WORDS
    assert {"eventId", "eventTime", "correlationId", "domain", "title", "description"} <= set(event)
    assert {"priority", "timeOcurred"} <= set(event)
    ask("patch", address, {"severity": "major"})
    assert names(told(crm)) == ["TroubleTicketAttributeValueChangeEvent"]
    ask("patch", address, {"status": "resolved"})
    assert names(told(crm)) == ["TroubleTicketStatusChangeEvent", "TroubleTicketResolvedEvent"]
    ask("delete", address)
    assert names(told(crm)) == ["TroubleTicketDeleteEvent"]
    transitions_of_state.resolve(Complaint.objects.filter(pk=old.pk), now=timezone.now())
    assert names(told(crm)) == ["TroubleTicketStatusChangeEvent", "TroubleTicketResolvedEvent"]
    assert told(crm) == []


@pytest.mark.django_db
def test_one_sweep_of_a_face_tells_at_a_time_and_the_others_do_not_wait_for_it(ask, crm):
    ask("post", f"{TICKETS}/v4/hub", {"callback": crm.url})
    make_complaint(received_at=timezone.now())
    with psycopg.connect(environment()["DATABASE_URL"]) as another:
        taken = another.execute("SELECT pg_try_advisory_xact_lock(%s, 0)", [transitions._LOCK])
        assert taken.fetchone() == (True,)
        assert transitions.announce(Face.TICKETS, now=timezone.now()) == 0
        transitions.announce(Face.PROBLEMS, now=timezone.now())  # is another's

    assert transitions.announce(Face.TICKETS, now=timezone.now()) > 0


@pytest.mark.django_db
def test_a_listener_is_told_the_life_of_a_problem_and_its_tickets_follow(ask, crm):
    spot = make_spot(complaints=[make_complaint()], state="routed", team=make_team())
    ask("post", f"{PROBLEMS}/v4/hub", {"callback": crm.url})
    ask("post", f"{TICKETS}/v4/hub", {"callback": crm.url})

    cases.accept(case_id=spot.pk, by=None, now=timezone.now())
    cases.diagnose(case_id=spot.pk, by=None, now=timezone.now())

    assert sorted(names(told(crm))) == [
        "ServiceProblemStateChangeEvent",
        "TroubleTicketStatusChangeEvent",
    ]
    ask("delete", f"{PROBLEMS}/v4/serviceProblem/{spot.pk}")
    assert "ServiceProblemDeleteEvent" in names(told(crm))


@pytest.mark.django_db
def test_what_is_not_taken_is_sent_again_in_order_and_lies_sealed_meanwhile(ask, crm):
    ask("post", f"{TICKETS}/v4/hub", {"callback": crm.url})
    sent = {"description": WORDS, "severity": "minor", "ticketType": "x"}
    number = ask("post", f"{TICKETS}/v4/troubleTicket", sent).json()["id"]
    crm.status = 503
    assert names(told(crm)) == ["TroubleTicketCreateEvent"]
    ask("patch", f"{TICKETS}/v4/troubleTicket/{number}", {"status": "resolved"})
    assert told(crm) == []
    with connection.cursor() as cursor:
        cursor.execute("SELECT payload::text, sealed FROM heatmaps_project_delivery")
        assert not any("Полевой" in f"{open_} {bytes(sealed)!r}" for open_, sealed in cursor)
    crm.status = 204

    first, *_rest = told(crm, later=timedelta(hours=1))

    assert first["eventType"] == "TroubleTicketCreateEvent"
    assert names(told(crm, later=timedelta(hours=2)))[0] != "TroubleTicketCreateEvent"
    assert Delivery.objects.filter(state="sent").count() == 4


@pytest.mark.django_db
def test_a_listener_is_told_what_its_query_its_walls_and_its_scopes_leave(ask, crm):
    rival = make_api_client("rival", everywhere=False)
    rival.brands.add(make_brand("rival"))
    severe = "eventType=TroubleTicketCreateEvent&event.troubleTicket.severity=major"
    assert (
        ask("post", f"{TICKETS}/v4/hub", {"callback": crm.url, "query": severe}).status_code == 201
    )
    ask("post", f"{TICKETS}/v4/hub", {"callback": f"{crm.url}/rival"}, of=rival)
    for severity in ("minor", "major"):
        sent = {"description": severity, "severity": severity, "ticketType": "x"}
        ask("post", f"{TICKETS}/v4/troubleTicket", sent)

    assert [event["event"]["troubleTicket"]["severity"] for event in told(crm)] == ["major"]
    reader = make_api_client("hooks")
    reader.scopes = "webhooks:manage"
    reader.save()
    assert ask("post", f"{TICKETS}/v4/hub", {"callback": crm.url}, of=reader).status_code == 403


@pytest.mark.django_db
@pytest.mark.parametrize(
    "sent",
    [
        {"callback": "https://10.0.0.1/hook"},
        {"callback": "http://169.254.169.254/"},
        {"callback": "https://crm.example.org", "query": "eventType=TroubleTicketBurntEvent"},
        {"callback": "https://crm.example.org", "query": "colour=red"},
    ],
)
def test_a_listener_that_makes_no_sense_is_refused(ask, settings, sent):
    settings.WEBHOOK_PRIVATE_NETWORKS = []

    assert ask("post", f"{TICKETS}/v4/hub", sent).status_code == 400
    assert not Subscription.objects.exists()


WAS = Shown("acknowledged", "a", asks=False, gone=False)


@pytest.mark.parametrize(
    ("before", "now", "is_new", "ends"),
    [
        (None, WAS, True, ["Create"]),
        (None, Shown("acknowledged", "a", asks=True, gone=False), True, ["Create", "Information"]),
        (None, WAS, False, ["Status"]),
        (WAS, WAS, False, []),
        (WAS, Shown("acknowledged", "b", asks=False, gone=False), False, ["Attribute"]),
        (WAS, Shown("pending", "b", asks=False, gone=False), False, ["Attribute", "Status"]),
        (WAS, Shown("closed", "a", asks=False, gone=True), False, ["Delete"]),
        (Shown("closed", "a", asks=False, gone=True),) * 2 + (False, []),
    ],
)
def test_what_differs_is_told(before, now, is_new, ends):
    events = changes(before, now, is_new=is_new, status_is_news=True)

    assert len(events) == len(ends)
    assert all(event.startswith(end) for event, end in zip(events, ends, strict=True))


def test_a_query_names_events_and_attributes_by_themselves_or_by_their_path():
    def of(text: str):
        return parsed(text, resource="t", types=["ACreateEvent"], attributes=["status"])

    assert of(" eventType = acreateevent ").types == {"ACreateEvent"}
    assert of("event.t.status=closed").filters == of("status=closed").filters
    assert of("").fits("x", {})
    with pytest.raises(UnknownFilterError):
        of("t.colour=red")
