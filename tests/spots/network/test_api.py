"""Outages and works over the API: sent once however often, and ended."""

from random import Random
from threading import Thread
from typing import Any

import pytest
from django.db import connections
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from spots.models import NetworkEvent, Sector
from tests.factories import bearer, make_api_client, make_brand, make_network_event, make_site
from tests.spots.network.uploads import applied, csv, square

pytestmark = pytest.mark.django_db

EVENT = {
    "external_id": "INC-17",
    "brand": "demo",
    "kind": "outage",
    "title": "Нет питания",
    "starts_at": "2026-03-25T14:10:00+03:00",
    "cause": "power",
    "sites": ["M0001"],
}


@pytest.fixture(name="send")
def _send(client: Client):
    header = bearer(make_api_client())
    make_site()

    def send(**changed: Any):
        body = {**EVENT, **changed}
        address = reverse("api-network-events")
        return client.post(address, body, "application/json", headers=header)

    return send


@pytest.fixture(name="end")
def _end(client: Client):
    def end(event: NetworkEvent, body: Any, source: str = "monitoring"):
        header = bearer(make_api_client(source))
        address = reverse("api-network-event", args=[event.pk])
        return client.patch(address, body, "application/json", headers=header)

    return end


def problems(answer) -> set[str]:
    assert answer.headers["Content-Type"] == "application/problem+json"
    return {error["field"] for error in answer.json()["errors"]}


def test_an_event_is_stored_once_however_often_it_is_sent(send):
    first, again = send(), send()

    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    event = NetworkEvent.objects.get()
    assert first.json() == {
        "id": event.pk,
        "external_id": "INC-17",
        "brand": "demo",
        "kind": "outage",
        "title": "Нет питания",
        "starts_at": "2026-03-25T11:10:00Z",
        "ends_at": None,
        "cause": "power",
        "sites": ["M0001"],
    }


def test_the_same_moment_in_another_zone_is_the_same_event(send):
    send()

    assert send(starts_at="2026-03-25T11:10:00Z").status_code == 200


def test_a_moment_with_an_offset_that_postgresql_lacks_is_taken(send):
    assert send(starts_at="2026-03-24T16:57:00-18:13").json()["starts_at"] == "2026-03-25T11:10:00Z"


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"title": "Обрыв"}, "title"),
        ({"kind": "works"}, "kind"),
        ({"starts_at": "2026-03-25T15:00:00+03:00"}, "starts_at"),
        ({"ends_at": "2026-03-25T15:00:00+03:00"}, "ends_at"),
        ({"area": square()}, "area"),
        ({"cause": ""}, "cause"),
    ],
)
def test_another_body_with_the_same_number_is_refused_and_names_what_differs(send, changed, field):
    send()
    before = NetworkEvent.objects.values().get()

    answer = send(**changed)

    assert answer.status_code == 409
    assert problems(answer) == {field}
    assert NetworkEvent.objects.values().get() == before


def test_an_event_that_was_ended_may_be_sent_again_as_it_was(send, end):
    send()

    ended = end(NetworkEvent.objects.get(), {"ends_at": "2026-03-25T18:00:00+03:00"})

    assert (ended.status_code, ended.json()["ends_at"]) == (200, "2026-03-25T15:00:00Z")
    assert send().status_code == 200
    assert NetworkEvent.objects.get().ends_at is not None


def test_the_end_may_be_told_twice_and_taken_back(end):
    event = make_network_event()

    for source, ends_at in (
        ("a", "2026-03-26T00:00:00Z"),
        ("b", "2026-03-26T00:00:00Z"),
        ("c", None),
    ):
        assert end(event, {"ends_at": ends_at}, source).status_code == 200
    event.refresh_from_db()
    assert event.ends_at is None


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"ends_at": "soon"},
        {"ends_at": "2026-03-26T00:00:00Z", "title": "x"},
        [],
        {"ends_at": "2026-03-20T00:00:00Z"},
    ],
)
def test_an_end_that_makes_no_sense_is_refused(end, body):
    event = make_network_event()

    assert end(event, body).status_code == 400
    event.refresh_from_db()
    assert event.ends_at is not None


def test_where_only_sites_are_told_the_area_is_what_they_serve(send):
    site = make_site("M7", lon=37.7)
    Sector.objects.create(site=site, azimuth=90, beam_width=60, range_m=1000)

    send(sites=["M7"])

    west, south, east, north = NetworkEvent.objects.get().area.extent
    assert west == pytest.approx(37.7, abs=1e-6)
    assert east == pytest.approx(37.7 + 1000 / 111320 / 0.5628, abs=1e-3)
    assert north - south == pytest.approx(1000 / 111320, rel=0.02)


def test_an_area_that_crosses_itself_is_repaired(send):
    bow = [[[37, 55], [38, 56], [38, 55], [37, 56], [37, 55]]]

    assert send(area={"type": "Polygon", "coordinates": bow}).status_code == 201
    assert NetworkEvent.objects.get().area.valid


