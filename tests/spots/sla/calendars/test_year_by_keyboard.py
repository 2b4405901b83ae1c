"""The year of a calendar in a real browser, by keyboard and by hand."""

import pytest
from playwright.sync_api import expect

from tests.browser import PASSWORD, opened, sign_in
from tests.factories import make_user, make_working_time

FILE = b"""BEGIN:VCALENDAR
BEGIN:VEVENT
DTSTART;VALUE=DATE:20260830
SUMMARY:Republic
END:VEVENT
END:VCALENDAR
"""


@pytest.fixture
def page(live_server):
    with opened(live_server, viewport={"width": 390, "height": 900}) as page:
        yield page


def open_calendar(page, row):
    sign_in(page, make_user("administrator", password=PASSWORD, language="en"))
    page.goto(f"/admin/spots/workingtime/{row.pk}/change/?year=2026")


def day_under_focus(page):
    return page.evaluate("document.activeElement.dataset.day")


@pytest.mark.django_db(transaction=True)
def test_days_are_changed_without_a_mouse_and_saved(page):
    row = make_working_time(holidays=["2026-05-09"], names={"2026-05-09": "Victory"})
    open_calendar(page, row)

    page.focus("[data-day='2026-05-01']")
    visited = []
    for key in ("ArrowRight", "ArrowDown", "PageDown", "End", "ArrowUp", "Home", "ArrowLeft"):
        page.keyboard.press(key)
        visited.append(day_under_focus(page)[5:])
    assert visited == ["05-02", "05-09", "06-09", "06-30", "06-23", "06-01", "05-31"]

    page.focus("[data-day='2026-05-08']")
    page.keyboard.press("Enter")
    expect(page.locator(".calendar-day-box")).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.fill(".calendar-hours", "soon")
    page.keyboard.press("Enter")
    expect(page.locator(".calendar-wrong")).to_be_visible()
    page.fill(".calendar-hours", "09:00-17:00")
    page.fill(".calendar-name", "Eve")
    page.keyboard.press("Enter")

    expect(page.locator("#id_moved_days")).to_have_value("2026-05-08 09:00-17:00 Eve")
    expect(page.locator("[data-day='2026-05-08']")).to_have_class(
        "calendar-day calendar-short calendar-named"
    )
    assert day_under_focus(page) == "2026-05-08"
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")

    expect(page.locator("#id_days_off")).to_have_value("")
    expect(page.locator("[data-day='2026-05-09']")).to_have_class("calendar-day calendar-weekend")
    page.click("[name=_save]")
    page.wait_for_url("**/workingtime/")
    row.refresh_from_db()
    assert (row.holidays, row.exceptions) == ([], {"2026-05-08": [["09:00", "17:00"]]})
    assert row.names == {"2026-05-08": "Eve"}
    assert page.errors == []


@pytest.mark.django_db(transaction=True)
def test_a_year_is_filled_in_with_what_is_ticked_and_nothing_typed_is_lost(page):
    row = make_working_time(exceptions={"2026-05-09": [["10:00", "12:00"]]})
    open_calendar(page, row)
    page.fill("#id_days_off", "2025-08-01 Typed")

    page.click("[data-from=russia]")
    expect(page.locator("#calendar-offer [data-day='2026-05-09']")).not_to_be_checked()
    page.uncheck("#calendar-offer [data-day='2026-06-12']")
    page.click("[data-do=put]")

    expect(page.locator("[data-day='2026-11-04']")).to_have_attribute("data-kind", "off")
    typed = page.input_value("#id_days_off").splitlines()
    assert typed[0] == "2025-08-01 Typed"
    assert "2026-11-04" in typed[-2]
    assert not any("2026-06-12" in line for line in typed)
    assert "2026-05-09 10:00-12:00" in page.input_value("#id_moved_days").splitlines()

    file = {"name": "days.ics", "mimeType": "text/calendar", "buffer": FILE}
    with page.expect_file_chooser() as chooser:
        page.click("[data-from=ics]")
    chooser.value.set_files(file)
    page.click("[data-do=put]")
    expect(page.locator("[data-day='2026-08-30']")).to_have_attribute("data-name", "Republic")
    page.click("[data-year='2027']")
    expect(page.locator("[data-day='2027-01-01']")).to_be_visible()
    page.click("[data-from=last-year]")
    expect(page.locator("#calendar-offer [data-day='2027-08-30']")).to_be_checked()
    assert page.errors == []
