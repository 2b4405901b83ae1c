"""What another system keeps with us may be long: a page of it, and a sweep, stay small."""

import json
import resource
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.utils import timezone

from complaints.models import Complaint
from heatmaps_project.models import ApiClient, TroubleTicket
from heatmaps_project.tmf import tickets_found, wire
from heatmaps_project.tmf.hub import transitions as hubs
from heatmaps_project.tmf.hub.models import LastTold
from heatmaps_project.tmf.transitions import note_ticket
from heatmaps_project.webhooks.models import Delivery, Face
from tests.factories import NOW, make_api_client, make_complaint
from tests.heatmaps_project.tmf.test_tickets import URL, ask

pytestmark = pytest.mark.django_db
# The most that a body may hold of what takes the most memory: three letters are 64 bytes.
EMPTY_ONES = f"[{','.join(['{}'] * 85_000)}]"


@pytest.fixture
def crm() -> ApiClient:
    cache.clear()
    return make_api_client("crm")


def make_tickets(many: int) -> list[int]:
    rows = [make_complaint() for _ in range(many)]
    TroubleTicket.objects.bulk_create(
        TroubleTicket(complaint=row, changed_at=NOW, rest=f'{{"note": {EMPTY_ONES}}}')
        for row in rows
    )
    return [row.pk for row in rows]


def peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def test_a_page_of_long_tickets_ends_early_and_the_next_goes_on(client, crm):
    numbers = make_tickets(100)
    before = peak_mb()

    seen: list[int] = []
    while len(seen) < len(numbers):
        answer = ask(client, crm, "get", URL, limit=500, offset=len(seen))
        page = [int(one["id"]) for one in json.loads(answer.content)]
        assert page
        assert len(answer.content) < wire.MOST_BYTES
        assert answer["X-Total-Count"] == "100"
        assert ('rel="next"' in answer.get("Link", "")) == (len(seen) + len(page) < 100)
        seen += page

    assert seen == numbers[::-1]
    assert peak_mb() - before < 250


def test_so_does_what_is_compared_one_by_one(client, crm, monkeypatch):
    make_tickets(30)
    monkeypatch.setattr(tickets_found, "COMPARED_LETTERS", 20 * len(EMPTY_ONES))

    answer = ask(client, crm, "get", URL, limit=500, description=Complaint.objects.first().text)

    assert 0 < len(answer.json()) < 10
    assert int(answer["X-Total-Count"]) in (19, 20)
    assert answer.status_code == 206


def test_a_ticket_that_is_longer_than_a_page_is_a_page(client, crm, monkeypatch):
    make_tickets(2)
    monkeypatch.setattr(wire, "MOST_BYTES", 1000)

    assert len(ask(client, crm, "get", URL).json()) == 1


def test_the_sweep_tells_so_many_letters_at_once_and_the_rest_next_time(crm, monkeypatch):
    now = timezone.now()
    for n in range(2):
        told = {"callback": f"https://crm.example.org/{n}", "query": ""}
        hubs.listen(client=crm, face=Face.TICKETS, now=now - timedelta(minutes=1), **told)
    make_tickets(5)
    Complaint.objects.update(received_at=now)
    monkeypatch.setattr(hubs, "_AT_ONCE_LETTERS", 3 * len(EMPTY_ONES))

    planned = [hubs.announce(Face.TICKETS, now=now) for _ in range(5)]

    assert planned == [4, 4, 2, 0, 0]
    assert Delivery.objects.count() == 2 * 5


def test_the_sweep_ends_in_its_time_where_filters_fit_nothing_and_goes_on(crm, monkeypatch):
    """Nothing was planned of them, so no letters were counted, and it began anew for ever."""
    now = timezone.now()
    told = {"callback": "https://crm.example.org/", "query": "note=nothing"}
    hubs.listen(client=crm, face=Face.TICKETS, now=now - timedelta(minutes=1), **told)
    make_tickets(3)
    Complaint.objects.update(received_at=now)
    monkeypatch.setattr(hubs, "PATIENCE_S", 0)

    looked_at = [hubs.announce(Face.TICKETS, now=now) or LastTold.objects.count() for _ in "abcd"]

    assert looked_at == [1, 2, 3, 3]


def test_reasons_of_a_status_are_kept_as_far_as_so_many_letters_go():
    complaint = make_complaint()
    for n in range(20):
        status = ("held", "pending")[n % 2]
        told = {"status": status, "statusChangeReason": f"{n} " + "x" * 4_900}
        note_ticket(complaint=complaint, told=told, now=NOW + timedelta(minutes=n))

    changes = TroubleTicket.objects.get().changes
    assert [one["changeReason"].split()[0] for one in changes] == ["15", "16", "17", "18", "19"]
    assert len(json.dumps(changes)) < 30_000