def test_lines_that_cross_without_end_are_refused_at_once(send):
    """Five hundred corners, 8 KB, took minutes of a core to repair: eight held a web server."""
    by_chance = Random(1)
    ring = [[by_chance.randint(3000, 4000) / 100, by_chance.uniform(50, 60)] for _ in range(500)]

    answer = send(area={"type": "Polygon", "coordinates": [[*ring, ring[0]]]})

    assert (answer.status_code, problems(answer)) == (400, {"area"})


def test_a_client_tells_of_so_many_in_a_day(send, settings, caplog):
    """Every lookup and tile reads those at its place: whoever sends them all day stops them."""
    settings.NETWORK_EVENTS_PER_DAY = 2
    answers = [send(external_id=name) for name in ("1", "2", "2", "3")]

    assert [answer.status_code for answer in answers] == [201, 201, 200, 429]
    assert answers[3].headers["Retry-After"] == "3600"
    assert NetworkEvent.objects.count() == 2
    assert "wants to tell of more than 2 network events" in caplog.text


def test_an_area_of_many_corners_counts_as_many(send, settings):
    """Four thousand of 20,000 corners made each lookup at their place take three seconds."""
    settings.NETWORK_EVENTS_PER_DAY = 4
    ring = [[37 + n / 1e4, 55 + n % 2 / 1e4] for n in range(1_200)]
    area = {"type": "Polygon", "coordinates": [[*ring, [37.1, 56], ring[0]]]}

    assert [send(external_id=one, area=area).status_code for one in "12"] == [201, 429]


def test_heights_are_left_out(send):
    ring = [[37.6, 55.7, 140], [37.7, 55.7, 150], [37.7, 55.8, 160.5], [37.6, 55.7, 140]]

    assert send(area={"type": "Polygon", "coordinates": [ring]}).status_code == 201
    area = NetworkEvent.objects.get().area
    assert (area.hasz, area.extent) == (False, (37.6, 55.7, 37.7, 55.8))


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"brand": "other"}, "brand"),
        ({"sites": ["M9"]}, "sites"),
        ({"sites": []}, ""),
        ({"kind": "party"}, "kind"),
        ({"title": ""}, "title"),
        ({"title": "a\0"}, "title"),
        ({"starts_at": "2026-03-25T14:10:00"}, "starts_at"),
        ({"starts_at": "1026-03-25T14:10:00Z"}, "starts_at"),
        ({"ends_at": "2026-03-24T14:10:00Z"}, ""),
        ({"area": {"type": "Point", "coordinates": [1, 2]}}, "area.type"),
        (
            {"area": {"type": "Polygon", "coordinates": [[[1e9, 2], [3, 4], [5, 6], [1e9, 2]]]}},
            "area",
        ),
        ({"area": {"type": "Polygon", "coordinates": ["x"]}}, "area"),
        ({"priority": 1}, "priority"),
    ],
)
def test_what_cannot_be_taken_is_refused_by_the_name_of_its_field(send, changed, field):
    make_brand("other")

    answer = send(**changed)

    assert answer.status_code == 400
    assert problems(answer) == {field}
    assert not NetworkEvent.objects.exists()


def test_without_the_scope_nothing_is_taken(client):
    header = bearer(make_api_client(), "complaints:write")

    answer = client.post(reverse("api-network-events"), EVENT, "application/json", headers=header)

    assert answer.status_code == 403


def test_an_event_of_a_file_is_the_same_event_over_the_api(send):
    text = (
        "external_id;kind;title;starts_at;sites;cause\n"
        "INC-17;outage;Нет питания;2026-03-25T14:10+03:00;M0001;power\n"
    )
    applied(csv(text), "events")

    assert send().status_code == 200
    assert send(title="Обрыв").status_code == 409


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    body=st.recursive(
        st.none() | st.booleans() | st.floats(allow_nan=False) | st.text(max_size=10),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(st.sampled_from(sorted(EVENT)), inner, max_size=7)
        ),
        max_leaves=10,
    ),
    over=st.booleans(),
)
def test_no_body_breaks_the_api(send, body, over):
    NetworkEvent.objects.all().delete()
    changed = body if isinstance(body, dict) else {"area": body}

    assert send(**changed).status_code in {200, 201, 400, 409}


@pytest.mark.django_db(transaction=True)
def test_two_senders_at_once_store_one_event():
    make_site()
    headers = [bearer(make_api_client(source)) for source in ("a", "b")]
    statuses: list[int] = []

    def work(header):
        answer = Client().post(
            reverse("api-network-events"), EVENT, "application/json", headers=header
        )
        statuses.append(answer.status_code)
        connections.close_all()

    threads = [Thread(target=work, args=[header]) for header in headers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(statuses) == [200, 201]
    assert NetworkEvent.objects.count() == 1
