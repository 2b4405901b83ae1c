"""Files of codes, the limits, and what may be said of ratings before and after a gift."""

from contextlib import suppress
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaints.csv_lines import FaultyLinesError, UnreadableFileError, lines_of
from feedback.goodwill.codes import codes_of
from feedback.goodwill.effect import paired
from feedback.goodwill.limits import Given, Limit, why_not

LIMIT = Limit(
    per_customer=2,
    per_giver=10,
    money_per_gift=Decimal(500),
    money_per_giver=Decimal(3000),
    money_with_second=Decimal(900),
)
NOTHING = Given(0, 0, Decimal(0), Decimal(0))


@given(st.integers(0, 1200), st.booleans())
def test_a_second_person_raises_the_limit_of_one_gift_and_no_other(cost, confirmed):
    def why(limit):
        return why_not(Decimal(cost), limit=limit, budget=None, given=NOTHING, confirmed=confirmed)

    assert (why(LIMIT) is None) == (cost <= (900 if confirmed else 500))
    assert (why(replace(LIMIT, money_with_second=Decimal(0))) is None) == (cost <= 500)
    spent = replace(LIMIT, money_per_giver=Decimal(100))
    assert (why(spent) is None) == (cost <= 100)


@pytest.mark.parametrize(
    "content",
    [
        b"code\nAAAA-1\nBBBB-2\n",
        b"\xef\xbb\xbfid;Code\r\n1;AAAA-1\r\n\r\n2; BBBB-2 \r\n",
        "имя;code\nя;AAAA-1\nю;BBBB-2".encode("cp1251"),
    ],
)
def test_a_file_is_read_as_excel_writes_it(content):
    assert [*codes_of(content)] == ["AAAA-1", "BBBB-2"]


def test_each_line_that_is_wrong_is_named_and_nothing_is_taken():
    with pytest.raises(FaultyLinesError) as refused:
        codes_of(b"code\nAAAA-1\n=cmd\nAAAA-1\nAB\n")

    told = [(fault.line, fault.why) for fault in refused.value.faults]
    assert told == [(3, "not_a_code"), (4, "twice"), (5, "not_a_code")]


@pytest.mark.parametrize("content", [b"", b"number\n1\n", b"code\n\0\n", b'code\n"AAAA\n'])
def test_what_is_no_file_of_codes_is_refused(content):
    with pytest.raises(UnreadableFileError):
        codes_of(content)


def test_a_file_has_an_end():
    with pytest.raises(UnreadableFileError):
        lines_of(b"code\n" + b"x\n" * 11, ("code",), most=10)


@given(st.binary(max_size=200))
def test_any_bytes_are_taken_or_refused_in_words(content):
    with suppress(UnreadableFileError, FaultyLinesError):
        codes_of(b"code\n" + content)


@pytest.mark.parametrize(
    ("cost", "given", "budget", "expected"),
    [
        (500, {}, None, None),
        (501, {}, None, "gift"),
        (500, {"to_customer": 2}, None, "customer"),
        (500, {"by_giver": 10}, None, "giver"),
        (500, {"money_of_giver": Decimal(2500)}, None, None),
        (500, {"money_of_giver": Decimal(2501)}, None, "givers_money"),
        (500, {"money_of_brand": Decimal(9500)}, 10_000, None),
        (500, {"money_of_brand": Decimal(9501)}, 10_000, "budget"),
    ],
)
def test_a_gift_stays_within_every_limit(cost, given, budget, expected):
    found = why_not(
        Decimal(cost),
        limit=LIMIT,
        budget=Decimal(budget) if budget else None,
        given=replace(NOTHING, **given),
    )

    assert found == expected


def test_a_role_without_a_limit_gives_nothing():
    assert why_not(Decimal(1), limit=None, budget=None, given=NOTHING) == "role"


def test_few_pairs_say_nothing_and_many_have_an_interval_about_the_mean_change():
    assert paired([]) is None
    assert paired([(1, 5)] * 9).change is None
    many = paired([(2, 4), (3, 3)] * 50)
    assert (many.before, many.after, many.change.value) == (2.5, 3.5, 1.0)
    assert many.change.low == pytest.approx(1 - 1.96 * 1.00504 / 10, abs=1e-3)
