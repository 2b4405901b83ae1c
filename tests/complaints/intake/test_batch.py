"""Thousands of complaints in one request: each row for itself, and none twice."""

import json
import tracemalloc
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from complaints.bodies import has_more_values
from complaints.intake.many import NDJSON, NoRowsError, Refused, read_array, read_lines
from complaints.intake.sent import UnreadableError, read
from complaints.models import Complaint
from heatmaps_project.models import ApiClient
from tests.complaints.intake.bodies import body, make_places
from tests.factories import NOW, bearer, make_api_client, make_brand

URL = "/api/v1/complaints/batch/"
pytestmark = pytest.mark.django_db


@pytest.fixture
def crm() -> ApiClient:
    cache.clear()
    make_places()
    return make_api_client("crm")


def post(client: Client, crm: ApiClient, sent: Any, kind: str = "application/json", **headers: str):
    data = sent if isinstance(sent, bytes) else json.dumps(sent).encode()
    return client.post(URL, data, kind, headers={**bearer(crm), **headers})


def results(answer: Any) -> list[str]:
    assert answer.status_code == 200, answer.content
    return [one["result"] for one in answer.json()["results"]]


def row(external_id: str, **fields: Any) -> dict[str, Any]:
    return body(external_id=external_id, **fields)


def test_each_row_is_answered_and_a_bad_one_costs_no_good_one(client, crm):
    make_brand("foreign")
    first = post(client, crm, [row("1"), row("2")])
    assert results(first) == ["created", "created"]

    answer = post(
        client,
        crm,
        [
            row("1"),
            row("2", text="else"),
            row("3", channel="pigeon", customer={"phone": "12"}),
            row("4", brand="foreign"),
            "no complaint",
            row("5"),
            row("5"),
        ],
    )

    told = answer.json()
    assert results(answer) == [
        *("exists", "conflict", "invalid", "invalid", "invalid", "created", "exists")
    ]
    counts = {name: told[name] for name in ("created", "exists", "conflict", "invalid")}
    assert counts == {"created": 1, "exists": 2, "conflict": 1, "invalid": 3}
    named = [{error["field"] for error in one["errors"]} for one in told["results"]]
    assert named[1:5] == [{"text"}, {"channel", "customer.phone"}, {"brand"}, {""}]
    assert [one["external_id"] for one in told["results"]] == ["1", "2", "3", "4", None, "5", "5"]
    assert told["results"][2]["id"] is None
    assert Complaint.objects.count() == 3


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\n\n"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_a_line_is_a_complaint_in_ndjson(client, crm, end, mark):
    lines = [json.dumps(row("1")).encode(), b'{"external_id": ', json.dumps(row("2")).encode()]

    answer = post(client, crm, mark + end.join(lines) + end, NDJSON)

    assert results(answer) == ["created", "invalid", "created"]


def test_a_text_that_is_no_unicode_costs_its_own_row_only(client, crm):
    broken = json.dumps(row("2")).replace("SR", "SR").replace("Нет", "").encode()
    broken = broken.replace(b'"text": "', b'"text": "\\ud800')

    answer = post(client, crm, b"[" + json.dumps(row("1")).encode() + b"," + broken + b"]")

    assert results(answer) == ["created", "invalid"]


@pytest.mark.parametrize(
    ("raw", "status"),
    [
        pytest.param(b"", 400, id="nothing"),
        pytest.param(b"{}", 400, id="no array"),
        pytest.param(b"[{}", 400, id="cut off"),
        pytest.param(b"[" * 100_000, 400, id="deep"),
        pytest.param(b"[" + b"1," * 5000 + b"1]", 400, id="too many"),
        pytest.param(b"[]", 200, id="none"),
    ],
)
def test_what_is_no_list_of_rows_is_a_problem(client, crm, raw, status):
    assert post(client, crm, raw).status_code == status


def test_lines_beyond_what_is_taken_fill_no_memory():
    body = b"1\n" * 4_000_000

    tracemalloc.start()
    with pytest.raises(NoRowsError):
        read_lines(body, now=NOW)
    assert tracemalloc.get_traced_memory()[1] < 4e6  # each line as an object: 136 MB
    tracemalloc.stop()


MANY = b"[" + b"{}," * 1_000_000 + b"1]"


@pytest.mark.parametrize("body", [MANY, b"[" + MANY + b"]", b'["' + b'","' * 3_000_000 + b'"]'])
def test_an_array_of_more_values_than_complaints_have_fills_no_memory(body):
    tracemalloc.start()
    with pytest.raises(NoRowsError, match="more values"):
        read_array(body, now=NOW)
    assert tracemalloc.get_traced_memory()[1] < 4 * len(body)  # each an object: 24 times as much
    tracemalloc.stop()


def test_commas_within_words_are_no_values():
    said = json.dumps([{"external_id": "1", "text": '\\ a, [ {" ' * 90_000}]).encode()

    assert not has_more_values(said, 5)
    assert has_more_values(said, 2)


