"""Lists over the API: page by page, what changed since, on a map, and only within the walls."""

import base64
from datetime import UTC, datetime
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from complaints.intake import transitions_of_state
from complaints.intake.models import Channel
from complaints.models import Complaint
from heatmaps_project.models import ApiClient
from spots.models import Case
from tests.factories import (
    NOW,
    bearer,
    make_answer,
    make_api_client,
    make_brand,
    make_complaint,
    make_complaints,
    make_region,
    make_spot,
    make_topic,
)

LISTS = ("/api/v1/complaints/", "/api/v1/spots/", "/api/v1/feedback/")
pytestmark = pytest.mark.django_db


@pytest.fixture
def crm() -> ApiClient:
    cache.clear()
    return make_api_client("crm")


def get(client: Client, crm: ApiClient, url: str, /, accept: str = "*/*", **query: Any):
    return client.get(url, query, headers={**bearer(crm), "Accept": accept})


def ids(answer: Any) -> list[int]:
    assert answer.status_code == 200, answer.content
    return [row["id"] for row in answer.json()["results"]]


def test_pages_follow_each_other_and_miss_nothing(client, crm):
    made = sorted(one.pk for one in make_complaints([{}] * 7))
    seen, cursor = [], {}
    while True:
        answer = get(client, crm, LISTS[0], limit=3, **cursor)
        seen += ids(answer)
        if answer.json()["next"] is None:
            break
        cursor = {"cursor": answer.json()["next"]}

    assert seen == made  # all of one statement: by number


def test_what_was_changed_since_is_listed_last(client, crm):
    first, second = make_complaint(), make_complaint()
    since = datetime.now(UTC)
    transitions_of_state.resolve(Complaint.objects.filter(pk=first.pk), now=NOW)

    assert ids(get(client, crm, LISTS[0])) == [second.pk, first.pk]
    assert ids(get(client, crm, LISTS[0], updated_since=since.isoformat())) == [first.pk]


def test_writing_what_was_there_is_no_change_nor_is_growing_old(client, crm):
    spot = make_spot(complaints=[make_complaint()])
    spot.refresh_from_db()
    Case.objects.filter(pk=spot.pk).update(place=spot.place, priority=spot.priority + 1)
    before = spot.changed_at
    spot.refresh_from_db()
    assert spot.changed_at == before

    Case.objects.filter(pk=spot.pk).update(place="elsewhere")
    spot.refresh_from_db()
    assert spot.changed_at > before


@pytest.mark.parametrize(
    "query",
    [
        {"brand": "demo"},
        {"region": "moscow"},
        {"topic": "no_signal"},
        {"channel": "call"},
        {"placing": "placed"},
        {"state": "open"},
    ],
)
def test_a_filter_leaves_what_it_names(client, crm, query):
    wanted = make_complaint()
    other, far = make_brand("other"), make_region("far", lon=80)
    crm.brands.add(other)
    crm.regions.add(far)
    make_complaint(
        brand=other,
        region=far,
        topic=make_topic("slow"),
        channel="shop",
        placing="review",
        resolved_at=NOW,
    )

    assert ids(get(client, crm, LISTS[0], **query)) == [wanted.pk]


@pytest.mark.parametrize("channel", Channel.values)
def test_every_channel_can_be_asked_for(client, crm, channel):
    wanted = make_complaint(channel=channel)
    make_complaint(channel="shop" if channel != "shop" else "call")

    assert ids(get(client, crm, LISTS[0], channel=channel)) == [wanted.pk]


def test_an_external_id_is_the_clients_own(client, crm):
    mine = make_complaint(source="crm", external_id="7")
    make_complaint(source="other", external_id="7")

    assert ids(get(client, crm, LISTS[0], external_id="7")) == [mine.pk]


def test_spots_are_found_by_their_life_and_where_they_are(client, crm):
    here = make_spot(complaints=[make_complaint()])
    closed = make_spot(complaints=[make_complaint()], state="closed", ended_at=NOW)

    assert set(ids(get(client, crm, LISTS[1]))) == {here.pk, closed.pk}
    assert ids(get(client, crm, LISTS[1], life="working")) == [here.pk]
    assert ids(get(client, crm, LISTS[1], state="closed")) == [closed.pk]
    assert ids(get(client, crm, LISTS[1], bbox="10,10,11,11")) == []
    assert set(ids(get(client, crm, LISTS[1], bbox="37,55,38,56"))) == {here.pk, closed.pk}


