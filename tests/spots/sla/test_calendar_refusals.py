"""What a calendar refuses, each with a ValueError."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from spots.sla.calendar import WorkCalendar

WEEK = {day: [("09:00", "18:00")] for day in range(5)}
CALENDAR = WorkCalendar("Europe/Moscow", WEEK)
MONDAY = datetime(2024, 6, 10, 9, tzinfo=UTC)
NAIVE = MONDAY.replace(tzinfo=None)
HOUR = timedelta(hours=1)

MALFORMED_TIMES = [
    *("", "nine", "9", "9:00", "09.00", "0900", "09:00:00", "24:01", "25:00", "09:60", "-1:00"),
    *(" 09:00", "09:00\n", "٠٩:٠٠", None, 9),
]
MALFORMED_DATES = [
    *("", "May", "2024-02-30", "2023-02-29", "2024-13-01", "0000-01-01", "2024-5-1", "20240501"),
    *("2024-W18-3", "01.05.2024", "2024-05-01T00:00", "2024-05-01 ", None, 20240501),
]


@pytest.mark.parametrize(
    "zone", ["Europe/Atlantis", "", "Europe", "../etc/passwd", "/etc/localtime", "zone.tab", None]
)
def test_an_unknown_zone_is_refused(zone):
    with pytest.raises(ValueError, match="time zone"):
        WorkCalendar(zone, WEEK)


@pytest.mark.parametrize("weekday", [-1, 7, "0", "Monday", None, 0.5])
def test_a_weekday_outside_of_the_week_is_refused(weekday):
    with pytest.raises(ValueError, match="weekday"):
        WorkCalendar("Europe/Moscow", WEEK | {weekday: [("09:00", "18:00")]})


@pytest.mark.parametrize("time", MALFORMED_TIMES)
def test_a_malformed_time_is_refused(time):
    with pytest.raises(ValueError, match="not a time"):
        WorkCalendar("Europe/Moscow", {0: [(time, "18:00")]})
    with pytest.raises(ValueError, match="not a time"):
        WorkCalendar("Europe/Moscow", WEEK, exceptions={"2024-05-01": [("00:00", time)]})


@pytest.mark.parametrize("date", MALFORMED_DATES)
def test_a_malformed_date_is_refused(date):
    with pytest.raises(ValueError):
        WorkCalendar("Europe/Moscow", WEEK, holidays=[date])
    with pytest.raises(ValueError):
        WorkCalendar("Europe/Moscow", WEEK, exceptions={date: []})


@pytest.mark.parametrize(
    "spans",
    [
        pytest.param([("18:00", "09:00")], id="end before start"),
        pytest.param([("09:00", "09:00")], id="end at start"),
        pytest.param([("18:00", "00:00")], id="midnight that begins the day"),
        pytest.param([("24:00", "24:00")], id="nothing at midnight"),
        pytest.param([("09:00", "13:00"), ("12:59", "18:00")], id="overlapping"),
        pytest.param([("12:59", "18:00"), ("09:00", "13:00")], id="overlapping, unsorted"),
        pytest.param([("09:00", "18:00"), ("10:00", "11:00")], id="nested"),
        pytest.param([("09:00", "18:00"), ("09:00", "18:00")], id="twice"),
        pytest.param([("09:00",)], id="half a span"),
        pytest.param([("09:00", "12:00", "18:00")], id="one and a half spans"),
        pytest.param(["09:00"], id="a time instead of a span"),
    ],
)
def test_spans_that_make_no_day_are_refused(spans):
    with pytest.raises(ValueError):
        WorkCalendar("Europe/Moscow", {0: spans})
    with pytest.raises(ValueError):
        WorkCalendar("Europe/Moscow", WEEK, exceptions={"2024-05-01": spans})


@pytest.mark.parametrize(
    ("week", "exceptions"),
    [({}, {}), ({0: [], 6: ()}, {}), ({}, {"2024-05-01": []}), (None, None)],
)
def test_a_calendar_without_working_time_is_refused(week, exceptions):
    with pytest.raises(ValueError, match="no working time"):
        WorkCalendar("Europe/Moscow", week, exceptions=exceptions)


@pytest.mark.parametrize(
    "minutes",
    [-1, -0.001, -1e-12, float("-inf"), float("inf"), float("nan"), 1e308, Decimal("NaN")],
)
def test_minutes_that_are_negative_or_not_finite_are_refused(minutes):
    with pytest.raises(ValueError, match="minutes"):
        CALENDAR.due(MONDAY, minutes)


@pytest.mark.parametrize("minutes", [10**9, 1e12, 1e300, 10**400])
def test_more_minutes_than_a_calendar_will_ever_have_are_refused_soon(minutes):
    with pytest.raises(ValueError, match="has not"):
        CALENDAR.due(MONDAY, minutes)


def test_a_calendar_that_runs_out_of_exceptions_refuses():
    calendar = WorkCalendar("Europe/Moscow", {}, exceptions={"2024-06-11": [("09:00", "18:00")]})

    assert calendar.due(MONDAY, 540) == datetime(2024, 6, 11, 15, tzinfo=UTC)
    with pytest.raises(ValueError, match="has not"):
        calendar.due(MONDAY, 541)
    with pytest.raises(ValueError, match="has not"):
        calendar.due(MONDAY + 48 * HOUR, 1)
    with pytest.raises(ValueError, match="has not"):
        calendar.due(MONDAY, 540, [(MONDAY, MONDAY + 24 * HOUR)])


def test_naive_moments_are_refused():
    for refused in (
        lambda: CALENDAR.due(NAIVE, 0),
        lambda: CALENDAR.due(NAIVE, 60),
        lambda: CALENDAR.worked(NAIVE, MONDAY),
        lambda: CALENDAR.worked(MONDAY, NAIVE),
    ):
        with pytest.raises(ValueError, match="no time zone"):
            refused()


@pytest.mark.parametrize(
    "pause",
    [
        pytest.param((NAIVE, None), id="naive beginning"),
        pytest.param((NAIVE, MONDAY), id="naive beginning, aware end"),
        pytest.param((MONDAY, NAIVE), id="naive end"),
        pytest.param((MONDAY, MONDAY - HOUR), id="ending before it begins"),
        pytest.param((MONDAY + 999 * HOUR, MONDAY + 998 * HOUR), id="the same, outside"),
    ],
)
def test_a_pause_that_is_none_is_refused_wherever_it_lies(pause):
    for refused in (
        lambda: CALENDAR.due(MONDAY, 60, [pause]),
        lambda: CALENDAR.due(MONDAY, 0, [pause]),
        lambda: CALENDAR.worked(MONDAY, MONDAY + HOUR, [pause]),
        lambda: CALENDAR.worked(MONDAY + HOUR, MONDAY, [pause]),
    ):
        with pytest.raises(ValueError):
            refused()