@pytest.mark.parametrize(
    "read", [read_lines, lambda body, now: read_array(b"[%b]" % body, now=now)]
)
def test_a_row_longer_than_one_complaint_may_be_is_refused_unread(read):
    long = b'{"external_id":"x","a":[' + b"{}," * 90_000 + b"1]}"

    [row] = read(long, now=NOW)

    assert isinstance(row, Refused)
    assert [one.code for one in row.refusals] == ["too_long"]


@pytest.mark.parametrize(
    "read", [read_lines, lambda body, now: read_array(b"[%b]" % b",".join(body.split()), now=now)]
)
def test_of_a_row_so_much_is_told_as_can_be_wrong_with_a_complaint(read):
    """A megabyte of names that no complaint has took two hundred of memory."""
    many = b"{%b}\n" % b",".join(b'"%d":1' % n for n in range(20_000))
    some = b"{%b}\n" % b",".join(b'"%d":1' % n for n in range(60))

    rows = read(many * 2 + some, now=NOW)

    assert [[one.code for one in row.refusals] for row in rows[:2]] == [["too_many"]] * 2
    assert len(rows[2].refusals) == 50


def test_one_complaint_is_told_fifty_fields_at_most(client, crm):
    sent = json.dumps({str(n): 1 for n in range(20_000)}).encode()

    answer = client.post("/api/v1/complaints/", sent, "application/json", headers=bearer(crm))

    assert answer.status_code == 400
    assert len(answer.json()["errors"]) == 50


def test_a_body_over_the_limit_is_413(client, crm, settings):
    settings.API_BATCH_BYTES = 100

    answer = post(client, crm, [row("1")])

    assert (answer.status_code, answer["Content-Type"]) == (413, "application/problem+json")


def test_the_same_key_with_the_same_body_is_answered_and_with_another_refused(client, crm):
    key = {"Idempotency-Key": "job-17"}

    answers = [post(client, crm, [row("1")], **key) for _ in range(2)]
    other = post(client, crm, [row("2")], **key)
    of_another = post(client, make_api_client("bot"), [row("2")], **key)

    assert [results(answer) for answer in answers] == [["created"], ["exists"]]
    assert (other.status_code, of_another.status_code) == (422, 200)
    assert Complaint.objects.filter(source="crm").count() == 1


def test_a_key_of_a_refused_complaint_can_be_used_again(client, crm):
    headers = {**bearer(crm), "Idempotency-Key": "k"}
    url = URL.replace("batch/", "")

    answers = [
        client.post(url, json.dumps(sent), "application/json", headers=headers).status_code
        for sent in (row("1", topic="none"), row("1"), row("1"), row("2"))
    ]

    assert answers == [400, 201, 200, 422]


def test_five_thousand_rows_take_as_many_queries_as_twenty(client, crm):
    def queries(rows: list[dict[str, Any]]) -> int:
        headers = bearer(crm)
        with CaptureQueriesContext(connection) as captured:
            answer = client.post(URL, json.dumps(rows), "application/json", headers=headers)
        assert set(results(answer)) == {"created"}
        return len(captured)

    few = queries([row(f"one of {number}") for number in range(20)])

    assert queries([row(str(number)) for number in range(300)]) == few


plain = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20)
values = st.recursive(
    plain,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
# What a complaint nearly is, and what none is at all.
rows = (
    st.dictionaries(
        st.sampled_from([*body(), "other"]), values | st.sampled_from(["call", "demo", ""])
    ).map(lambda fields: {**body(), **fields})
    | st.dictionaries(st.sampled_from(["phone", "email", "id", "ltv"]), values).map(
        lambda fields: body(customer=fields)
    )
    | values
)


def alone(raw: bytes) -> Any:
    try:
        return read(raw, now=NOW)
    except UnreadableError as error:
        return [(one.field, one.code) for one in error.refusals]


def together(one: Any) -> Any:
    if isinstance(one, Refused):
        return [(refusal.field, refusal.code) for refusal in one.refusals]
    return one


@examples(deadline=None, max_examples=300)
@given(sent=st.lists(rows, min_size=1, max_size=3))
def test_a_batch_refuses_the_same_rows_as_they_are_refused_alone(sent: list[Any]):
    raws = [json.dumps(value).encode() for value in sent]

    in_array = read_array(b"[" + b",".join(raws) + b"]", now=NOW)
    in_lines = read_lines(b"\n".join(raws), now=NOW)

    expected = [alone(raw) for raw in raws]
    assert [together(one) for one in in_lines] == expected
    for one, other, raw in zip(in_array, expected, raws, strict=True):
        # What is no JSON of its own (NaN, half a surrogate) is refused in other words.
        assert together(one) == other or (isinstance(one, Refused) and isinstance(other, list)), raw
