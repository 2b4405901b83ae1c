"""TMF656 v4, as a conformance kit asks it: create, list, read, change, delete, tasks."""

import json
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from heatmaps_project.models import ApiClient
from spots.models import Case, Clock, Event
from tests.factories import (
    NOW,
    bearer,
    make_api_client,
    make_brand,
    make_complaint,
    make_network_event,
    make_policy,
    make_region,
    make_spot,
    make_team,
    make_user,
)

BASE = "/tmf-api/serviceProblemManagement/v4/"
URL = BASE + "serviceProblem"
LEAST = {
    "category": "supplier.originated",
    "priority": 1,
    "description": "Nothing works",
    "reason": "Feeder",
    "originatorParty": {"id": "11", "role": "originator"},
}
HOUR = timedelta(hours=1)
pytestmark = pytest.mark.django_db


@pytest.fixture
def noc() -> ApiClient:
    cache.clear()
    return make_api_client("noc")


def ask(client: Client, noc: ApiClient, method: str, url: str, sent: Any = None, /, **query: Any):
    if method == "get":
        return client.get(url, query, headers=bearer(noc))
    data = json.dumps(sent)
    return getattr(client, method)(url, data, "application/json", headers=bearer(noc))


def create(client: Client, noc: ApiClient, **more: Any) -> dict[str, Any]:
    answer = ask(client, noc, "post", URL, {**LEAST, **more})
    assert answer.status_code == 201, answer.content
    return answer.json()


def spot_of_a_team(**fields: Any) -> Case:
    row = {"state": "routed", "team": make_team(), **fields}
    return make_spot(complaints=[make_complaint()], **row)


def test_a_problem_that_names_no_complaint_is_kept_and_is_no_spot(client, noc):
    told = create(client, noc, id="x", status="closed")

    assert {name: told[name] for name in LEAST} == LEAST
    assert told["status"] == "submitted"
    assert {"id", "href", "creationDate", "timeRaised", "timeChanged", "statusChangeDate"} <= {
        *told
    }
    assert ask(client, noc, "get", f"{URL}/{told['id']}").json() == told
    assert [one["id"] for one in ask(client, noc, "get", URL).json()] == [told["id"]]
    assert not Case.objects.exists()


def test_a_problem_that_names_complaints_is_a_spot_of_them(client, noc):
    complaints = [make_complaint(), make_complaint(lon=37.601)]

    told = create(client, noc, troubleTicket=[{"id": str(one.pk)} for one in complaints])

    case = Case.objects.get()
    assert told["id"] == str(case.pk)
    assert (case.complaints, told["affectedNumberOfServices"]) == (2, 2)
    assert {ticket["id"] for ticket in told["troubleTicket"]} == {str(c.pk) for c in complaints}
    assert told["affectedLocation"][0]["geometry"]["type"] == "Polygon"
    assert told["priority"] == 1


def test_a_spot_is_opened_by_whoever_names_its_complaints(client, noc):
    create(client, noc, troubleTicket=[{"id": str(make_complaint().pk)}])

    assert Event.objects.get(kind="opened").by.username == "api:noc"


def test_a_spot_is_opened_by_those_alone_who_may_regroup_spots(client, noc):
    sent = {**LEAST, "troubleTicket": [{"id": str(make_complaint().pk)}]}
    noc.user = make_user("engineer")
    noc.save()
    refused = ask(client, noc, "post", URL, sent)
    noc.user = None
    noc.save()
    nobody = ask(client, noc, "post", URL, sent)

    assert (refused.status_code, nobody.status_code) == (409, 403)
    assert not Case.objects.exists()
    create(client, noc)  # what is no spot needs no account


@pytest.mark.parametrize("was_missed", [True, False])
def test_what_we_know_of_a_spot_is_not_said_otherwise_by_who_moves_it(client, noc, was_missed):
    spot = spot_of_a_team()
    clock = {"policy": make_policy(), "minutes": 60, "started_at": NOW - HOUR, "due_at": NOW}
    missed = NOW if was_missed else None
    Clock.objects.create(case=spot, target="fix", breached_at=missed, **clock)
    before = ask(client, noc, "get", f"{URL}/{spot.pk}").json()
    made_up = {
        "slaViolation": [{"id": "7", "name": "none of ours"}],
        "resolutionDate": "2026-03-25T10:00:00Z",
        "troubleTicket": [{"id": "7"}],
        "responsibleParty": {"id": "7"},
        "affectedLocation": [{"id": "7"}],
    }

    ask(client, noc, "patch", f"{URL}/{spot.pk}", {**made_up, "comment": [{"text": "we know"}]})

    after = ask(client, noc, "get", f"{URL}/{spot.pk}").json()
    assert all(after.get(name) == before.get(name) for name in made_up)
    assert bool(after.get("slaViolation")) is was_missed
    assert after["comment"] == [{"text": "we know"}]


