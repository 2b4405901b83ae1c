"""Why a deadline is when it is. NOW is Wednesday 25 March 2026, 13:00 in Moscow."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone, translation

from spots.models import Clock
from spots.sla import transitions
from spots.sla.explain import explain
from spots.sla.matching import Facts
from spots.sla.models import Target
from tests.factories import NOW, make_policy, make_spot, make_working_time

pytestmark = pytest.mark.django_db

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture(autouse=True)
def _read_in_moscow():
    with translation.override("en"), timezone.override(ZoneInfo("Europe/Moscow")):
        yield


def fix_clock(*, calendar=None, **policy):
    make_policy(
        name="Usual", working_time=make_working_time("Engineers", **calendar or {}), **policy
    )
    spot = make_spot()
    transitions.start(
        case_id=spot.pk,
        brand_id=spot.brand_id,
        region_id=spot.region_id,
        topic_id=spot.topic_id,
        band=1,
        now=NOW,
    )
    return Clock.objects.get(case=spot, target=Target.FIX)


def test_a_deadline_within_the_day_needs_no_excuse():
    assert explain(fix_clock(fix_minutes=90)) == [
        "Promised: “fix” within 1 h 30 min of working time, by the policy “Usual”.",
        "Counted from Wed 25 March 2026, 13:00 by the calendar “Engineers” (Europe/Moscow).",
        "So it is due on Wed 25 March 2026, 14:30.",
    ]


def test_nights_weekends_days_off_and_moved_days_are_named():
    clock = fix_clock(
        fix_minutes=24 * 60,
        calendar={
            "holidays": ["2026-03-26"],
            "exceptions": {"2026-03-28": [["09:00", "18:00"]]},
        },
    )

    assert explain(clock)[2:] == [
        "Of the 117 h between, 24 h are working time; nights, breaks and days off do not count.",
        "Not worked by the week: Sun 29 March.",
        "Days off: Thu 26 March.",
        "Moved or short days, worked by their own hours: Sat 28 March.",
        "So it is due on Mon 30 March 2026, 10:00.",
    ]


def test_many_days_are_counted_and_not_all_named():
    sentence = explain(fix_clock(fix_minutes=40 * 9 * 60))[3]

    assert sentence.endswith("Sat 25 April, Sun 26 April, and 6 more days.")


def test_a_pause_is_named_with_its_times():
    clock = fix_clock()
    transitions.satisfy(case_id=clock.case_id, target=Target.FIX, by=None, now=NOW)
    transitions.reopen(case_id=clock.case_id, by=None, now=NOW + timedelta(minutes=30))
    clock.refresh_from_db()

    sentences = explain(clock)

    assert (
        "It stood still from Wed 25 March 2026, 13:00 to Wed 25 March 2026, 13:30,"
        " while the case was done."
    ) in sentences
    assert sentences[-1] == "So it is due on Thu 26 March 2026, 12:30."


def test_a_pause_of_the_work_is_named_with_its_reason_in_the_readers_language():
    clock = fix_clock()
    case = {"case_id": clock.case_id, "by": None}
    transitions.pause(reason="spare parts", now=NOW + HOUR, **case)
    clock.refresh_from_db()

    assert explain(clock)[-1] == (
        "It stands still since Wed 25 March 2026, 14:00 (spare parts):"
        " until it runs on, nothing is due."
    )
    with translation.override("ru"):
        assert "(запчасти)" in explain(clock)[-1]

    transitions.resume(now=NOW + 2 * HOUR, **case)
    clock.refresh_from_db()
    assert (
        "It stood still from Wed 25 March 2026, 14:00 to Wed 25 March 2026, 15:00 (spare parts)."
    ) in explain(clock)


def test_a_new_promise_is_told_with_both_deadlines():
    clock = fix_clock(fix_minutes=60)
    make_policy(0, name="Urgent", fix_minutes=30, band=1)
    spot = make_spot()
    facts = Facts("spot", spot.brand_id, spot.region_id, spot.topic_id, band=1)
    standing = transitions.Standing(facts, {})

    transitions.promise_anew({clock.case_id: standing}, by=None, now=NOW)

    clock.refresh_from_db()
    assert explain(clock)[2:] == [
        "Promised anew on Wed 25 March 2026, 13:00 (Urgent). Due before:"
        " Wed 25 March 2026, 14:00; since then: Wed 25 March 2026, 13:30.",
        "So it is due on Wed 25 March 2026, 13:30.",
    ]


def test_a_new_promise_of_what_was_missed_says_that_it_came_too_late():
    clock = fix_clock()
    policy = clock.policy
    policy.fix_minutes *= 2
    policy.save()
    late = clock.due_at + HOUR
    facts = Facts("spot", clock.brand_id, clock.region_id, clock.topic_id, band=1)
    standing = transitions.Standing(facts, {})
    transitions.promise_anew({clock.case_id: standing}, reason="more time", by=None, now=late)
    clock.refresh_from_db()

    sentences = " ".join(explain(clock))

    assert "(more time); it had been missed before, so the deadline stayed." in sentences
    assert "Missed, and not done yet." in sentences


def test_a_calendar_edited_after_it_was_missed_is_not_said_to_be_counted():
    clock = fix_clock(fix_minutes=60)
    transitions.mark_breaches(now=NOW + 2 * HOUR)
    working_time = clock.policy.working_time
    working_time.week = {"0": [["09:00", "10:00"]]}
    working_time.save()
    clock = Clock.objects.get(pk=clock.pk)

    sentences = explain(clock)

    assert "The calendar was edited later; this deadline stays as it was promised." in sentences


def test_a_restart_by_the_policy_is_told():
    clock = fix_clock(reopening="restart")
    transitions.satisfy(case_id=clock.case_id, target=Target.FIX, by=None, now=NOW + HOUR)
    transitions.reopen(case_id=clock.case_id, by=None, now=NOW + 2 * HOUR)
    clock.refresh_from_db()

    assert explain(clock)[1:3] == [
        "Counted from Wed 25 March 2026, 15:00 by the calendar “Engineers” (Europe/Moscow).",
        "Reopened on Wed 25 March 2026, 15:00; by the policy the minutes count anew.",
    ]


def test_what_was_heard_of_late_says_so():
    clock = fix_clock(fix_minutes=60)
    transitions.mark_breaches(now=NOW + 2 * HOUR)
    transitions.satisfy(
        case_id=clock.case_id, target=Target.FIX, by=None, now=NOW + 3 * HOUR, at=NOW
    )
    clock.refresh_from_db()

    assert explain(clock)[2:] == [
        "“done” of Wed 25 March 2026, 13:00 was heard of only on Wed 25 March 2026, 16:00.",
        "It was taken for missed, and was not: what was heard later says so.",
        "So it is due on Wed 25 March 2026, 14:00.",
        "Kept at Wed 25 March 2026, 13:00.",
    ]


def test_the_clock_of_the_place_is_told_where_it_differs():
    clock = fix_clock(fix_minutes=60)
    clock.case.region.time_zone = "Asia/Omsk"

    assert explain(clock)[-1] == (
        "So it is due on Wed 25 March 2026, 14:00 (Wed 25 March, 17:00 Asia/Omsk)."
    )


@pytest.mark.parametrize(
    ("days", "ending"),
    [
        pytest.param(0, "Kept at Wed 25 March 2026, 13:00.", id="kept"),
        pytest.param(2, "Done late, at Fri 27 March 2026, 13:00.", id="done late"),
    ],
)
def test_the_end_is_told(days, ending):
    clock = fix_clock()
    promised = explain(clock)
    transitions.satisfy(case_id=clock.case_id, target=Target.FIX, by=None, now=NOW + days * DAY)
    clock.refresh_from_db()

    assert explain(clock) == [*promised, ending]


def test_a_promise_missed_and_still_open_says_so():
    clock = fix_clock()
    transitions.mark_breaches(now=NOW + 2 * DAY)
    clock.refresh_from_db()

    assert explain(clock)[-1] == "Missed, and not done yet."


def test_a_reader_elsewhere_sees_both_clocks():
    with timezone.override(ZoneInfo("Asia/Omsk")):
        sentence = explain(fix_clock(fix_minutes=60))[-1]

    assert sentence == (
        "So it is due on Wed 25 March 2026, 17:00 (Wed 25 March, 14:00 Europe/Moscow)."
    )


@pytest.mark.parametrize(
    ("ended", "sentence"),
    [
        (True, "The calendar was edited later; this deadline stays as it was promised."),
        (False, "The calendar has just been edited: this deadline is being counted anew."),
    ],
    ids=["ended", "open"],
)
def test_a_calendar_edited_later_is_owned_up_to(ended, sentence):
    clock = fix_clock()
    if ended:
        transitions.satisfy(case_id=clock.case_id, target=Target.FIX, by=None, now=NOW)
    working_time = clock.policy.working_time
    working_time.week = {"0": [["10:00", "12:00"]]}
    working_time.save()
    clock.refresh_from_db()

    assert sentence in explain(clock)
