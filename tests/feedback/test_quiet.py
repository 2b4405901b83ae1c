"""Quiet hours: nobody is written to at night, whatever the clocks do."""

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback.notifications.holding.quiet import QuietHours, opening

NIGHT = QuietHours(time(21), time(9))
ZONES = (
    "Europe/Kaliningrad",
    "Europe/Moscow",
    "Asia/Yekaterinburg",
    "Asia/Kamchatka",
    "Europe/Berlin",
    "America/New_York",
    "Australia/Lord_Howe",
    "Pacific/Apia",
    "Asia/Kathmandu",
)
MOMENTS = st.datetimes(
    datetime.fromisoformat("2011-01-01"),
    datetime.fromisoformat("2030-01-01"),
    timezones=st.just(UTC),
)


@pytest.mark.parametrize(
    ("moment", "zone", "expected"),
    [
        pytest.param("2026-03-25 12:00", "Europe/Moscow", "2026-03-25 12:00", id="by day"),
        pytest.param("2026-03-25 20:59", "Europe/Moscow", "2026-03-25 20:59", id="just before"),
        pytest.param("2026-03-25 21:00", "Europe/Moscow", "2026-03-26 09:00", id="just at"),
        pytest.param("2026-03-25 03:00", "Europe/Moscow", "2026-03-25 09:00", id="after midnight"),
        pytest.param("2026-03-25 09:00", "Europe/Moscow", "2026-03-25 09:00", id="at the end"),
        pytest.param("2026-03-28 22:00", "Europe/Berlin", "2026-03-29 09:00", id="spring night"),
        pytest.param("2026-10-24 22:00", "Europe/Berlin", "2026-10-25 09:00", id="autumn night"),
    ],
)
def test_a_message_waits_for_the_morning(moment, zone, expected):
    local = datetime.fromisoformat(moment).replace(tzinfo=ZoneInfo(zone))

    opened = opening(local, zone=zone, hours=NIGHT)

    assert opened.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%d %H:%M") == expected
    assert opened.tzinfo is UTC


@given(
    MOMENTS,
    st.sampled_from(ZONES),
    st.integers(0, 23),
    st.integers(0, 23),
)
def test_nothing_is_ever_due_in_quiet_hours(moment, zone, begins, ends):
    hours = QuietHours(time(begins), time(ends))

    opened = opening(moment, zone=zone, hours=hours)

    assert not hours.cover(opened.astimezone(ZoneInfo(zone)).time())
    assert opened >= moment
    assert (opened - moment).days < 2


@given(
    MOMENTS,
    st.sampled_from(ZONES),
)
def test_what_may_be_sent_now_is_due_now(moment, zone):
    local = moment.astimezone(ZoneInfo(zone)).time()

    assert (opening(moment, zone=zone, hours=NIGHT) == moment) is not NIGHT.cover(local)


@pytest.mark.parametrize(("text", "quiet"), [("21-09", True), ("", False), ("0-0", False)])
def test_hours_are_read_from_the_settings(text, quiet):
    assert QuietHours.parse(text).cover(time(3)) is quiet


@pytest.mark.parametrize("text", ["21", "21-25", "night"])
def test_hours_that_are_none_are_refused(text):
    with pytest.raises(ValueError):
        QuietHours.parse(text)
