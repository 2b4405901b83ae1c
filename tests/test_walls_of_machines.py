"""A machine, too, is let into its own brands and regions only (see test_walls.py)."""

import pytest
from django.urls import reverse

from complaints.models import Complaint
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
