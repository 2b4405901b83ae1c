"""Holidays of last year, on the same dates of this one."""

from spots.sla.calendars import last_year
from spots.sla.hours import Hours


def carried(year, holidays, names=None, exceptions=None):
    hours = Hours.read(
        week={0: [["09:00", "18:00"]]}, holidays=holidays, exceptions=exceptions or {}
    )
    found = last_year.proposals(year, hours, names or {})
    return {proposal.on.isoformat(): (proposal.spans, proposal.name) for proposal in found}


def test_days_off_come_over_with_their_names():
    days = carried(2027, ["2026-08-30", "2026-01-07"], {"2026-08-30": "Day of the Republic"})

    assert days == {"2027-08-30": ([], "Day of the Republic"), "2027-01-07": ([], "")}


def test_only_the_year_before_is_copied():
    assert carried(2027, ["2025-08-30", "2027-08-31"]) == {}


def test_moved_and_short_days_stay_behind():
    hours = {"2026-04-30": [["09:00", "17:00"]]}

    assert carried(2027, ["2026-12-31"], exceptions=hours) == {}  # the decree moved that one


def test_days_off_that_were_moved_from_a_weekend_stay_behind():
    assert carried(2027, ["2026-03-09", "2026-03-08"]) == {"2027-03-08": ([], "")}


def test_the_twenty_ninth_of_february_stays_behind():
    assert carried(2025, ["2024-02-29"]) == {}
