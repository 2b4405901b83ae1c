"""Events of complaints: kept once, counted in the order in which they occurred."""

from datetime import timedelta
from itertools import permutations
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from complaints.events import transitions
from complaints.intake import transitions_of_state
from complaints.models import Complaint, ComplaintEvent
from heatmaps_project.models import ApiClient
from tests.factories import (
    NOW,
    bearer,
    make_api_client,
    make_brand,
    make_complaint,
    make_region,
    make_topic,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def crm() -> ApiClient:
    cache.clear()
    make_topic("slow")
    return make_api_client("crm")


def event(kind: str, minutes: int = 0, event_id: str = "", **data: Any) -> dict[str, Any]:
    return {
        "event_id": event_id or f"{kind}-{minutes}",
        "type": kind,
        "occurred_at": (NOW + timedelta(minutes=minutes)).isoformat(),
        **({"data": data} if data else {}),
    }


def tell(client: Client, crm: ApiClient, complaint: Complaint, sent: Any) -> Any:
    url = f"/api/v1/complaints/{complaint.pk}/events/"
    return client.post(url, sent, "application/json", headers=bearer(crm))


def test_a_complaint_is_withdrawn_and_comes_back(client, crm):
    complaint = make_complaint()

    withdrawn = tell(client, crm, complaint, event("withdrawn", 1, reason="a mistake"))
    back = tell(client, crm, complaint, event("reopened", 2))

    assert (withdrawn.status_code, back.status_code) == (201, 201)
    assert withdrawn.json()["complaint"]["withdrawn_at"] == "2026-03-25T10:01:00Z"
    assert back.json()["complaint"]["withdrawn_at"] is None
    complaint.refresh_from_db()
    assert complaint.corrections == 2  # detection looks at it anew


def test_the_same_event_again_changes_nothing_and_another_is_refused(client, crm):
    complaint, other = make_complaint(), make_complaint()
    first = tell(client, crm, complaint, event("closed", 1, "e1"))

    again = tell(client, crm, complaint, event("closed", 1, "e1"))
    another = tell(client, crm, complaint, event("closed", 2, "e1"))
    elsewhere = tell(client, crm, other, event("closed", 1, "e1"))

    statuses = [answer.status_code for answer in (first, again, another, elsewhere)]
    assert statuses == [201, 200, 409, 409]
    assert ComplaintEvent.objects.count() == 1


def test_of_one_complaint_so_many_events_are_kept(client, crm, monkeypatch):
    """All are read as one is told: ten thousand of 5,000 letters were the web server's memory."""
    monkeypatch.setattr(transitions, "MOST_EVENTS", 2)
    complaint, other = make_complaint(), make_complaint()
    kept = [tell(client, crm, complaint, event("comment", n, text="x")) for n in range(2)]

    more = tell(client, crm, complaint, event("comment", 3, text="x"))
    again = tell(client, crm, complaint, event("comment", 1, text="x"))
    elsewhere = tell(client, crm, other, event("comment", 4, text="x"))

    statuses = [answer.status_code for answer in (*kept, more, again, elsewhere)]
    assert statuses == [201, 201, 409, 200, 201]
    assert ComplaintEvent.objects.filter(complaint=complaint).count() == 2


STORY = (
    event("corrected", 1, topic="slow", point={"lon": 37.7, "lat": 55.7}),
    event("closed", 2),
    event("withdrawn", 3),
    event("corrected", 4, text="else", point={"lon": 37.8, "lat": 55.8}, precision="street"),
)


def test_whatever_order_events_come_in_the_complaint_is_the_same(client, crm):
    told = set()
    for order in permutations(STORY):
        complaint = make_complaint()
        for number, sent in enumerate(order):
            unique = {**sent, "event_id": f"{sent['event_id']} {complaint.pk}"}
            assert tell(client, crm, complaint, unique).status_code == 201, number
        complaint.refresh_from_db()
        told.add(
            (
                *(complaint.topic.code, complaint.text, complaint.precision),
                *(complaint.resolved_at, complaint.withdrawn_at),
                *(complaint.point.x, complaint.point.y),
            )
        )

    assert told == {
        (
            *("slow", "else", "street"),
            *(NOW + timedelta(minutes=2), NOW + timedelta(minutes=3)),
            *(37.8, 55.8),
        )
    }


def test_a_fix_is_undone_by_a_later_reopening_only(client, crm):
    complaint = make_complaint()
    fixed = NOW + timedelta(minutes=10)
    transitions_of_state.resolve(Complaint.objects.filter(pk=complaint.pk), now=fixed)

    tell(client, crm, complaint, event("reopened", 5))
    complaint.refresh_from_db()
    assert complaint.resolved_at == fixed

    tell(client, crm, complaint, event("reopened", 15))
    complaint.refresh_from_db()
    assert complaint.resolved_at is None


def test_a_corrected_address_is_placed_anew(client, crm):
    complaint = make_complaint()

    told = tell(client, crm, complaint, event("corrected", 1, address="Полевая, 7")).json()

    assert (told["complaint"]["placing"], told["complaint"]["point"]) == ("waiting", None)
    complaint.refresh_from_db()
    assert complaint.address == "Полевая, 7"


def test_a_comment_is_kept_unreadable_in_the_database(client, crm):
    complaint = make_complaint()

    assert tell(client, crm, complaint, event("comment", 1, text="+79161234512")).status_code == 201

    raw = ComplaintEvent.objects.extra(select={"raw": "said"}).values_list("raw", flat=True)[0]
    assert b"9161234512" not in bytes(raw)


@pytest.mark.parametrize(
    "sent",
    [
        {},
        event("exploded"),
        event("comment"),
        event("corrected"),
        event("corrected", reason="x"),
        event("withdrawn", text="x"),
        event("corrected", topic="none"),
        event("corrected", precision="house"),
        event("corrected", point={"lon": 0, "lat": 0}),
        event("corrected", point={"lon": 200, "lat": 0}),
        event("comment", text="\x00"),
        {**event("closed"), "occurred_at": "2126-01-01T00:00:00Z"},
        {**event("closed"), "occurred_at": "2026-01-01T00:00:00"},
        {**event("closed"), "extra": 1},
        {**event("closed"), "event_id": ""},
    ],
)
def test_what_cannot_be_taken_is_a_problem(client, crm, sent):
    answer = tell(client, crm, make_complaint(), sent)

    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")
    assert not ComplaintEvent.objects.exists()


def test_a_complaint_behind_a_wall_is_not_there(client, crm):
    for complaint in (
        make_complaint(brand=make_brand("rival")),
        make_complaint(region=make_region("far", lon=80)),
    ):
        assert tell(client, crm, complaint, event("closed")).status_code == 404