@pytest.mark.parametrize("url", LISTS)
@pytest.mark.parametrize(
    "query",
    [
        {"limit": "0"},
        {"limit": "501"},
        {"limit": "x"},
        {"cursor": "x"},
        {"cursor": "WyIyMDI2LTAxLTAxIiwgMV0"},
        {"cursor": "\x00é"},
        {"updated_since": "yesterday"},
        {"updated_since": "2026-01-01T00:00:00"},
        {"brand": "\x00"},
        {"ordering": "id"},
        {"bbox": "1,2"},
        {"bbox": "3,0,1,1"},
        {"spot": str(2**70)},
    ],
)
def test_what_cannot_be_asked_is_a_problem(client, crm, url, query):
    answer = get(client, crm, url, **query)

    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")


@pytest.mark.parametrize("url", LISTS)
def test_a_cursor_that_somebody_made_up_is_no_error_of_ours(client, crm, url):
    made_up = b'["2026-01-01T00:00:00+23:59", 1]'  # PostgreSQL has no such offset
    cursor = base64.urlsafe_b64encode(made_up).decode().rstrip("=")

    assert get(client, crm, url, cursor=cursor).status_code == 200


@pytest.mark.parametrize("url", LISTS)
def test_a_list_can_be_drawn_on_a_map(client, crm, url):
    spot = make_spot(complaints=[make_complaint()])
    make_answer()

    by_accept = get(client, crm, url, accept="application/geo+json")
    by_query = get(client, crm, url, format="geojson")
    asked = client.options(f"{url}?format=geojson", headers=bearer(crm))
    assert asked.status_code == 200

    assert by_accept["Content-Type"] == by_query["Content-Type"] == "application/geo+json"
    assert by_accept.json() == by_query.json()
    told = by_accept.json()
    assert (told["type"], told["next"]) == ("FeatureCollection", None)
    kind = "Polygon" if "spots" in url else "Point"
    assert {feature["geometry"]["type"] for feature in told["features"]} == {kind}
    assert "id" not in told["features"][0]["properties"]
    assert spot.pk


def test_a_problem_stays_a_problem_whatever_was_asked_for(client, crm):
    answer = get(client, crm, LISTS[0], accept="application/geo+json", limit="x")

    assert (answer.status_code, answer.json()["title"]) == (400, "Bad Request")


@pytest.mark.parametrize("url", LISTS)
def test_who_has_it_already_is_told_304(client, crm, url):
    spot = make_spot(complaints=[make_complaint()])
    first = get(client, crm, url)
    known = {**bearer(crm), "If-None-Match": first["ETag"]}

    again = client.get(url, headers=known)
    assert (again.status_code, again.content) == (304, b"")

    make_answer(invitation=None)
    make_complaint()
    Case.objects.filter(pk=spot.pk).update(place="elsewhere")
    assert client.get(url, headers=known).status_code == 200


def test_who_wants_another_state_is_told_412(client, crm):
    wanted = {**bearer(crm), "If-Match": '"another"'}

    answer = client.get(LISTS[0], headers=wanted)

    assert (answer.status_code, answer["Content-Type"]) == (412, "application/problem+json")


@pytest.mark.parametrize("url", LISTS)
def test_the_number_of_queries_does_not_grow_with_rows(client, crm, url):
    def queries() -> int:
        headers = bearer(crm)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(url, headers=headers).status_code == 200
        return len(captured)

    make_spot(complaints=[make_complaint()])
    make_answer()
    few = queries()
    for _ in range(5):
        make_spot(complaints=[make_complaint(topic=make_topic("slow"))])
        make_answer()

    assert queries() == few <= 15


@pytest.mark.parametrize(
    ("since", "status"),
    [("2048-06-22T18:08:19-18:13", 200), ("0.5", 400), ("1767225600", 400), ("2026-01-01", 400)],
)
@pytest.mark.parametrize("url", LISTS)
def test_since_when_is_a_moment_written_out_with_any_offset(client, crm, url, since, status):
    assert get(client, crm, url, updated_since=since).status_code == status
