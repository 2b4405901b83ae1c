"""The working year of Russia, held against the official production calendars."""

from datetime import date

import pytest

from spots.sla.calendars import russia
from spots.sla.calendars.filling import changes_of
from spots.sla.calendars.year import year_of
from spots.sla.hours import Hours

EIGHT_HOURS = {day: [["09:00", "13:00"], ["14:00", "18:00"]] for day in range(5)}
SHORT = [["09:00", "13:00"], ["14:00", "17:00"]]


def seeded(year, week=EIGHT_HOURS):
    bare = Hours.read(week=week, holidays=[], exceptions={})
    offered = {p.on.isoformat(): p for p in russia.proposals(year, bare.week)}
    exceptions = {day: proposal.spans for day, proposal in offered.items()}
    return offered, Hours.read(week=week, holidays=[], exceptions=exceptions)


# Days and hours of a 40-hour week, as the official production calendars of these years have them.
@pytest.mark.parametrize(
    ("year", "days", "hours"),
    [(2019, 247, 1970), (2021, 247, 1972), (2023, 247, 1973), (2024, 248, 1979), (2025, 247, 1972)],
)
def test_a_seeded_year_has_the_official_working_days_and_hours(year, days, hours):
    total = year_of(seeded(year)[1], year).total

    assert (total.worked, total.minutes / 60) == (days, hours)


def test_the_days_off_that_decrees_moved_are_off_and_what_they_were_moved_from_is_worked():
    offered, _hours = seeded(2024)

    assert offered["2024-04-29"].spans == []
    assert offered["2024-04-27"].spans == EIGHT_HOURS[0]  # in place of a full Monday
    assert offered["2024-11-02"].spans == SHORT  # in place of the eve of 1 May


def test_a_day_off_that_fell_on_a_holiday_leaves_the_holiday_alone():
    offered, _hours = seeded(2026)

    assert offered["2026-01-09"].spans == []  # moved from 3 January, itself a holiday
    assert offered["2026-01-03"].spans == []


def test_eves_are_an_hour_short_and_no_others_are():
    offered, _hours = seeded(2026)

    short = [day for day, proposal in offered.items() if proposal.spans]
    assert sorted(short) == ["2026-04-30", "2026-05-08", "2026-06-11", "2026-11-03"]
    assert all(offered[day].spans == SHORT for day in short)


def test_the_last_day_of_the_year_is_an_eve_where_it_is_worked():
    assert seeded(2019)[0]["2019-12-31"].spans == SHORT


def test_an_hour_is_taken_off_the_end_over_several_spans():
    week = {day: [["09:00", "17:00"], ["17:30", "18:00"]] for day in range(5)}

    assert seeded(2026, week)[0]["2026-04-30"].spans == [["09:00", "16:30"]]


def test_a_day_of_an_hour_stays_as_it_is():
    week = {day: [["09:00", "10:00"]] for day in range(5)}

    assert seeded(2026, week)[0]["2026-04-30"].spans == [["09:00", "10:00"]]


def test_what_is_typed_for_a_day_is_told_apart_from_what_is_new():
    typed = Hours.read(
        week=EIGHT_HOURS,
        holidays=["2026-05-01"],
        exceptions={"2026-05-09": [["10:00", "12:00"]], "2026-04-30": SHORT},
    )
    names = {"2026-05-01": "Праздник", "2026-04-30": "Канун"}

    changes = changes_of(typed, names, russia.proposals(2026, typed.week))

    found = {change.proposal.on.isoformat(): change.overwrites for change in changes}
    assert "2026-05-01" not in found  # the same already
    assert "2026-04-30" not in found
    assert found["2026-05-09"] is True
    assert found["2026-06-12"] is False


def test_of_a_year_without_a_decree_only_the_holidays_are_known():
    assert russia.transfers(2040) == {}
    assert russia.transfers(2025)[date(2025, 12, 31)] == date(2025, 1, 5)
    assert russia.transfers(2011) == {date(2011, 3, 7): date(2011, 3, 5)}  # one, written flat
    assert seeded(2040)[0]["2040-05-09"].spans == []
