"""What is a complaint, and what is refused at the border."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaints.intake.fingerprint import FIELD_BYTES, FIELDS, differing, fingerprint
from complaints.intake.sent import SentComplaint, UnreadableError, read, read_row
from tests.complaints.intake.bodies import body, sent
from tests.factories import NOW


def refused(raw: bytes) -> dict[str, str]:
    """{field: code} of what `read` says about a body."""
    with pytest.raises(UnreadableError) as error:
        read(raw, now=NOW)
    return {refusal.field: refusal.code for refusal in error.value.refusals}


def test_a_complaint_is_read_as_it_was_sent():
    complaint = read(json.dumps(body()).encode(), now=NOW)

    assert complaint.customer is not None
    assert complaint.place is not None
    assert (complaint.external_id, complaint.topic) == ("SR-1", "no_signal")
    assert (complaint.customer.phone, complaint.customer.email) == (
        "+79161234512",
        "ana@example.org",
    )
    assert (complaint.place.lon, complaint.place.lat) == (37.6, 55.75)


@pytest.mark.parametrize(
    "fields",
    [
        pytest.param({"customer": ...}, id="an unknown customer"),
        pytest.param({"customer": {"phone": "8 (916) 123-45-12"}}, id="a phone only"),
        pytest.param({"customer": {"email": "Ana@Example.org"}}, id="an e-mail only"),
        pytest.param({"customer": {"id": "1", "phone": "", "email": None}}, id="empty contacts"),
        pytest.param({"text": ...}, id="no text"),
        pytest.param({"text": "a" * 5000}, id="the longest text"),
        pytest.param({"text": "😀 tab\t and\r\nlines"}, id="emoji, tab, lines"),
        pytest.param({"point": ..., "precision": ...}, id="an address only"),
        pytest.param({"address": ...}, id="a point only"),
        pytest.param({"address": None, "precision": None}, id="nulls"),
        pytest.param({"point": {"lon": 0, "lat": 0}, "address": ...}, id="null island"),
        pytest.param({"point": {"lon": 180, "lat": -90}}, id="the corner of the world"),
        pytest.param({"occurred_at": "2026-03-25T13:09:00+03:00"}, id="another offset"),
        pytest.param({"occurred_at": "2026-03-25T10:09:59Z"}, id="a clock ten minutes ahead"),
    ],
)
def test_good_bodies_are_taken(fields: dict[str, Any]):
    assert read(json.dumps(body(**fields)).encode(), now=NOW)


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"external_id": ...}, "external_id"),
        ({"external_id": "  "}, "external_id"),
        ({"external_id": "a" * 101}, "external_id"),
        ({"external_id": "a\x00b"}, "external_id"),
        ({"external_id": "a\nb"}, "external_id"),
        ({"external_id": 17}, "external_id"),
        ({"brand": ...}, "brand"),
        ({"brand": "two words"}, "brand"),
        ({"topic": None}, "topic"),
        ({"channel": "pigeon"}, "channel"),
        ({"text": "a" * 5001}, "text"),
        ({"text": "a\x00b"}, "text"),
        ({"text": "a\x1bb"}, "text"),
        ({"text": ["a"]}, "text"),
        ({"point": ..., "precision": ..., "address": ...}, "address"),
        ({"point": ..., "precision": ..., "address": "  "}, "address"),
        ({"point": ...}, "precision"),
        ({"precision": "exact"}, "precision"),
        ({"point": {"lon": 180.1, "lat": 0}}, "point.lon"),
        ({"point": {"lon": 0, "lat": -90.1}}, "point.lat"),
        ({"point": {"lon": "37.6", "lat": 55}}, "point.lon"),
        ({"point": {"lon": True, "lat": 55}}, "point.lon"),
        ({"point": {"lat": 55}}, "point.lon"),
        ({"point": [37.6, 55.75]}, "point"),
        ({"point": {"lon": float("nan"), "lat": 55}}, "point.lon"),
        ({"point": {"lon": float("inf"), "lat": 55}}, "point.lon"),
        ({"point": {"lon": 10**400, "lat": 55}}, "point.lon"),
        ({"customer": {}}, "customer.id"),
        ({"customer": {"id": "", "phone": " "}}, "customer.id"),
        ({"customer": {"phone": "12"}}, "customer.phone"),
        ({"customer": {"phone": "no"}}, "customer.phone"),
        ({"customer": {"phone": "+79161234512" * 9}}, "customer.phone"),
        ({"customer": {"email": "ana@"}}, "customer.email"),
        ({"customer": {"email": "ana at example.org"}}, "customer.email"),
        ({"customer": {"id": "1", "ltv": -1}}, "customer.ltv"),
        ({"customer": {"id": "1", "debt": -1}}, "customer.debt"),
        ({"customer": {"id": "1", "balance": -1e11}}, "customer.balance"),
        ({"customer": {"id": "1", "ltv": 1.234}}, "customer.ltv"),
        ({"customer": {"id": "1", "ltv": 1e11}}, "customer.ltv"),
        ({"customer": {"id": "1", "ltv": float("nan")}}, "customer.ltv"),
        ({"customer": {"id": "1", "churn_risk": 1.1}}, "customer.churn_risk"),
        ({"customer": {"id": "1", "churn_risk": -0.1}}, "customer.churn_risk"),
        ({"customer": {"id": "1", "language": "rus"}}, "customer.language"),
        ({"customer": {"id": "1", "segment": "a" * 33}}, "customer.segment"),
        ({"customer": {"id": "1", "vip": True}}, "customer.vip"),
        ({"customer": "Ana"}, "customer"),
        ({"occurred_at": "2026-03-25T10:00:00"}, "occurred_at"),
        ({"occurred_at": "yesterday"}, "occurred_at"),
        ({"occurred_at": 1774432800}, "occurred_at"),
        ({"occurred_at": "2026-03-25T10:10:01Z"}, "occurred_at"),
        ({"occurred_at": "1999-12-31T23:59:59Z"}, "occurred_at"),
        ({"occurred_at": "0001-01-01T00:00:00+14:00"}, "occurred_at"),
        ({"occurred_at": "9999-12-31T23:59:59-14:00"}, "occurred_at"),
        ({"adress": "a typing error"}, "adress"),
        ({"priority": 1}, "priority"),
    ],
)
def test_a_bad_field_is_named(fields: dict[str, Any], field: str):
    assert field in refused(json.dumps(body(**fields)).encode())


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"{", id="cut off"),
        pytest.param(b"[]", id="a list"),
        pytest.param(b'"text"', id="a string"),
        pytest.param(b"null", id="null"),
        pytest.param(b"[" * 100_000, id="deep lists"),
        pytest.param(b'{"text":' * 100_000 + b"1" + b"}" * 100_000, id="deep objects"),
        pytest.param(b'{"text": "\xff\xfe"}', id="not UTF-8"),
        pytest.param(b'{"text": "\\ud800"}', id="a lone surrogate"),
        pytest.param(b"\xef\xbb\xbf{}", id="a byte order mark"),
        pytest.param(b"external_id=1", id="a form"),
    ],
)
def test_what_is_not_a_json_object_is_refused_as_a_whole(raw: bytes):
    assert set(refused(raw)) == {""}


def test_every_bad_field_is_named_at_once():
    raw = json.dumps(
        body(external_id=..., channel="pigeon", customer={"phone": "12"}, occurred_at="soon")
    ).encode()

    assert set(refused(raw)) == {"external_id", "channel", "customer.phone", "occurred_at"}


def test_a_refusal_does_not_repeat_personal_data():
    with pytest.raises(UnreadableError) as error:
        read(
            json.dumps(body(customer={"phone": "+7 916 12345", "email": "ana@"})).encode(), now=NOW
        )

    assert "12345" not in str(error.value.refusals)
    assert "ana" not in str(error.value.refusals)


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("+79161234512", "+79161234512"),
        ("79161234512", "+79161234512"),
        ("8 916 123-45-12", "+79161234512"),
        ("(916) 1234512", "+79161234512"),
        ("+375 29 123-45-67", "+375291234567"),
    ],
)
def test_phones_are_kept_as_e164(written: str, kept: str):
    complaint = sent(customer={"phone": written})

    assert complaint.customer is not None
    assert complaint.customer.phone == kept


@given(st.from_regex(r"\+7[0-9]{10}", fullmatch=True))
def test_the_quick_way_for_phones_says_what_the_library_says(phone: str):
    number = phonenumbers.parse(phone, "RU")

    assert phonenumbers.is_possible_number(number)
    assert phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164) == phone


@pytest.mark.parametrize("point", [{"lon": 0, "lat": 0}, {"lon": 0.000_009, "lat": -0.000_009}])
def test_null_island_is_nowhere(point: dict[str, float]):
    assert sent(point=point).place is None


@pytest.mark.parametrize("point", [{"lon": 0.000_02, "lat": 0}, {"lon": 0, "lat": 51.5}])
def test_a_metre_from_null_island_is_somewhere(point: dict[str, float]):
    assert sent(point=point).place == sent(point=point).point


def test_a_rows_numbers_may_be_text():
    row = body(point={"lon": "37.6", "lat": "55.75"}, customer={"id": "1", "ltv": "12.50"})

    complaint = read_row(row, now=NOW)

    assert complaint.place is not None
    assert complaint.place.lon == 37.6


def test_a_row_with_a_lone_surrogate_is_refused():
    with pytest.raises(UnreadableError):
        read_row(body(text="caf\udce9"), now=NOW)


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({}, ()),
        ({"occurred_at": "2026-03-25T12:55:00+03:00"}, ()),
        ({"text": "  Нет связи дома\nуже час "}, ()),
        ({"text": "else"}, ("text",)),
        ({"text": ...}, ("text",)),
        ({"brand": "other", "topic": "slow"}, ("brand", "topic")),
        ({"point": {"lon": 37.6, "lat": 55.7500001}}, ("point",)),
        ({"point": ..., "precision": ...}, ("point", "precision")),
        (
            {"customer": {"id": "c-17"}},
            tuple(
                f"customer.{name}"
                for name in (
                    *("phone", "email", "segment", "ltv", "language", "churn_risk"),
                    *("balance", "debt"),
                )
            ),
        ),
        ({"occurred_at": "2026-03-25T12:55:01+03:00"}, ("occurred_at",)),
        ({"customer": {**body()["customer"], "churn_risk": 0}}, ("customer.churn_risk",)),
    ],
)
def test_a_fingerprint_tells_which_fields_differ(fields: dict[str, Any], named: tuple[str, ...]):
    assert differing(fingerprint(sent()), fingerprint(sent(**fields))) == named


def test_what_was_stored_before_a_field_was_known_is_compared_without_it():
    customer = body()["customer"]
    del customer["balance"], customer["debt"]
    stored = fingerprint(sent(customer=customer))[: -2 * FIELD_BYTES]

    assert differing(stored, fingerprint(sent(customer=customer))) == ()
    assert differing(stored, fingerprint(sent(customer=customer, text="else"))) == ("text",)


def test_a_fingerprint_without_fields_still_tells_a_difference():
    assert differing(bytes(32), fingerprint(sent())) != ()


def test_equal_texts_of_two_complaints_have_different_fingerprints():
    one, other = (
        {whole[start : start + 4] for start in range(0, len(whole), 4)}
        for whole in (
            fingerprint(sent(external_id=external_id, tell=False))
            for external_id in ("SR-1", "SR-2")
        )
    )

    assert not one & other


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(st.sampled_from([*body(), "other"]), json_values))
def test_any_json_is_taken_or_refused_and_nothing_else(fields: dict[str, Any]):
    raw = json.dumps({**body(), **fields}).encode()

    try:
        complaint = read(raw, now=NOW)
    except UnreadableError as error:
        assert error.refusals
    else:
        assert isinstance(complaint, SentComplaint)
        assert len(fingerprint(complaint)) == 32 + 4 * len(FIELDS)


@given(st.binary())
def test_any_bytes_are_taken_or_refused_and_nothing_else(raw: bytes):
    with pytest.raises(UnreadableError):
        read(raw, now=NOW)


def test_without_a_clock_the_future_is_not_refused():
    assert sent(occurred_at=(datetime.now(UTC) + timedelta(days=9)).isoformat())


def test_a_moment_with_an_offset_that_postgresql_lacks_is_the_same_in_utc():
    told = datetime.fromisoformat("2026-03-20T18:08:19-18:13")

    complaint = read(json.dumps(body(occurred_at=told.isoformat())).encode(), now=NOW)

    assert (complaint.occurred_at, complaint.occurred_at.utcoffset()) == (told, timedelta())
