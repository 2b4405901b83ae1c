"""The API's way in: who may send what, what is answered, and that nothing sent breaks it."""

import json
import logging
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from complaints.models import Complaint, Customer
from heatmaps_project.models import ApiClient
from tests.complaints.intake.bodies import body, make_places
from tests.factories import (
    bearer,
    make_api_client,
    make_brand,
    make_complaint,
    make_region,
    make_topic,
)

URL = "/api/v1/complaints/"
JSON = "application/json"
PROBLEM = "application/problem+json"

# Everything that is answered is in English, whatever the office speaks.
pytestmark = [pytest.mark.django_db]


@pytest.fixture
def crm() -> ApiClient:
    cache.clear()
    make_places()
    return make_api_client("crm")


def now() -> str:
    return (datetime.now(UTC) - timedelta(minutes=5)).isoformat()


def post(
    client: Client, crm: ApiClient | dict[str, str], data: Any, *, url: str = URL, **more: Any
) -> Any:
    headers = crm if isinstance(crm, dict) else bearer(crm)
    if not isinstance(data, bytes):
        data = json.dumps(data).encode()
    return client.post(url, data, **{"content_type": JSON, **more}, headers=headers)


def fields_of(answer: Any) -> set[str]:
    return {error["field"] for error in answer.json()["errors"]}


def test_a_complaint_is_sent_stored_and_read_again(client: Client, crm: ApiClient):
    sent = body(occurred_at=now())

    answer = post(client, crm, sent)

    assert answer.status_code == 201
    assert answer["Cache-Control"] == "no-store"
    told = answer.json()
    assert told["external_id"] == "SR-1"
    assert told["customer"] == {
        "id": "c-17",
        "phone": "+7 916 ***-**-12",
        "email": "a***@***.org",
    }
    assert (told["placing"], told["region"]) == ("placed", "moscow")
    assert told["point"] == {"lon": 37.6, "lat": 55.75}
    for personal in ("9161234512", "Полевая", "Нет связи"):
        assert personal not in answer.content.decode()
    assert Complaint.objects.get().source == "crm"
    read = client.get(f"{URL}{told['id']}/", headers=bearer(crm))
    assert (read.status_code, read.json()) == (200, told)


def test_sending_it_again_answers_200_and_stores_nothing(client: Client, crm: ApiClient):
    sent = body(occurred_at=now())

    answers = [post(client, crm, sent) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [201, 200, 200]
    assert answers[0].json() == answers[1].json() == answers[2].json()
    assert Complaint.objects.count() == Customer.objects.count() == 1


def test_another_body_with_the_same_id_answers_409_with_the_fields(client: Client, crm: ApiClient):
    sent = body(occurred_at=now())
    post(client, crm, sent)

    answer = post(client, crm, {**sent, "text": "else", "channel": "shop"})

    assert (answer.status_code, answer["Content-Type"]) == (409, PROBLEM)
    assert fields_of(answer) == {"text", "channel"}
    assert Complaint.objects.get().channel == "call"


@pytest.mark.parametrize("url", ["/api/v1/complaints", "/api/v1/complaints/"])
def test_it_answers_with_and_without_the_slash(client: Client, crm: ApiClient, url: str):
    answer = post(client, crm, body(occurred_at=now()), url=url)

    assert answer.status_code == 201
    read = client.get(f"{url.rstrip('/')}/{answer.json()['id']}", headers=bearer(crm))
    assert read.status_code == 200


def test_every_bad_field_is_named_and_nothing_is_half_stored(client: Client, crm: ApiClient):
    answer = post(client, crm, body(channel="pigeon", customer={"phone": "12"}))

    problem = answer.json()
    assert (answer.status_code, answer["Content-Type"]) == (400, PROBLEM)
    assert problem["title"] == "Bad Request"
    assert (problem["type"], problem["status"], problem["instance"]) == ("about:blank", 400, URL)
    assert fields_of(answer) == {"channel", "customer.phone"}
    assert not Complaint.objects.exists()
    assert not Customer.objects.exists()


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"topic": "none"}, {"topic"}),
        ({"brand": "nobody"}, {"brand"}),
        ({"brand": "foreign"}, {"brand"}),
        ({"brand": "foreign", "topic": "none"}, {"brand", "topic"}),
    ],
)
def test_a_foreign_brand_looks_like_an_unknown_one(
    client: Client, crm: ApiClient, fields: dict[str, str], named: set[str]
):
    make_brand("foreign")

    answer = post(client, crm, body(occurred_at=now(), **fields))

    assert (answer.status_code, fields_of(answer)) == (400, named)
    assert not Complaint.objects.exists()


