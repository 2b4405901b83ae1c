"""
How fast working time is, in seconds of this process, so that a busy machine is no excuse.

The limits are the specification's; what is measured is far below them.
"""

from datetime import UTC, datetime, timedelta
from time import process_time

from spots.sla.calendar import WorkCalendar

NOW = datetime(2024, 6, 3, 7, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def make_calendar():
    return WorkCalendar(
        "Europe/Berlin",
        {day: [("09:00", "13:00"), ("14:00", "18:00")] for day in range(5)},
        ["2024-05-01"],
    )


def seconds_for(starts, *, calendar, minutes, pauses=()):
    begun = process_time()
    for start in starts:
        calendar.due(start, minutes, pauses)
    return process_time() - begun


def test_ten_thousand_due_times_of_a_working_week_take_less_than_a_second():
    starts = [NOW + 50 * number * MINUTE for number in range(10_000)]

    assert seconds_for(starts, calendar=make_calendar(), minutes=2400) <= 1


def test_a_start_ten_years_back_is_as_fast_as_one_today():
    today = [NOW + 50 * number * MINUTE for number in range(2_000)]
    back = [start - timedelta(days=3653) for start in today]

    def fastest(starts):
        return min(seconds_for(starts, calendar=make_calendar(), minutes=2400) for _ in range(3))

    assert fastest(back) <= 3 * fastest(today)


def test_ten_times_the_pauses_take_about_ten_times_as_long():
    calendar = make_calendar()
    # 7 and 50,000 have no common divisor: the pauses come unsorted, one in each such minute.
    begun = [NOW + 7919 * number % 50_000 * MINUTE for number in range(20_000)]
    pauses = [(since, since + MINUTE / 2) for since in begun]

    def fastest(count):
        return min(
            seconds_for([NOW], calendar=calendar, minutes=12_000, pauses=pauses[:count])
            for _ in range(3)
        )

    assert fastest(20_000) <= 40 * fastest(2_000)
