"""Of a problem with very much behind it, as much is read as is told."""

import pytest
from django.db.models.signals import post_init
from django.test import Client

from heatmaps_project.models import ApiClient
from heatmaps_project.tmf import problems
from spots.models import Membership, Site
from tests.factories import (
    bearer,
    make_api_client,
    make_complaint,
    make_network_event,
    make_site,
    make_spot,
)

URL = "/tmf-api/serviceProblemManagement/v4/serviceProblem"
pytestmark = pytest.mark.django_db


@pytest.fixture
def noc() -> ApiClient:
    return make_api_client("noc")


@pytest.fixture
def made():
    """The rows of which objects are made: each takes memory, and the time of all threads."""
    rows: list[object] = []

    def note(instance: object, **_: object) -> None:
        rows.append(instance)

    for model in (Membership, Site):
        post_init.connect(note, sender=model)
    yield rows
    for model in (Membership, Site):
        post_init.disconnect(note, sender=model)


def test_of_a_spots_complaints_the_newest_are_read(
    client: Client, noc: ApiClient, made: list[object], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(problems, "_MOST", 2)
    complaints = [make_complaint() for _ in range(4)]
    spots = [make_spot(complaints=complaints[:3]), make_spot(complaints=complaints[3:])]
    headers = bearer(noc)
    made.clear()

    one = client.get(f"{URL}/{spots[0].pk}", headers=headers).json()
    listed = client.get(URL, headers=headers).json()

    newest = [str(complaints[2].pk), str(complaints[1].pk)]
    assert [ticket["id"] for ticket in one["troubleTicket"]] == newest
    told = {found["id"]: [one["id"] for one in found["troubleTicket"]] for found in listed}
    assert told == {str(spots[0].pk): newest, str(spots[1].pk): [str(complaints[3].pk)]}
    assert len(made) == 2 + 3


def test_a_site_is_read_once_however_many_outages_name_it(
    client: Client, noc: ApiClient, made: list[object]
):
    spot = make_spot(complaints=[make_complaint()])
    sites = [make_site("M0002"), make_site("M0001")]
    for kind in ("outage", "outage", "works", "build"):
        event = make_network_event(kind)
        event.sites.set([*sites, make_site("M0003")] if kind == "build" else sites)
    headers = bearer(noc)
    made.clear()

    told = client.get(f"{URL}/{spot.pk}", headers=headers).json()

    assert [site["id"] for site in told["rootCauseResource"]] == ["M0001", "M0002"]
    assert len(told["underlyingAlarm"]) == 2
    assert [row for row in made if isinstance(row, Site)] == []