@pytest.mark.parametrize(
    "sent",
    [
        *({k: v for k, v in LEAST.items() if k != name} for name in LEAST),
        {**LEAST, "priority": "1"},
        {**LEAST, "priority": 0},
        {**LEAST, "priority": 11},
        {**LEAST, "priority": True},
        {**LEAST, "category": ""},
        {**LEAST, "originatorParty": []},
        {**LEAST, "troubleTicket": [{"id": "999999"}]},
        [],
    ],
)
def test_what_is_missing_or_of_another_type_is_400(client, noc, sent):
    answer = ask(client, noc, "post", URL, sent)

    assert (answer.status_code, answer.json()["code"]) == (400, "400")
    assert ask(client, noc, "get", URL).json() == []


def test_spots_and_other_problems_are_one_list(client, noc):
    spot = spot_of_a_team()
    other = create(client, noc)

    whole = ask(client, noc, "get", URL)
    first = ask(client, noc, "get", URL, limit=1)
    second = ask(client, noc, "get", URL, limit=1, offset=1)

    ids = [one["id"] for one in whole.json()]
    assert ids == [other["id"], str(spot.pk)]
    assert (whole.status_code, whole["X-Total-Count"]) == (200, "2")
    assert (first.status_code, second.status_code) == (206, 206)
    assert [one["id"] for answer in (first, second) for one in answer.json()] == ids
    told = whole.json()
    for one in told:
        for name in ("priority", "category", "status"):
            found = ask(client, noc, "get", URL, **{name: one[name]})
            wanted = [row["id"] for row in told if row[name] == one[name]]
            assert [row["id"] for row in found.json()] == wanted, name
            assert found["X-Total-Count"] == str(len(wanted))
    for name in ("id", "priority", "category", "status", "creationDate", "reason"):
        found = ask(client, noc, "get", URL, **{name: other[name]}).json()
        assert other["id"] in [one["id"] for one in found], name
        assert all(one[name] == other[name] for one in found), name
    assert [set(one) for one in ask(client, noc, "get", URL, fields="id").json()] == [{"id"}] * 2


def test_a_spot_tells_what_is_known_there(client, noc):
    spot = spot_of_a_team()
    make_network_event("outage", title="Feeder", external_id="INC-1")

    told = ask(client, noc, "get", f"{URL}/{spot.pk}").json()

    assert told["underlyingAlarm"][0]["id"] == "INC-1"
    assert told["responsibleParty"]["id"] == "radio"
    assert told["status"] == "submitted"
    assert {"reason", "originatorParty", "category", "priority", "description"} <= set(told)


def test_a_status_that_is_sent_is_a_move_and_may_be_refused(client, noc):
    spot = spot_of_a_team()
    url = f"{URL}/{spot.pk}"

    accepted = ask(client, noc, "patch", url, {"status": "acknowledged", "priority": 2})
    refused = ask(client, noc, "patch", url, {"status": "resolved"})

    assert accepted.status_code == 200
    assert (accepted.json()["status"], accepted.json()["priority"]) == ("acknowledged", 2)
    assert (refused.status_code, refused.json()["reason"]) == (409, "Conflict")
    spot.refresh_from_db()
    assert spot.state == "accepted"


def test_another_problem_is_changed_as_it_is_told(client, noc):
    told = create(client, noc)
    url = f"{URL}/{told['id']}"

    answer = ask(client, noc, "patch", url, {"status": "inProgress", "reason": "else", "id": "1"})

    body = answer.json()
    assert (body["status"], body["reason"], body["id"]) == ("inProgress", "else", told["id"])
    for sent in ({"priority": "high"}, {"reason": ""}, {"category": None}):
        assert ask(client, noc, "patch", url, sent).status_code == 400
    ask(client, noc, "patch", url, {"comment": [{"text": "x"}]})
    assert "comment" not in ask(client, noc, "patch", url, {"comment": None}).json()


def test_deleting_dismisses_and_hides(client, noc):
    spot, told = spot_of_a_team(), create(client, noc)

    for number in (str(spot.pk), told["id"]):
        assert ask(client, noc, "delete", f"{URL}/{number}").status_code == 204
        assert ask(client, noc, "get", f"{URL}/{number}").status_code == 404
    spot.refresh_from_db()
    assert spot.state == "dismissed"
    assert ask(client, noc, "get", URL).json() == []


def test_problems_are_acknowledged_and_not_any_more(client, noc):
    spot, other = spot_of_a_team(), create(client, noc)
    sent = {"problem": [{"id": str(spot.pk)}, {"id": other["id"]}]}

    done = ask(client, noc, "post", BASE + "problemAcknowledgement", sent)
    states = [
        ask(client, noc, "get", f"{URL}/{one['id']}").json()["status"] for one in sent["problem"]
    ]
    undone = ask(client, noc, "post", BASE + "problemUnacknowledgement", sent)

    assert (done.status_code, undone.status_code) == (201, 201)
    assert {"id", "href", "problem"} <= set(done.json())
    assert states == ["acknowledged", "acknowledged"]
    spot.refresh_from_db()
    assert spot.state == "routed"
    assert ask(client, noc, "post", BASE + "problemAcknowledgement", {}).status_code == 400
    missing = {"problem": [{"id": "999999"}]}
    assert ask(client, noc, "post", BASE + "problemAcknowledgement", missing).status_code == 404


