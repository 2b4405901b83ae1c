"""The acceptance cases of working time, and the edges round them."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from spots.sla.calendar import WorkCalendar

ALWAYS = ("00:00", "24:00")


def office(zone, opens, closes, *, days=5, **rest):
    """Return a calendar worked from `opens` to `closes` on the first `days` of the week."""
    return WorkCalendar(zone, {day: [(opens, closes)] for day in range(days)}, **rest)


BERLIN_8_18 = office("Europe/Berlin", "08:00", "18:00")
BERLIN_9_17 = office("Europe/Berlin", "09:00", "17:00", holidays=["2015-09-22"])
BERLIN_9_18 = office("Europe/Berlin", "09:00", "18:00")
BERLIN_DAILY = office("Europe/Berlin", "09:00", "18:00", days=7)
BERLIN_NIGHTS = office("Europe/Berlin", "00:00", "06:00", days=7)
BERLIN_ALWAYS = office("Europe/Berlin", *ALWAYS, days=7)
OFFICE = office("Europe/Moscow", "10:00", "18:00")
OFFICE_CLOSED_FRIDAY = office("Europe/Moscow", "10:00", "18:00", holidays=["2024-06-14"])
OFFICE_CLOSED_TWICE = office(
    "Europe/Moscow", "10:00", "18:00", holidays=["2024-06-13", "2024-06-14"]
)
MOSCOW = office("Europe/Moscow", "09:00", "18:00")
MAY = office(
    "Europe/Moscow",
    "09:00",
    "18:00",
    holidays=["2024-04-29", "2024-04-30", "2024-05-01", "2024-05-09", "2024-05-10"],
    exceptions={"2024-04-27": [("09:00", "18:00")], "2024-05-08": [("09:00", "17:00")]},
)
LUNCH = WorkCalendar(
    "Europe/Moscow", {day: [("09:00", "13:00"), ("14:00", "18:00")] for day in range(5)}
)


def moment(calendar, written):
    """Return "2024-04-26 17:00", in the zone of the calendar unless it ends in Z."""
    read = datetime.fromisoformat(written)
    return read if read.tzinfo else read.replace(tzinfo=ZoneInfo(calendar.zone))


def spans(calendar, written):
    return [(moment(calendar, begin), moment(calendar, end)) for begin, end in written]


@pytest.mark.parametrize(
    ("calendar", "start", "minutes", "expected"),
    [
        pytest.param(BERLIN_8_18, "2013-03-21 09:30Z", 60, "2013-03-21 10:30Z", id="first target"),
        pytest.param(BERLIN_8_18, "2013-03-21 09:30Z", 120, "2013-03-21 11:30Z", id="second"),
        pytest.param(BERLIN_8_18, "2013-03-21 09:30Z", 180, "2013-03-21 12:30Z", id="third"),
        pytest.param(
            BERLIN_9_17, "2015-09-21 14:30Z", 120, "2015-09-23 08:30Z", id="over a holiday"
        ),
        pytest.param(
            BERLIN_9_17, "2013-10-21 05:30Z", 120, "2013-10-21 09:00Z", id="before opening in UTC"
        ),
        pytest.param(OFFICE, "2024-06-10 08:00", 60, "2024-06-10 11:00", id="before opening"),
        pytest.param(OFFICE, "2024-06-10 20:00", 30, "2024-06-11 10:30", id="after closing"),
        pytest.param(OFFICE, "2024-06-14 17:00", 120, "2024-06-17 11:00", id="over a weekend"),
        pytest.param(
            OFFICE_CLOSED_TWICE, "2024-06-13 15:00", 30, "2024-06-17 10:30", id="on a holiday"
        ),
        pytest.param(MAY, "2024-04-26 17:00", 120, "2024-04-27 10:00", id="into a moved day"),
        pytest.param(MAY, "2024-05-08 16:30", 60, "2024-05-13 09:30", id="over a short day"),
        pytest.param(
            BERLIN_ALWAYS, "2024-03-30 12:00", 1440, "2024-03-31 13:00", id="a day of 23 hours"
        ),
        pytest.param(
            BERLIN_ALWAYS, "2024-10-26 12:00", 1440, "2024-10-27 11:00", id="a day of 25 hours"
        ),
        pytest.param(
            BERLIN_NIGHTS, "2024-03-31 00:00", 300, "2024-03-31 06:00", id="a night of 5 hours"
        ),
        pytest.param(
            BERLIN_NIGHTS, "2024-03-31 00:00", 301, "2024-04-01 00:01", id="a minute more than it"
        ),
        pytest.param(
            BERLIN_9_18, "2024-03-29 17:00", 120, "2024-04-01 10:00", id="over a clock change"
        ),
        pytest.param(
            MOSCOW, "2024-06-14 23:30Z", 60, "2024-06-17 10:00", id="Friday in UTC, Saturday here"
        ),
        pytest.param(
            MOSCOW, "2024-06-10 21:30Z", 60, "2024-06-11 10:00", id="Monday in UTC, Tuesday here"
        ),
        pytest.param(LUNCH, "2024-06-10 12:30", 60, "2024-06-10 14:30", id="over lunch"),
        pytest.param(LUNCH, "2024-06-10 13:20", 30, "2024-06-10 14:30", id="started at lunch"),
        pytest.param(LUNCH, "2024-06-10 12:30", 30, "2024-06-10 13:00", id="up as lunch begins"),
        pytest.param(MOSCOW, "2024-06-14 17:00", 60, "2024-06-14 18:00", id="up at closing"),
        pytest.param(MOSCOW, "2024-06-14 09:00", 540, "2024-06-14 18:00", id="exactly one day"),
        pytest.param(MOSCOW, "2024-06-14 18:00", 1, "2024-06-17 09:01", id="started at closing"),
        pytest.param(MOSCOW, "2024-06-15 12:00", 0, "2024-06-15 12:00", id="nothing granted"),
        pytest.param(MOSCOW, "2024-06-14 09:00", 0.5, "2024-06-14 09:00:30", id="half a minute"),
    ],
)
def test_minutes_are_used_up_at(calendar, start, minutes, expected):
    due = calendar.due(moment(calendar, start), minutes)

    assert due == moment(calendar, expected)
    assert due.tzinfo is UTC


@pytest.mark.parametrize(
    ("calendar", "start", "end", "minutes"),
    [
        pytest.param(BERLIN_8_18, "2013-03-21 09:30Z", "2013-03-21 14:00Z", 270, id="one day"),
        pytest.param(MAY, "2024-04-26 17:00", "2024-05-02 10:00", 660, id="over holidays"),
        pytest.param(OFFICE_CLOSED_FRIDAY, "2024-06-13 17:50", "2024-06-17 12:30", 160, id="pause"),
        pytest.param(MOSCOW, "2024-06-07 17:00", "2024-06-10 10:00", 120, id="over a weekend"),
        pytest.param(BERLIN_NIGHTS, "2024-03-31 00:00", "2024-04-01 00:00", 300, id="spring"),
        pytest.param(BERLIN_NIGHTS, "2024-10-27 00:00", "2024-10-28 00:00", 420, id="autumn"),
        pytest.param(MOSCOW, "2024-06-10 10:00", "2024-06-10 10:00", 0, id="no time"),
        pytest.param(MOSCOW, "2024-06-11 10:00", "2024-06-10 10:00", 0, id="backwards"),
        pytest.param(MOSCOW, "2024-06-10 17:59:30", "2024-06-10 19:00", 0.5, id="half a minute"),
    ],
)
def test_minutes_worked(calendar, start, end, minutes):
    worked = calendar.worked(moment(calendar, start), moment(calendar, end))

    assert worked == minutes
    assert isinstance(worked, float)


@pytest.mark.parametrize(
    ("calendar", "start", "minutes", "pauses", "expected"),
    [
        pytest.param(
            BERLIN_DAILY,
            "2013-06-04 09:00Z",
            120,
            [
                ("2013-06-04 09:30Z", "2013-06-04 09:45Z"),
                ("2013-06-04 10:00Z", "2013-06-04 10:30Z"),
            ],
            "2013-06-04 11:45Z",
            id="two pauses",
        ),
        pytest.param(
            MOSCOW,
            "2024-06-07 16:00",
            240,
            [("2024-06-07 17:00", "2024-06-10 10:00")],
            "2024-06-10 13:00",
            id="over a weekend",
        ),
        pytest.param(
            MOSCOW,
            "2024-06-10 09:00",
            60,
            [
                ("2024-06-10 09:40", "2024-06-10 10:10"),
                ("2024-06-10 09:30", "2024-06-10 09:50"),
                ("2024-06-10 09:35", "2024-06-10 09:36"),
            ],
            "2024-06-10 10:40",
            id="unsorted, overlapping and nested",
        ),
        pytest.param(
            MOSCOW,
            "2024-06-10 17:00",
            60,
            [("2024-06-10 18:00", "2024-06-11 12:00")],
            "2024-06-10 18:00",
            id="beginning at the closing that is the due time",
        ),
        pytest.param(
            MOSCOW,
            "2024-06-10 09:00",
            60,
            [("2024-06-10 10:00", "2024-06-10 11:00")],
            "2024-06-10 10:00",
            id="beginning when all is used up",
        ),
        pytest.param(
            MOSCOW,
            "2024-06-10 09:00",
            60,
            [
                ("2024-06-07 09:00", "2024-06-10 09:30"),
                ("2024-06-10 09:45", "2024-06-10 09:45"),
                ("2024-06-10 19:00", "2024-06-11 08:00"),
            ],
            "2024-06-10 10:30",
            id="begun before the start, of no length, and while closed",
        ),
    ],
)
def test_a_pause_moves_the_due_time_by_its_working_time(calendar, start, minutes, pauses, expected):
    start, pauses = moment(calendar, start), spans(calendar, pauses)

    due = calendar.due(start, minutes, pauses)

    assert due == moment(calendar, expected)
    assert calendar.worked(start, due, pauses) == minutes


@pytest.mark.parametrize(
    ("since", "expected"),
    [
        pytest.param("2024-06-10 17:59", None, id="before all is used up"),
        pytest.param("2024-06-10 18:00", "2024-06-10 18:00", id="as all is used up"),
        pytest.param("2024-06-11 12:00", "2024-06-10 18:00", id="later"),
        pytest.param("2024-06-01 12:00", None, id="before the start"),
    ],
)
def test_a_pause_that_is_not_over_hides_the_due_time_unless_all_was_used_up(since, expected):
    due = MOSCOW.due(moment(MOSCOW, "2024-06-10 17:00"), 60, [(moment(MOSCOW, since), None)])

    assert due == (expected and moment(MOSCOW, expected))


def test_a_pause_that_is_not_over_lasts_to_the_end_of_what_is_measured():
    start, end = moment(MOSCOW, "2024-06-10 10:00"), moment(MOSCOW, "2024-06-14 12:00")

    assert MOSCOW.worked(start, end, [(start + timedelta(hours=1), None)]) == 60


def test_nothing_granted_is_due_at_the_start_even_in_a_pause():
    start = moment(MOSCOW, "2024-06-10 10:00")

    assert MOSCOW.due(start, 0, [(start - timedelta(hours=1), start + timedelta(hours=1))]) == start


def test_a_day_until_23_59_is_a_minute_short_of_one_until_24_00():
    short = office("Europe/Moscow", "00:00", "23:59", days=7)
    whole = office("Europe/Moscow", *ALWAYS, days=7)
    start, end = moment(short, "2024-06-10 00:00"), moment(short, "2024-06-12 00:00")

    assert (short.worked(start, end), whole.worked(start, end)) == (2878, 2880)
    assert short.due(start, 1440) == moment(short, "2024-06-11 00:01")
    assert whole.due(start, 1440) == moment(whole, "2024-06-11 00:00")


def test_an_exception_wins_over_weekday_and_holiday_and_an_empty_one_closes_the_day():
    calendar = office(
        "Europe/Moscow",
        "09:00",
        "18:00",
        holidays=["2024-06-12"],
        exceptions={"2024-06-12": [("10:00", "11:00")], "2024-06-11": []},
    )

    assert calendar.due(moment(calendar, "2024-06-11 08:00"), 60) == (
        moment(calendar, "2024-06-12 11:00")
    )


def test_spans_of_a_day_may_be_unsorted_and_may_touch():
    pieces = WorkCalendar("Europe/Moscow", {0: [("12:00", "18:00"), ("09:00", "12:00")]})

    assert pieces.due(moment(pieces, "2024-06-10 11:00"), 120) == (
        moment(pieces, "2024-06-10 13:00")
    )


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Pago_Pago"])
def test_a_calendar_may_be_open_only_through_exceptions(zone):
    calendar = WorkCalendar(zone, {}, [], {"2024-05-01": [("09:00", "24:00")]})

    assert calendar.due(moment(calendar, "2020-01-01 00:00"), 900) == (
        moment(calendar, "2024-05-02 00:00")
    )


def test_a_pause_may_be_longer_than_anybody_looks_ahead():
    start, until = moment(MOSCOW, "2024-06-10 17:30"), moment(MOSCOW, "2724-06-10 09:00")

    assert MOSCOW.due(start, 60, [(start, until)]) == until + timedelta(hours=1)


def test_a_calendar_is_immutable_and_equal_to_one_with_the_same_rules():
    week = {0: [("09:00", "18:00")]}
    calendar, same = WorkCalendar("Europe/Moscow", week), WorkCalendar("Europe/Moscow", week)
    week[0].clear()

    with pytest.raises(AttributeError):
        calendar.zone = "Europe/Berlin"
    assert calendar == same
    assert hash(calendar) == hash(same)
    assert calendar.due(moment(calendar, "2024-06-10 09:00"), 1) is not None
