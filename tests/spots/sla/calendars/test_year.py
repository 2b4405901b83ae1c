"""A year as the production calendar shows it: kinds of days and totals."""

from datetime import date

import pytest

from spots.sla.calendars.year import DayKind, day_of, year_of
from spots.sla.hours import Hours

OFFICE = {day: [["09:00", "13:00"], ["14:00", "18:00"]] for day in range(5)}


def hours(week=OFFICE, holidays=(), **exceptions):
    return Hours.read(
        week=week,
        holidays=holidays,
        exceptions={day.replace("_", "-").strip("d"): spans for day, spans in exceptions.items()},
    )


@pytest.mark.parametrize(
    ("on", "kind"),
    [
        ("2026-05-05", DayKind.WORKED),
        ("2026-05-02", DayKind.WEEKEND),
        ("2026-05-01", DayKind.OFF),
        ("2026-05-10", DayKind.OFF),  # a Sunday; closed though the moved days name it
        ("2026-05-16", DayKind.MOVED),
        ("2026-05-08", DayKind.SHORT),
        ("2026-05-07", DayKind.OWN),
        ("2026-05-06", DayKind.WORKED),  # named, with the hours that it has anyway
    ],
)
def test_each_kind_of_day_is_told_from_the_others(on, kind):
    calendar = hours(
        holidays=["2026-05-01"],
        d2026_05_10=[],
        d2026_05_16=[["10:00", "14:00"]],
        d2026_05_08=[["09:00", "13:00"], ["14:00", "17:00"]],
        d2026_05_07=[["08:00", "20:00"]],
        d2026_05_06=OFFICE[0],
    )

    assert day_of(calendar, date.fromisoformat(on)).kind is kind


def test_months_quarters_and_the_year_add_up():
    year = year_of(hours(holidays=["2026-01-01"], d2026_03_06=[["09:00", "12:00"]]), 2026)

    january, february, march = (month.total for month in year.quarters[0].months)
    assert (january.days, january.worked, january.minutes) == (31, 21, 21 * 480)
    assert (february.days, february.worked) == (28, 20)
    assert march.minutes == 21 * 480 + 180
    quarter = year.quarters[0].total
    assert (quarter.days, quarter.worked) == (90, 63)
    assert (year.total.days, year.total.worked) == (365, 260)
    assert year.total.minutes == sum(q.total.minutes for q in year.quarters)


def test_weeks_begin_on_monday_and_hold_no_day_of_another_month():
    may = year_of(hours(), 2026).quarters[1].months[1]

    assert [len(week) for week in may.weeks] == [7, 7, 7, 7, 7]
    assert may.weeks[0][:4] == (None, None, None, None)
    assert may.weeks[0][4].on == date(2026, 5, 1)


@pytest.mark.parametrize("number", [1969, 2101])
def test_a_year_out_of_reach_is_refused(number):
    with pytest.raises(ValueError, match="not a year from 1970 to 2100"):
        year_of(hours(), number)


@pytest.mark.parametrize("number", [1970, 2100])
def test_the_first_and_the_last_year_are_shown(number):
    assert year_of(hours(), number).total.days == 365
