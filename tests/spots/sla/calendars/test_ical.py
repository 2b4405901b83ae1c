"""Days off out of iCalendar files as real programs write them, and files that are none."""

import pytest
from django.utils import translation

from spots.sla.calendars import ical


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


def file(*events, ending="\r\n"):
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//x//x//EN"]
    for event in events:
        lines += ["BEGIN:VEVENT", *event, "END:VEVENT"]
    return (ending.join([*lines, "END:VCALENDAR"]) + ending).encode()


def days(*events, year=2026):
    reading = ical.read(file(*events), year)
    assert reading.refused == []
    return {p.on.isoformat(): p.name for p in sorted(reading.proposals, key=lambda p: p.on)}


def refusal(*event):
    ((line, why),) = ical.read(file(("DTSTART;VALUE=DATE:20260101",), event), 2026).refused
    assert line == 7  # where the second event begins
    return why


def test_an_event_of_a_day_is_a_day_off_with_its_name():
    assert days(["DTSTART;VALUE=DATE:20260501", "SUMMARY:Праздник Весны и Труда"]) == {
        "2026-05-01": "Праздник Весны и Труда"
    }


def test_the_end_is_the_day_after_the_last():
    assert list(days(["DTSTART;VALUE=DATE:20260101", "DTEND;VALUE=DATE:20260104"])) == [
        "2026-01-01",
        "2026-01-02",
        "2026-01-03",
    ]


def test_a_duration_does_instead_of_an_end():
    assert list(days(["DTSTART;VALUE=DATE:20260101", "DURATION:P2D"])) == [
        "2026-01-01",
        "2026-01-02",
    ]


def test_an_end_that_is_the_day_itself_means_that_day():
    assert list(days(["DTSTART;VALUE=DATE:20260101", "DTEND;VALUE=DATE:20260101"])) == [
        "2026-01-01"
    ]


def test_folded_lines_and_escapes_are_read():
    assert days(["DTSTART;VALUE=DATE:20260612", "SUMMARY:День Рос", " сии\\, 12 июня"]) == {
        "2026-06-12": "День России, 12 июня"
    }


@pytest.mark.parametrize(
    ("rule", "start", "expected"),
    [
        ("FREQ=YEARLY", "20100509", ["2026-05-09"]),
        ("FREQ=YEARLY;INTERVAL=5", "20200101", []),
        ("FREQ=YEARLY;INTERVAL=3", "20200101", ["2026-01-01"]),
        ("FREQ=YEARLY;COUNT=3", "20230101", []),
        ("FREQ=YEARLY;COUNT=4", "20230101", ["2026-01-01"]),
        ("FREQ=YEARLY;UNTIL=20260101", "20230101", ["2026-01-01"]),
        ("FREQ=YEARLY;UNTIL=20251231T235959Z", "20230101", []),
        ("FREQ=YEARLY;BYMONTH=11;BYDAY=4TH", "20201126", ["2026-11-26"]),
        ("FREQ=YEARLY;BYMONTH=5;BYDAY=-1MO", "20200525", ["2026-05-25"]),
        ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=31", "20200101", []),  # never
    ],
)
def test_yearly_rules_are_followed(rule, start, expected):
    assert list(days([f"DTSTART;VALUE=DATE:{start}", f"RRULE:{rule}"])) == expected


def test_dates_that_a_rule_leaves_out_are_left_out():
    event = ["DTSTART;VALUE=DATE:20200101", "RRULE:FREQ=YEARLY", "EXDATE;VALUE=DATE:20260101"]

    assert days(event) == {}
    assert list(days(event, year=2027)) == ["2027-01-01"]


def test_a_holiday_over_new_year_is_cut_at_the_year():
    event = ["DTSTART;VALUE=DATE:20251230", "DTEND;VALUE=DATE:20260103"]

    assert list(days(event)) == ["2026-01-01", "2026-01-02"]
    assert list(days(event, year=2025)) == ["2025-12-30", "2025-12-31"]


def test_two_names_of_a_day_are_both_kept():
    day = "DTSTART;VALUE=DATE:20260101"

    assert days([day, "SUMMARY:A"], [day, "SUMMARY:B"], [day, "SUMMARY:A"]) == {
        "2026-01-01": "A; B"
    }


