"""The page of a calendar: its year, what could be put in, and what saving would move."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from spots.models import Clock, WorkingTime
from spots.sla import transitions
from spots.sla.calendars import impact
from tests.factories import (
    NOW,
    make_policy,
    make_region,
    make_spot,
    make_team,
    make_user,
    make_working_time,
)

pytestmark = pytest.mark.django_db

YEAR = reverse("admin:spots_workingtime_year")
OFFER = reverse("admin:spots_workingtime_offer")
WEEK = ("monday", "tuesday", "wednesday", "thursday", "friday")
TYPED = {"zone": "Europe/Moscow", **dict.fromkeys(WEEK, "09:00-18:00"), "year": "2026"}


@pytest.fixture(autouse=True)
def _in_english(settings):
    settings.LANGUAGE_CODE = "en"


@pytest.fixture(name="admin")
def _admin(signed_in):
    return signed_in("administrator")


def change_of(row):
    return reverse("admin:spots_workingtime_change", args=[row.pk])


def form_of(browser, row, **changed):
    initial = browser.get(change_of(row)).context["adminform"].form.initial
    return {name: value or "" for name, value in initial.items()} | changed


def start_clocks(now=NOW, **spot):
    case = make_spot(**spot)
    attributes = {"brand_id": case.brand_id, "region_id": case.region_id, "topic_id": None}
    transitions.start(case_id=case.pk, band=1, now=now, **attributes)
    return case


# The year


def test_the_year_as_it_is_typed_is_drawn_and_nothing_is_saved(admin):
    page = admin.post(YEAR, {**TYPED, "days_off": "2026-05-01 Labour Day"}).content.decode()

    assert 'data-day="2026-05-01"' in page
    assert "Friday 1 May: day off, Labour Day" in page
    assert page.count("data-day=") == 365
    assert not WorkingTime.objects.exists()


def test_a_line_that_cannot_be_read_hides_the_year_instead_of_showing_another(admin):
    page = admin.post(YEAR, {**TYPED, "days_off": "soon"}).content.decode()

    assert "can be read again" in page
    assert "data-day" not in page


@pytest.mark.parametrize("asked", ["", "1969", "2101", "x", "²⁰²⁶", "20260", "-202", "9" * 5000])
def test_a_year_that_is_not_shown_becomes_this_one(admin, asked, time_machine):
    time_machine.move_to(NOW)

    page = admin.post(YEAR, {**TYPED, "year": asked}).content.decode()

    assert f"The year {NOW.year}" in page


def test_a_new_calendar_shows_its_year_before_it_has_hours(admin):
    page = admin.get(reverse("admin:spots_workingtime_add") + "?year=2027").content.decode()

    assert "The year 2027" in page
    assert "fill in the week first" in page


def test_names_of_days_are_kept_and_shown_for_editing(admin):
    row = make_working_time()
    written = {
        "days_off": "01.05.2026  Праздник  Весны\r\n2026-05-09 9 мая",
        "moved_days": "2026-04-30 09:00-13:00, 14:00-17:00 Eve, short\r\n2026-05-03 10:00-12:00",
    }

    admin.post(change_of(row), form_of(admin, row, **written))

    row.refresh_from_db()
    assert row.names == {
        "2026-04-30": "Eve, short",
        "2026-05-01": "Праздник Весны",
        "2026-05-09": "9 мая",
    }
    assert row.exceptions["2026-04-30"] == [["09:00", "13:00"], ["14:00", "17:00"]]
    shown = form_of(admin, row)
    assert shown["days_off"] == "2026-05-01 Праздник Весны\n2026-05-09 9 мая"
    assert shown["moved_days"].endswith("Eve, short\n2026-05-03 10:00-12:00")


# What could be put in


def offered(browser, source, **typed):
    answer = browser.post(OFFER, {**TYPED, "from": source, **typed})
    return answer, answer.content.decode()


def test_the_holidays_of_russia_are_offered_and_nothing_is_saved(admin):
    answer, page = offered(admin, "russia")

    assert answer.status_code == 200
    assert 'data-day="2026-06-12"' in page
    assert 'data-spans="09:00-17:00"' in page
    assert "Eve of a holiday" in page
    assert not WorkingTime.objects.exists()


def test_what_a_person_typed_for_a_day_is_shown_and_not_ticked(admin):
    _answer, page = offered(admin, "russia", moved_days="2026-05-09 10:00-12:00")

    row = page[page.index("calendar-overwrites") :].partition("</tr>")[0]
    assert "10:00-12:00" in row
    assert "checked" not in row
    assert "1 day has other hours already" in page
    assert page.count("calendar-overwrites") == 1


def test_of_a_year_whose_decree_is_unknown_the_page_says_so(admin):
    _answer, page = offered(admin, "russia", year="2040")

    assert "No days off that a decree moved are known for 2040" in page


def test_last_years_days_off_are_offered_for_this_year(admin):
    _answer, page = offered(admin, "last-year", days_off="2025-08-30 Republic Day")

    assert 'data-day="2026-08-30"' in page
    assert 'data-name="Republic Day"' in page


def test_a_file_is_offered_with_what_could_not_be_read(admin):
    lines = ["BEGIN:VCALENDAR"]
    for event in ("DTSTART;VALUE=DATE:20260830", "DTSTART:20260901T090000Z"):
        lines += ["BEGIN:VEVENT", event, "SUMMARY:<b>Day</b>", "END:VEVENT"]
    data = "\r\n".join([*lines, "END:VCALENDAR"]).encode()

    _answer, page = offered(admin, "ics", ics=SimpleUploadedFile("days.ics", data))

    assert 'data-day="2026-08-30"' in page
    assert "line 6: " in page
    assert "&lt;b&gt;Day&lt;/b&gt;" in page
    assert "<b>Day" not in page


@pytest.mark.parametrize(
    ("source", "typed", "said"),
    [
        ("ics", {}, "Choose a file first"),
        ("ics", {"ics": SimpleUploadedFile("x.ics", b"x")}, "not an iCalendar file"),
        ("ics", {"ics": SimpleUploadedFile("x.ics", b" " * 1_000_001)}, "longer than 1 MB"),
        ("nowhere", {}, "not known from where"),
        ("russia", {"days_off": "soon"}, "First mend the lines"),
    ],
)
def test_what_cannot_be_offered_is_said(admin, source, typed, said):
    answer, page = offered(admin, source, **typed)

    assert answer.status_code == 400
    assert said in page


# What saving would move


def test_a_change_that_moves_promises_is_shown_first_and_saved_the_second_time(admin, time_machine):
    time_machine.move_to(NOW)
    row = make_working_time()
    make_policy(working_time=row)
    case = start_clocks()
    before = set(Clock.objects.values_list("due_at", flat=True))
    typed = form_of(admin, row, **dict.fromkeys(WEEK, "20:00-21:00"))

    first = admin.post(change_of(row), typed)

    page = first.content.decode()
    assert first.status_code == 200
    assert "Nothing is saved yet" in page
    assert reverse("admin:spots_spot_change", args=[case.pk]) in page
    row.refresh_from_db()
    assert row.week["0"] == [["09:00", "18:00"]]

    again = admin.post(change_of(row), {**typed, "seen": first.context["seen"]})

    assert again.status_code == 302
    row.refresh_from_db()
    assert row.week["0"] == [["20:00", "21:00"]]
    assert set(Clock.objects.values_list("due_at", flat=True)) == before  # clocks' own affair


def test_what_was_seen_of_another_change_does_not_count(admin, time_machine):
    time_machine.move_to(NOW)
    row = make_working_time()
    make_policy(working_time=row)
    start_clocks()
    typed = form_of(admin, row, **dict.fromkeys(WEEK, "20:00-21:00"))
    seen = admin.post(change_of(row), typed).context["seen"]

    other = admin.post(change_of(row), {**typed, "friday": "", "seen": seen})

    assert other.status_code == 200
    row.refresh_from_db()
    assert row.week["4"] == [["09:00", "18:00"]]


def test_a_look_saves_nothing_even_where_nothing_moves(admin):
    row = make_working_time()

    page = admin.post(change_of(row), form_of(admin, row, saturday="10:00-11:00", _look="1"))

    assert "Nothing is saved yet" in page.content.decode()
    row.refresh_from_db()
    assert "5" not in row.week


def test_another_name_is_saved_at_once(admin):
    row = make_working_time()
    make_policy(working_time=row)
    start_clocks()

    answer = admin.post(change_of(row), form_of(admin, row, name="Renamed"))

    assert answer.status_code == 302


def looked_at(row, **times):
    for name, value in times.items():
        setattr(row, name, value)
    return impact.impact_of(row, walls=make_user("administrator").walls, now=NOW)


def test_only_open_promises_of_this_calendar_are_looked_at_missed_or_not():
    row = make_working_time()
    make_policy(working_time=row)
    make_policy(order=2, working_time=make_working_time("other"))
    for field in ("satisfied_at", "stopped_at", "breached_at"):
        case = start_clocks()
        for clock in case.clocks.all():
            setattr(clock, field, clock.due_at)
            clock.save()
    start_clocks()

    found = looked_at(row, week={"0": [["01:00", "02:00"]]})

    assert found.looked_at == 6
    assert len(found.moves) == 6


def test_the_new_due_time_is_the_one_that_the_calendar_gives():
    row = make_working_time()
    make_policy(working_time=row)
    start_clocks()

    found = looked_at(row, holidays=[(NOW + timedelta(days=n)).date().isoformat() for n in (0, 1)])

    for shift in found.moves:
        clock = shift.clock
        assert shift.due_at == row.calendar.due(clock.started_at, clock.minutes)
        assert shift.by == shift.due_at - clock.due_at
    assert found.earliest <= found.latest


def test_a_time_in_which_a_promise_stood_still_is_left_out(time_machine):
    row = make_working_time()
    make_policy(working_time=row)
    case = start_clocks()
    by = make_user("engineer")
    transitions.stop(case_id=case.pk, by=by, reason="x", now=NOW + timedelta(minutes=10))
    transitions.reopen(case_id=case.pk, by=by, now=NOW + timedelta(minutes=30))

    assert looked_at(row).moves == ()


def test_a_promise_that_was_missed_does_not_move():
    row = make_working_time(week={str(day): [["00:00", "24:00"]] for day in range(7)})
    make_policy(working_time=row, eta_minutes=None, fix_minutes=None)
    start_clocks(now=NOW - timedelta(hours=5))

    found = looked_at(row, week={"0": [["00:00", "00:01"]]})

    assert (found.looked_at, found.moves) == (1, ())


def test_promises_that_would_be_missed_at_once_are_counted():
    row = make_working_time(week={"0": [["00:00", "00:01"]]})
    make_policy(working_time=row, eta_minutes=None, fix_minutes=None)
    start_clocks(now=NOW - timedelta(hours=5))

    found = looked_at(row, week={str(day): [["00:00", "24:00"]] for day in range(7)})

    assert found.missed == 1
    assert found.latest < timedelta()


def test_promises_without_enough_working_time_to_come_are_counted():
    row = make_working_time()
    make_policy(working_time=row)
    start_clocks()

    found = looked_at(row, week={}, exceptions={"2020-01-01": [["09:00", "10:00"]]})

    assert found.endless == 3
    assert found.latest is None


def test_beyond_the_limit_it_says_that_there_are_more(monkeypatch, admin, time_machine):
    time_machine.move_to(NOW)
    monkeypatch.setattr(impact, "MOST_CLOCKS", 2)
    row = make_working_time()
    make_policy(working_time=row)
    start_clocks()

    typed = form_of(admin, row, **dict.fromkeys(WEEK, "20:00-21:00"))
    page = admin.post(change_of(row), typed).content.decode()

    assert "There are more than 2 open promises" in page
    assert "at least 2" in page


def test_looking_asks_the_database_as_often_for_many_promises_as_for_few(
    django_assert_num_queries,
):
    row = make_working_time()
    make_policy(working_time=row)
    walls = make_user("administrator").walls
    for _ in range(5):
        start_clocks()

    row.week = {"0": [["01:00", "02:00"]]}
    with django_assert_num_queries(5):
        found = impact.impact_of(row, walls=walls, now=NOW)
        assert all(str(shift.clock.case) for shift in found.moves)


# Whose it is


def test_the_list_says_whose_a_calendar_is_and_what_counts_by_it(
    admin, django_assert_max_num_queries
):
    row = make_working_time(region=make_region(), team=make_team())
    make_policy(working_time=row)
    for number in range(5):
        make_working_time(f"other {number}", region=make_region(), team=make_team())

    with django_assert_max_num_queries(15):
        page = admin.get(reverse("admin:spots_workingtime_changelist")).content.decode()

    assert "1 policy" in page
    assert str(row.region) in page
    assert str(row.team) in page


def test_the_page_names_the_policies_that_count_by_it(admin):
    row = make_working_time()
    policy = make_policy(working_time=row)

    page = admin.get(change_of(row)).content.decode()

    assert reverse("admin:spots_policy_change", args=[policy.pk]) in page
