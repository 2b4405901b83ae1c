"""The life of a case cut into stretches of a calendar."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spots.cases.page.bins import LEAST, MOST, TICKS, Unit, Usual, bins_of, scale, usual_in

MOSCOW, BERLIN = ZoneInfo("Europe/Moscow"), ZoneInfo("Europe/Berlin")
NOON = datetime(2026, 3, 25, 12, 30, tzinfo=UTC)
EARLY = datetime(2015, 1, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("age", "unit", "count"),
    [
        pytest.param(timedelta(), Unit.HOUR, LEAST, id="just begun"),
        pytest.param(timedelta(hours=3), Unit.HOUR, LEAST, id="three hours"),
        pytest.param(timedelta(days=2), Unit.HOUR, 50, id="two days"),
        pytest.param(timedelta(hours=118), Unit.HOUR, 120, id="the last by the hour"),
        pytest.param(timedelta(hours=119), Unit.DAY, LEAST, id="the first by the day"),
        pytest.param(timedelta(days=100), Unit.DAY, 102, id="a hundred days"),
        pytest.param(timedelta(days=730), Unit.WEEK, 106, id="two years"),
        pytest.param(timedelta(days=365 * 5), Unit.MONTH, 62, id="five years"),
        pytest.param(timedelta(days=365 * 15), Unit.MONTH, MOST, id="fifteen years"),
    ],
)
def test_the_older_the_case_the_coarser_the_bins(age, unit, count):
    bins = bins_of(NOON - age, NOON, zone=MOSCOW)

    assert (bins.unit, len(bins)) == (unit, count)


def test_days_begin_at_the_readers_midnight():
    bins = bins_of(NOON - timedelta(days=20), NOON, zone=MOSCOW)

    assert {edge.astimezone(MOSCOW).hour for edge in bins.edges} == {0}
    assert bins.edges[-1].astimezone(MOSCOW).date().isoformat() == "2026-03-26"


def test_weeks_begin_on_monday_and_months_on_their_first_day():
    weeks = bins_of(NOON - timedelta(days=400), NOON, zone=MOSCOW)
    months = bins_of(NOON - timedelta(days=2000), NOON, zone=MOSCOW)

    assert {edge.astimezone(MOSCOW).weekday() for edge in weeks.edges} == {0}
    assert {edge.astimezone(MOSCOW).day for edge in months.edges} == {1}


@pytest.mark.parametrize(
    ("night", "hours"),
    [
        pytest.param(datetime(2026, 3, 29, 12, tzinfo=UTC), 23, id="clocks go forward"),
        pytest.param(datetime(2026, 10, 25, 12, tzinfo=UTC), 25, id="clocks go back"),
    ],
)
def test_a_day_in_which_clocks_change_is_shorter_or_longer(night, hours):
    bins = bins_of(night - timedelta(days=10), night, zone=BERLIN)

    assert bins.edges[-1] - bins.edges[-2] == hours * HOUR
    assert bins.edges[-2] - bins.edges[-3] == 24 * HOUR


def test_an_hour_that_a_clock_repeats_is_two():
    morning = datetime(2026, 10, 25, 6, tzinfo=UTC)

    bins = bins_of(morning - 11 * HOUR, morning, zone=BERLIN)

    assert {b - a for a, b in zip(bins.edges, bins.edges[1:], strict=False)} == {HOUR}
    shown = [edge.astimezone(BERLIN).hour for edge in bins.edges]
    assert shown.count(2) == 2


@given(
    since=st.integers(0, 25 * 365 * 24 * 60).map(lambda m: EARLY + timedelta(minutes=m)),
    age=st.timedeltas(timedelta(), timedelta(days=365 * 9)),
    zone=st.sampled_from(["UTC", "Europe/Berlin", "Asia/Kolkata", "America/St_Johns"]),
)
def test_bins_hold_both_moments_rise_and_are_never_too_many(since, age, zone):
    bins = bins_of(since, since + age, zone=ZoneInfo(zone))

    assert bins.edges[0] < since
    assert bins.edges[-2] <= since + age < bins.edges[-1]
    assert list(bins.edges) == sorted(set(bins.edges))
    assert LEAST <= len(bins) <= MOST


def test_a_moment_lies_along_the_bins():
    bins = bins_of(NOON, NOON, zone=MOSCOW)

    assert bins.position(NOON) == pytest.approx((LEAST - 0.5) / LEAST)
    assert bins.position(NOON - timedelta(days=9)) == 0
    assert bins.position(NOON + timedelta(days=9)) == 1


def test_what_is_usual_is_spread_evenly_where_no_week_is_known():
    bins = bins_of(NOON, NOON, zone=MOSCOW)

    found = usual_in(bins, Usual(0.9, NOON - 3 * HOUR, NOON))

    assert found == pytest.approx([0.3] * LEAST)


def test_what_is_usual_follows_the_week_by_its_hours():
    bins = bins_of(NOON, NOON, zone=MOSCOW)
    week = [4.0 if hour % 24 == 12 else 1.0 for hour in range(168)]

    # 11:00 to 13:00 bring 1 + 4 of the week's numbers
    since = NOON.replace(hour=11, minute=0)
    found = usual_in(bins, Usual(2.5, since, since + 2 * HOUR, week))

    assert found[-1] == pytest.approx(2.0)  # of 12:00
    assert found[:-1] == pytest.approx([0.5] * (LEAST - 1))


def test_what_is_usual_in_a_week_is_that_of_all_its_hours():
    bins = bins_of(NOON - timedelta(days=400), NOON, zone=MOSCOW)
    week = [float(hour % 24) for hour in range(168)]

    found = usual_in(bins, Usual(1.0, NOON - timedelta(days=7), NOON, week))

    assert found == pytest.approx([1.0] * len(bins))


@pytest.mark.parametrize("week", [(), [0.0] * 168], ids=["no time", "no complaint"])
def test_nothing_is_usual_where_it_cannot_be_known(week):
    bins = bins_of(NOON, NOON, zone=MOSCOW)
    until = NOON if not week else NOON + HOUR

    assert usual_in(bins, Usual(1.0, NOON, until, week)) == []


@pytest.mark.parametrize(
    ("most", "expected"),
    [
        (0, [0, 1]),
        (1, [0, 1]),
        (3.2, [0, 1, 2, 3, 4]),
        (9, [0, 5, 10]),
        (41, [0, 20, 40, 60]),
        (100_000, [0, 50_000, 100_000]),
    ],
)
def test_the_axis_has_few_round_numbers(most, expected):
    assert scale(most) == expected
    assert len(scale(most)) <= TICKS + 1