def test_cancelled_events_are_no_days_off_and_others_years_are_counted():
    cancelled = ["DTSTART;VALUE=DATE:20260102", "STATUS:CANCELLED"]

    reading = ical.read(file(cancelled, ["DTSTART;VALUE=DATE:20300101"]), 2026)

    assert (reading.proposals, reading.refused, reading.elsewhere) == ([], [], 1)


@pytest.mark.parametrize(
    ("event", "said"),
    [
        (["SUMMARY:Nothing"], "has no DTSTART"),
        (["DTSTART:20260101T090000Z", "SUMMARY:Talk"], "“Talk” has a time of day"),
        (["DTSTART;VALUE=DATE:20260230"], "Wrong date format 20260230"),
        (["DTSTART;VALUE=DATE:20260103", "DTEND;VALUE=DATE:20260101"], "ends before it begins"),
        (["DTSTART;VALUE=DATE:20260101", "DTEND;VALUE=DATE:20280101"], "longer than a year"),
        (["DTSTART;VALUE=DATE:20260101", "DURATION:PT25H"], "whole days"),
        (["DTSTART;VALUE=DATE:20260101", "RRULE:FREQ=WEEKLY"], "belongs into the week"),
        (["DTSTART;VALUE=DATE:20260101", "RRULE:FREQ=SECONDLY"], "otherwise than yearly"),
        (["DTSTART;VALUE=DATE:20260101", "RRULE:FREQ=YEARLY;INTERVAL=0"], "otherwise than"),
        (["DTSTART;VALUE=DATE:20260101", "RRULE:FREQ=YEARLY;BYHOUR=1"], "otherwise than"),
        (["DTSTART;VALUE=DATE:20260101", "RRULE:nonsense"], "otherwise than yearly"),
        (["DTSTART;VALUE=DATE:20260101", "RRULE:FREQ=YEARLY;BYDAY=0MO"], "cannot be read"),
        (["DTSTART;VALUE=DATE:20260101", "RRULE:FREQ=YEARLY;UNTIL=x"], "cannot be read"),
        (["DTSTART;VALUE=DATE:20260101", "RDATE;VALUE=DATE:20260103"], "otherwise than yearly"),
        (["DTSTART;VALUE=DATE:20260101", "EXDATE:x", "RRULE:FREQ=YEARLY"], "cannot be read"),
        (["DTSTART;VALUE=DATE:20260101", "DTSTART;VALUE=DATE:20260102"], "no DTSTART"),
    ],
)
def test_an_event_that_cannot_be_read_is_refused_by_its_line(event, said):
    assert said in refusal(*event)


def test_days_at_either_end_of_time_do_no_harm():
    events = (["DTSTART;VALUE=DATE:00010101"], ["DTSTART;VALUE=DATE:99991231"])

    assert days(*events) == {}
    assert days(["DTSTART;VALUE=DATE:00010101", "RRULE:FREQ=YEARLY"]) == {"2026-01-01": ""}
    assert days(["DTSTART;VALUE=DATE:99991231", "RRULE:FREQ=YEARLY"]) == {}


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "not an iCalendar file"),
        (b"\x89PNG\r\n\x1a\n", "not in UTF-8"),
        (b"<html>", "not an iCalendar file"),
        (file(["DTSTART;VALUE=DATE:20260101"]) + b" " * ical.MOST_BYTES, "longer than 1 MB"),
        (file(*[["X:1"]] * 5001), "more than 5000 events"),
        (
            file(*[["DTSTART;VALUE=DATE:20200101", "RRULE:FREQ=YEARLY"]] * 51),
            "more than 50 repeating events",
        ),
    ],
    ids=["empty", "picture", "page", "long", "many events", "many rules"],
)
def test_a_file_that_is_no_calendar_is_refused_whole(data, said):
    with pytest.raises(ical.UnreadableFileError, match=said):
        ical.read(data, 2026)


def test_a_byte_order_mark_and_unix_line_ends_are_no_hindrance():
    data = b"\xef\xbb\xbf" + file(["DTSTART;VALUE=DATE:20260101"], ending="\n")

    assert len(ical.read(data, 2026).proposals) == 1