def test_a_problem_that_is_named_often_in_a_task_is_done_once(client, noc):
    spot, other = spot_of_a_team(), create(client, noc)
    names = [str(spot.pk), f"00{spot.pk}", other["id"], other["id"].replace("p", "p0")]
    sent = {"problem": [{"id": name} for name in names * 25]}
    before = Event.objects.count()

    for task in ("problemAcknowledgement", "problemUnacknowledgement"):
        assert ask(client, noc, "post", BASE + task, sent).status_code == 201

    assert Event.objects.count() == before + 2
    parent = spot_of_a_team()
    for task in ("problemGroup", "problemUngroup"):
        sent = {"parentProblem": {"id": str(parent.pk)}, "childProblem": [{"id": names[0]}] * 3}
        assert ask(client, noc, "post", BASE + task, sent).status_code == 201


def test_problems_are_grouped_and_ungrouped(client, noc):
    parent, child = spot_of_a_team(), spot_of_a_team()
    one, two = create(client, noc), create(client, noc)

    for a, b in ((str(parent.pk), str(child.pk)), (one["id"], two["id"])):
        sent = {"parentProblem": {"id": a}, "childProblem": [{"id": b}]}
        assert ask(client, noc, "post", BASE + "problemGroup", sent).status_code == 201
        assert ask(client, noc, "post", BASE + "problemUngroup", sent).status_code == 201
        assert ask(client, noc, "post", BASE + "problemUngroup", sent).status_code == 409
    child.refresh_from_db()
    assert child.merged_into is None
    three = create(client, noc)
    for a, b, status in ((one, two, 201), (two, three, 201), (three, one, 409), (one, one, 409)):
        sent = {"parentProblem": {"id": a["id"]}, "childProblem": [{"id": b["id"]}]}
        assert ask(client, noc, "post", BASE + "problemGroup", sent).status_code == status
    mixed = {"parentProblem": {"id": str(parent.pk)}, "childProblem": [{"id": one["id"]}]}
    assert ask(client, noc, "post", BASE + "problemGroup", mixed).status_code == 409


def test_a_problem_is_part_of_a_few_others_at_most(client, noc):
    """Each grouping reads all above: a chain of a thousand held a brand for half a minute."""
    ids = [create(client, noc)["id"] for _ in range(23)]
    for below, above in pairwise(ids):
        sent = {"parentProblem": {"id": above}, "childProblem": [{"id": below}]}
        assert ask(client, noc, "post", BASE + "problemGroup", sent).status_code == 201
    sent = {"parentProblem": {"id": ids[0]}, "childProblem": [{"id": create(client, noc)["id"]}]}

    answer = ask(client, noc, "post", BASE + "problemGroup", sent)

    assert answer.status_code == 409 and "too many" in answer.json()["message"]


def test_what_happened_is_listed(client, noc):
    spot = spot_of_a_team()
    ask(client, noc, "patch", f"{URL}/{spot.pk}", {"status": "acknowledged"})

    records = BASE + "serviceProblemEventRecord"
    [record] = ask(client, noc, "get", records).json()

    assert (record["eventType"], record["serviceProblem"]["id"]) == ("accepted", str(spot.pk))
    assert ask(client, noc, "get", record["href"]).json() == record
    assert ask(client, noc, "get", f"{records}/999999").status_code == 404
    for name in ("id", "eventTime", "recordTime", "eventType", "notification"):
        assert ask(client, noc, "get", records, **{name: record[name]}).json() == [record], name
    assert ask(client, noc, "get", records, eventType="else").json() == []


def test_problems_behind_a_wall_are_not_there(client, noc):
    rival, far = make_brand("rival"), make_region("far", lon=80)
    hidden = [
        str(spot_of_a_team(brand=rival).pk),
        str(spot_of_a_team(region=far).pk),
    ]
    other = make_api_client("rival", everywhere=False)
    other.brands.add(rival)
    hidden.append(create(client, other)["id"])

    assert ask(client, noc, "get", URL).json() == []
    records = BASE + "serviceProblemEventRecord"
    assert ask(client, noc, "get", records).json() == []
    for event in Event.objects.all():
        assert ask(client, noc, "get", f"{records}/{event.pk}").status_code == 404
    for number in hidden:
        for method in ("get", "patch", "delete"):
            assert ask(client, noc, method, f"{URL}/{number}", {}).status_code == 404
        sent = {"problem": [{"id": number}]}
        assert ask(client, noc, "post", BASE + "problemAcknowledgement", sent).status_code == 404


def test_the_number_of_queries_does_not_grow(client, noc, django_assert_max_num_queries):
    for _ in range(5):
        spot_of_a_team()
    headers = bearer(noc)

    with django_assert_max_num_queries(10):
        assert len(client.get(URL, headers=headers).json()) == 5