@pytest.mark.parametrize(
    ("raw", "more", "status"),
    [
        pytest.param(b"", {}, 400, id="nothing"),
        pytest.param(b"{", {}, 400, id="cut off"),
        pytest.param(b"[]", {}, 400, id="a list"),
        pytest.param(b"[" * 100_000, {}, 400, id="deep"),
        pytest.param(b"\xff\xfe", {}, 400, id="not UTF-8"),
        pytest.param(b'{"text": "\\ud800"}', {}, 400, id="a lone surrogate"),
        pytest.param(b'{"text": "\\u0000"}', {}, 400, id="a NUL"),
        pytest.param(b"a" * 262_145, {}, 413, id="too large"),
        pytest.param(b"a=b", {"content_type": "text/plain"}, 415, id="plain text"),
        pytest.param(
            b"a=b", {"content_type": "application/x-www-form-urlencoded"}, 415, id="a form"
        ),
        pytest.param(b"a=b", {"content_type": "multipart/form-data"}, 415, id="parts, unbounded"),
        pytest.param(b"{}", {"content_type": ""}, 415, id="no type"),
        pytest.param(b"{}", {"HTTP_CONTENT_ENCODING": "gzip"}, 415, id="compressed"),
        pytest.param(b"{}", {"content_type": "application/json; charset=utf-16"}, 400, id="utf-16"),
        pytest.param(b"{}", {"query_params": {"format": "xml"}}, 404, id="another format"),
        pytest.param(b"{}", {"HTTP_ACCEPT": "text/html"}, 406, id="a page wanted"),
    ],
)
def test_a_bad_body_is_a_problem(
    client: Client, crm: ApiClient, raw: bytes, more: dict[str, Any], status: int
):
    answer = post(client, crm, raw, **more)

    assert (answer.status_code, answer["Content-Type"]) == (status, PROBLEM)
    assert answer.json()["status"] == status
    assert answer["Cache-Control"] == "no-store"
    assert not Complaint.objects.exists()


def test_without_a_token_401_says_so(client: Client, crm: ApiClient):
    answer = post(client, {}, body())

    assert (answer.status_code, answer["Content-Type"]) == (401, PROBLEM)
    assert answer["WWW-Authenticate"].startswith("Bearer")
    assert answer.json()["detail"] == "Authentication credentials were not provided."


@pytest.mark.parametrize("token", ["Bearer nonsense", "Bearer", "Basic YTpi", "Bearer \x00é", "é"])
def test_a_wrong_token_is_401(client: Client, crm: ApiClient, token: str):
    assert post(client, {"Authorization": token}, body()).status_code == 401


def test_a_token_in_the_address_is_none(client: Client, crm: ApiClient):
    token = bearer(crm)["Authorization"].removeprefix("Bearer ")

    answer = post(client, {}, body(), url=f"{URL}?access_token={token}")

    assert answer.status_code == 401


def test_each_call_needs_its_scope(client: Client, crm: ApiClient):
    complaint = make_complaint()

    write = post(client, bearer(crm, "complaints:read"), body())
    read = client.get(f"{URL}{complaint.pk}/", headers=bearer(crm, "complaints:write"))

    assert (write.status_code, write["Content-Type"]) == (403, PROBLEM)
    assert (read.status_code, read["Content-Type"]) == (403, PROBLEM)
    assert not Complaint.objects.filter(source="crm").exists()


def test_a_client_reads_its_brands_and_regions_and_no_other(client: Client, crm: ApiClient):
    own = make_complaint()
    unplaced = make_complaint(region=None, placing="waiting", point=None, precision="")
    brand = make_complaint(brand=make_brand("foreign"))
    region = make_complaint(region=make_region("far", lon=80, lat=55))

    statuses = [
        client.get(f"{URL}{one.pk}/", headers=bearer(crm)).status_code
        for one in (own, unplaced, brand, region)
    ]

    assert statuses == [200, 200, 404, 404]


