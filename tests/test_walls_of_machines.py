"""A machine, too, is let into its own brands and regions only (see test_walls.py)."""

import pytest
from django.urls import reverse

from complaints.models import Complaint
from spots.models import NetworkEvent
from tests.complaints.intake.bodies import body
from tests.factories import bearer, make_api_client
from tests.scene import Scene

pytestmark = pytest.mark.django_db


def test_a_machine_reads_no_complaint_behind_its_walls(client, home, rival, far):
    header = bearer(make_api_client())

    def status(scene: Scene) -> int:
        address = reverse("api-complaint", args=[scene.rows["complaints_complaint"].pk])
        return client.get(address, headers=header).status_code

    assert [status(scene) for scene in (home, rival, far)] == [200, 404, 404]


def test_a_machine_sends_nothing_for_a_brand_behind_its_walls(client, home, rival):
    before = Complaint.objects.count()

    answer = client.post(
        reverse("api-complaints"),
        body(brand="rival"),
        content_type="application/json",
        headers=bearer(make_api_client()),
    )

    assert 400 <= answer.status_code < 500
    assert Complaint.objects.count() == before


def test_a_machine_is_told_of_no_spot_behind_its_walls(client, home, rival, far):
    header = bearer(make_api_client())
    told = ""
    for scene in (home, rival, far):
        answer = client.get(
            reverse("api-lookup"),
            {"lon": scene.point.x, "lat": scene.point.y},
            headers=header,
        )
        told += answer.content.decode()

    assert "place of home" in told
    assert "of rival" not in told
    assert "place of far" not in told


def test_a_machine_ends_no_event_behind_its_walls(client, home, rival):
    header = bearer(make_api_client())

    def ended(scene: Scene) -> int:
        address = reverse("api-network-event", args=[scene.rows["spots_networkevent"].pk])
        body = {"ends_at": "2026-03-26T10:00:00Z"}
        return client.patch(address, body, "application/json", headers=header).status_code

    assert [ended(scene) for scene in (home, rival)] == [200, 404]
    rival.rows["spots_networkevent"].refresh_from_db()
    assert rival.rows["spots_networkevent"].ends_at is None


def test_a_machine_tells_of_no_event_behind_its_walls(client, home, rival):
    sites = [rival.rows["spots_site"].code]
    body = {
        "external_id": "INC-1",
        "kind": "outage",
        "title": "x",
        "starts_at": "2026-03-26T10:00:00Z",
        "sites": sites,
    }
    header = bearer(make_api_client())

    for brand in ("rival", "demo"):  # a foreign brand, and a foreign brand's site
        answer = client.post(
            reverse("api-network-events"),
            {**body, "brand": brand},
            "application/json",
            headers=header,
        )
        assert answer.status_code == 400
    assert not NetworkEvent.objects.filter(external_id="INC-1").exists()


_LISTS = ("api-complaints", "api-spots", "api-feedback", "api-answers", "api-followups")


@pytest.mark.parametrize("name", _LISTS)
def test_a_list_shows_no_row_behind_the_walls(client, home, rival, far, name):
    shown = client.get(reverse(name), {"limit": 500}, headers=bearer(make_api_client()))

    told = shown.json()["results"]
    assert told
    assert {row["brand"] for row in told} == {"demo"}
    assert {row["region"] for row in told} <= {"moscow", None}  # None: not on the map yet
    assert "far" not in shown.content.decode()


def test_a_machine_reads_and_moves_no_spot_behind_its_walls(client, home, rival, far):
    header = bearer(make_api_client())

    def statuses(scene: Scene) -> list[int]:
        read = client.get(reverse("api-spot", args=[scene.spot.pk]), headers=header)
        address = reverse("api-spot-moves", args=[scene.spot.pk])
        moved = client.post(
            address, {"move": "accept", "late_reason": "power"}, "application/json", headers=header
        )
        return [read.status_code, moved.status_code]

    assert [statuses(scene) for scene in (home, rival, far)] == [[200, 200], [404] * 2, [404] * 2]


def test_a_machine_reads_and_closes_no_follow_up_behind_its_walls(client, home, rival, far):
    header = bearer(make_api_client())

    def statuses(scene: Scene) -> list[int]:
        pk = scene.rows["feedback_followup"].pk
        read = client.get(reverse("api-followup", args=[pk]), headers=header)
        address = reverse("api-followup-result", args=[pk])
        sent = {"result": "explained", "note": "x"}
        closed = client.post(address, sent, "application/json", headers=header)
        return [read.status_code, closed.status_code]

    assert [statuses(scene) for scene in (home, rival, far)] == [[200, 200], [404] * 2, [404] * 2]


def test_a_machine_sends_no_row_of_a_batch_for_a_brand_behind_its_walls(client, home, rival):
    rows = [body(external_id="1"), body(external_id="2", brand="rival")]

    answer = client.post(
        reverse("api-complaints-batch"), rows, "application/json", headers=bearer(make_api_client())
    )

    assert [row["result"] for row in answer.json()["results"]] == ["created", "invalid"]


def test_a_machine_reaches_no_customer_behind_its_walls(client, home, rival):
    header = bearer(make_api_client())

    def reached(scene: Scene) -> set[int]:
        customer = scene.rows["complaints_customer"]
        one, consent = (
            reverse(f"api-customer{end}", args=[customer.pk]) for end in ("", "-consent")
        )
        named = {"brand": customer.brand.code, "id": customer.crm_id}
        sent = {"content_type": "application/json", "headers": header}
        return {
            client.get(one, headers=header).status_code,
            client.patch(one, {"segment": "vip"}, **sent).status_code,
            client.get(consent, headers=header).status_code,
            client.patch(consent, {"survey": False}, **sent).status_code,
            client.post(reverse("api-customers-find"), named, **sent).status_code,
        }

    assert [reached(scene) for scene in (home, rival)] == [{200}, {404}]
    foreign = reverse("api-customer", args=[rival.rows["complaints_customer"].pk])
    assert client.delete(foreign, headers=header).status_code == 404
    sent = client.post(
        reverse("api-customers"),
        {"brand": "rival", "id": "C-1"},
        content_type="application/json",
        headers=header,
    )
    assert sent.status_code == 400
