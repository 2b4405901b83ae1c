"""Calendars, policies and clocks as people edit and read them."""

import pytest
from django.urls import reverse

from spots.models import Clock, LedgerEntry, WorkingTime
from spots.sla import transitions
from tests.factories import (
    NOW,
    make_brand,
    make_policy,
    make_region,
    make_spot,
    make_user,
    make_working_time,
)

pytestmark = pytest.mark.django_db

ADD = reverse("admin:spots_workingtime_add")
WEEK = dict.fromkeys(
    ("monday", "tuesday", "wednesday", "thursday", "friday"), "09:00-13:00, 14:00-18:00"
)
WRITTEN = {
    "name": "Engineers",
    "zone": "Europe/Moscow",
    **WEEK,
    "saturday": "",
    "sunday": "",
    "days_off": "2026-05-01\r\n09.05.2026\r\n\r\n",
    "moved_days": "2026-04-30 09:00–17:00",
}


@pytest.fixture(autouse=True)
def _in_english(settings):
    settings.LANGUAGE_CODE = "en"


def start_clocks(**spot):
    make_policy()
    case = make_spot(**spot)
    attributes = {"brand_id": case.brand_id, "region_id": case.region_id, "topic_id": None}
    transitions.start(case_id=case.pk, band=1, now=NOW, **attributes)
    return case


def test_a_calendar_is_written_in_lines_and_read_by_the_arithmetic(signed_in):
    response = signed_in("administrator").post(ADD, WRITTEN)

    assert response.status_code == 302
    row = WorkingTime.objects.get()
    assert row.week["4"] == [["09:00", "13:00"], ["14:00", "18:00"]]
    assert set(row.week) == {"0", "1", "2", "3", "4"}
    assert row.holidays == ["2026-05-01", "2026-05-09"]
    assert row.exceptions == {"2026-04-30": [["09:00", "17:00"]]}
    assert row.calendar.zone == "Europe/Moscow"
    assert row.history.count() == 1


def test_what_is_shown_for_editing_is_what_was_stored(signed_in):
    browser = signed_in("administrator")
    browser.post(ADD, WRITTEN)
    row = WorkingTime.objects.get()
    change = reverse("admin:spots_workingtime_change", args=[row.pk])

    shown = browser.get(change).context["adminform"].form.initial
    browser.post(change, {name: shown[name] for name in WRITTEN})

    again = WorkingTime.objects.get()
    assert (again.week, again.holidays, again.exceptions) == (
        row.week,
        row.holidays,
        row.exceptions,
    )


@pytest.mark.parametrize(
    ("field", "text", "said"),
    [
        ("monday", "9-18", "These are not hours"),
        ("tuesday", "18:00-09:00", "These are not hours"),
        ("wednesday", "09:00-13:00, 12:00-15:00", "Spans may not overlap"),
        ("sunday", "all day", "These are not hours"),
        ("days_off", "2026-02-30", "“2026-02-30” is not a date"),
        ("days_off", "1 May", "“1 May” is not a date"),
        ("moved_days", "2026-04-30", "“2026-04-30” is not a date and hours"),
        ("moved_days", "tomorrow 09:00-10:00", "is not a date and hours"),
        ("zone", "Mars/Olympus", "not one of the available choices"),
    ],
)
def test_a_line_that_cannot_be_read_is_named(signed_in, field, text, said):
    response = signed_in("administrator").post(ADD, {**WRITTEN, field: text})

    (error,) = response.context["adminform"].form.errors[field]
    assert said in error
    assert not WorkingTime.objects.exists()


def test_a_calendar_without_working_time_is_refused(signed_in):
    nothing = {**WRITTEN, **dict.fromkeys(WEEK, ""), "moved_days": ""}

    response = signed_in("administrator").post(ADD, nothing)

    assert "There is no working time in this calendar." in response.content.decode()


def test_the_list_sums_a_week_up(signed_in):
    make_working_time(
        week={"0": [["09:00", "18:00"]], "1": [["09:00", "18:00"]], "5": [["10:00", "14:00"]]}
    )

    page = signed_in("administrator").get(reverse("admin:spots_workingtime_changelist"))

    assert "Mon-Tue 09:00-18:00; Sat 10:00-14:00" in page.content.decode()


def test_a_policy_keeps_its_history_and_says_that_open_promises_follow(signed_in):
    policy = make_policy()
    browser = signed_in("administrator")

    page = browser.get(reverse("admin:spots_policy_change", args=[policy.pk])).content.decode()
    history = browser.get(reverse("admin:spots_policy_history", args=[policy.pk]))

    assert "counted anew in the background" in page
    assert history.status_code == 200


def test_a_clock_tells_why_its_deadline_is_when_it_is(signed_in):
    start_clocks()
    clock = Clock.objects.get(target="fix")

    page = signed_in("supervisor").get(reverse("admin:spots_clock_change", args=[clock.pk]))

    assert "by the policy “policy 1”" in page.content.decode()


@pytest.mark.parametrize("model", ["clock", "ledgerentry"])
def test_clocks_and_their_ledger_are_read_and_never_edited(signed_in, model):
    start_clocks()
    row = {"clock": Clock, "ledgerentry": LedgerEntry}[model].objects.first()
    browser = signed_in("supervisor")

    change = reverse(f"admin:spots_{model}_change", args=[row.pk])
    assert browser.get(reverse(f"admin:spots_{model}_changelist")).status_code == 200
    assert browser.get(change).status_code == 200
    assert browser.post(change, {"due_at": "2030-01-01"}).status_code == 403
    assert browser.get(reverse(f"admin:spots_{model}_add")).status_code == 403
    delete = reverse(f"admin:spots_{model}_delete", args=[row.pk])
    assert browser.post(delete, {"post": "yes"}).status_code == 403


def test_clocks_of_another_region_are_not_there(signed_in):
    start_clocks(region=make_region("far", lon=60.0))
    make_brand()
    clock, entry = Clock.objects.first(), LedgerEntry.objects.first()
    browser = signed_in(make_user("supervisor"))

    for model, row in (("clock", clock), ("ledgerentry", entry)):
        change = browser.get(reverse(f"admin:spots_{model}_change", args=[row.pk]))
        listed = browser.get(reverse(f"admin:spots_{model}_changelist"))
        assert change.status_code == 302  # the admin's "does not exist"
        assert listed.context["cl"].result_count == 0


def test_the_lists_ask_as_often_for_many_rows_as_for_few(signed_in, django_assert_max_num_queries):
    start_clocks()
    browser = signed_in("supervisor")
    lists = [reverse(f"admin:spots_{name}_changelist") for name in ("clock", "ledgerentry")]
    for address in lists:
        browser.get(address)
    for _ in range(5):
        case = make_spot()
        attributes = {"brand_id": case.brand_id, "region_id": case.region_id, "topic_id": None}
        transitions.start(case_id=case.pk, band=1, now=NOW, **attributes)

    for address in lists:
        with django_assert_max_num_queries(12):
            browser.get(address)