@pytest.mark.parametrize(
    "path",
    [
        f"{URL}0/",
        f"{URL}{2**63}/",
        f"{URL}{'9' * 5000}/",
        f"{URL}-1/",
        f"{URL}abc",
        f"{URL}1/more/",
        "/api/",
        "/api",
        "/api/v1",
        "/api/v2/complaints/",
    ],
)
def test_what_is_not_there_is_a_problem_too(client: Client, crm: ApiClient, path: str):
    answer = client.get(path, headers=bearer(crm))

    assert (answer.status_code, answer["Content-Type"]) == (404, PROBLEM)


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_another_method_is_a_problem(client: Client, crm: ApiClient, method: str):
    answer = getattr(client, method)(URL, headers=bearer(crm))

    assert (answer.status_code, answer["Content-Type"]) == (405, PROBLEM)
    assert "POST" in answer["Allow"]


@pytest.mark.parametrize("query", ["a=%zz", "a=%00", "a=\x00", "%", "a=&&=", "lang=xx", "é=ü"])
def test_a_broken_query_breaks_nothing(client: Client, crm: ApiClient, query: str):
    answer = client.post(
        f"{URL}?{query}", json.dumps(body(occurred_at=now())), JSON, headers=bearer(crm)
    )

    assert answer.status_code in {201, 400}


def test_more_requests_than_allowed_in_a_minute_wait(client: Client, crm: ApiClient, settings: Any):
    settings.API_REQUESTS_PER_MINUTE = 2
    other = make_api_client("bot")

    statuses = [post(client, crm, body(occurred_at=now())).status_code for _ in range(2)]
    answer = post(client, crm, body())

    assert statuses == [201, 409]
    assert (answer.status_code, answer["Content-Type"]) == (429, PROBLEM)
    assert 0 < int(answer["Retry-After"]) <= 60
    assert post(client, other, body(occurred_at=now())).status_code == 201


def test_more_than_a_client_sends_in_a_day_is_not_taken(client: Client, crm: ApiClient, settings):
    """Tickets of 256 KB, six thousand a minute, fill the disk that all brands share."""
    sent = body(occurred_at=now(), text="x" * 2000)
    settings.API_BYTES_PER_DAY = 6000
    other = make_api_client("bot")

    statuses = [
        post(client, crm, {**sent, "external_id": str(number)}).status_code for number in range(3)
    ]
    read = client.get(URL, headers=bearer(crm))

    assert statuses == [201, 201, 429]
    assert read.status_code == 200
    assert post(client, other, sent).status_code == 201


def test_a_database_that_dies_under_a_request_answers_503(
    client: Client, crm: ApiClient, caplog: pytest.LogCaptureFixture
):
    headers = bearer(crm)
    with (
        psycopg.connect(**connection.get_connection_params()) as other,
        connection.cursor() as cursor,
        caplog.at_level(logging.CRITICAL),
    ):
        other.execute("LOCK TABLE complaints_complaint")
        cursor.execute("SET LOCAL lock_timeout = '50ms'")
        answer = post(client, headers, body(occurred_at=now()))

    assert (answer.status_code, answer["Content-Type"]) == (503, PROBLEM)
    assert answer["Retry-After"] == "5"


def test_the_number_of_queries_does_not_grow_with_what_is_stored(client: Client, crm: ApiClient):
    def queries(external_id: str) -> int:
        sent = body(external_id=external_id, occurred_at=now())
        headers = bearer(crm)
        with CaptureQueriesContext(connection) as captured:
            assert post(client, headers, sent).status_code == 201
        return len(captured)

    few = queries("first")
    for number in range(20):
        make_topic(f"t{number}")
        crm.brands.add(make_brand(f"b{number}"))
        make_complaint()

    assert queries("last") == few
    assert few <= 16


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=10,
)


@settings(
    deadline=None,
    max_examples=60,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(fields=st.dictionaries(st.sampled_from([*body(), "other"]), json_values))
def test_no_json_breaks_it(client: Client, crm: ApiClient, fields: dict[str, Any]):
    answer = post(client, crm, {**body(occurred_at=now()), **fields})

    assert answer.status_code in {200, 201, 400, 409}
    assert answer["Content-Type"] == (JSON if answer.status_code < 300 else PROBLEM)


@settings(
    deadline=None,
    max_examples=60,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(raw=st.binary() | json_values.map(lambda value: json.dumps(value).encode()))
def test_no_bytes_break_it(client: Client, crm: ApiClient, raw: bytes):
    assert post(client, crm, raw).status_code == 400
