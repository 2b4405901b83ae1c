"""How a clock stands by its facts. Times are those of Moscow; the week of 25 March 2026."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from spots.sla.calendar import WorkCalendar
from spots.sla.derivation import Category, Fact, FactKind, Promise, derive

MOSCOW = ZoneInfo("Europe/Moscow")
OFFICE = WorkCalendar("Europe/Moscow", {day: [("09:00", "18:00")] for day in range(5)})
ALWAYS = WorkCalendar("Europe/Moscow", {day: [("00:00", "24:00")] for day in range(7)})


def at(day, time):
    hour, minute = time.split(":")
    return datetime(2026, 3, day, int(hour), int(minute), tzinfo=MOSCOW)


def started(day=25, time="10:00", *, minutes=120, calendar=OFFICE):
    return Fact(FactKind.STARTED, at(day, time), Promise(minutes, calendar))


def promised(moment, minutes, *, calendar=OFFICE, since=None):
    return Fact(FactKind.PROMISED, moment, Promise(minutes, calendar), since=since)


def fact(kind, day, time, **more):
    return Fact(kind, at(day, time), **more)


def test_a_clock_runs_from_its_start():
    state = derive([started()])

    assert (state.category, state.due, state.since) == (
        Category.OPEN,
        at(25, "12:00"),
        at(25, "10:00"),
    )


def test_without_a_start_there_is_no_clock():
    with pytest.raises(ValueError, match="started"):
        derive([fact(FactKind.PAUSED, 25, "11:00")])


def test_while_it_stands_still_nothing_is_due():
    state = derive([started(), fact(FactKind.PAUSED, 25, "11:00")])

    assert (state.category, state.due) == (Category.PAUSED, None)
    assert state.paused_since == at(25, "11:00")
    assert state.consumed(at(27, "15:00")) == 60


def test_what_was_used_up_before_a_pause_stays_due():
    state = derive([started(), fact(FactKind.PAUSED, 25, "12:00")])

    assert state.due == at(25, "12:00")
    assert state.missed_at(at(25, "12:00")) is None
    assert state.missed_at(at(25, "12:01")) == at(25, "12:00")


def test_a_pause_counts_in_working_time_only():
    state = derive(
        [started(), fact(FactKind.PAUSED, 25, "11:00"), fact(FactKind.RESUMED, 26, "09:30")]
    )

    assert (state.category, state.due) == (Category.OPEN, at(26, "10:30"))


def test_a_second_pause_within_a_pause_adds_nothing():
    state = derive(
        [
            started(),
            fact(FactKind.PAUSED, 25, "10:30"),
            fact(FactKind.PAUSED, 25, "11:00"),
            fact(FactKind.RESUMED, 25, "11:30"),
            fact(FactKind.RESUMED, 25, "12:00"),
        ]
    )

    assert state.due == at(25, "13:00")


def test_done_in_time_is_not_missed_and_done_late_is():
    def done(time):
        return derive([started(), fact(FactKind.DONE, 25, time)])

    assert done("12:00").missed_at(at(30, "12:00")) is None
    assert done("12:01").missed_at(at(30, "12:00")) == at(25, "12:00")
    assert done("12:01").ended_at == at(25, "12:01")


def test_what_was_done_during_a_pause_has_the_due_time_it_would_have_had():
    state = derive(
        [started(), fact(FactKind.PAUSED, 25, "11:00"), fact(FactKind.DONE, 25, "15:00")]
    )

    assert (state.category, state.due) == (Category.DONE, at(25, "16:00"))
    assert state.missed_at(at(30, "12:00")) is None


@pytest.mark.parametrize("kind", [FactKind.DONE, FactKind.STOPPED])
def test_reopened_time_in_between_is_a_pause(kind):
    state = derive([started(), fact(kind, 25, "11:00"), fact(FactKind.REOPENED, 25, "13:30")])

    assert (state.category, state.due, state.ended_at) == (Category.OPEN, at(25, "14:30"), None)


def test_reopened_anew_it_counts_from_then():
    state = derive(
        [
            started(),
            fact(FactKind.DONE, 25, "11:00"),
            fact(FactKind.REOPENED, 25, "13:30", restarts=True),
        ]
    )

    assert (state.since, state.due) == (at(25, "13:30"), at(25, "15:30"))


def test_what_was_missed_stays_missed_when_it_is_reopened():
    state = derive(
        [started(), fact(FactKind.DONE, 25, "14:00"), fact(FactKind.REOPENED, 25, "15:00")]
    )

    assert state.missed_at(at(25, "15:00")) == at(25, "12:00")


def test_promised_anew_pauses_survive():
    state = derive(
        [
            started(),
            fact(FactKind.PAUSED, 25, "10:30"),
            fact(FactKind.RESUMED, 25, "11:00"),
            promised(at(25, "11:15"), 60),
        ]
    )

    assert state.due == at(25, "11:30")


def test_promised_anew_from_an_earlier_start():
    state = derive([started(), promised(at(25, "11:00"), 120, since=at(25, "09:30"))])

    assert (state.since, state.due) == (at(25, "09:30"), at(25, "11:30"))


@pytest.mark.parametrize("kind", [FactKind.DONE, FactKind.STOPPED])
def test_what_has_ended_is_never_promised_anew(kind):
    state = derive([started(), fact(kind, 25, "11:00"), promised(at(25, "11:30"), 10)])

    assert state.due == at(25, "12:00")


def test_a_done_heard_of_late_undoes_the_miss():
    late = [started(), fact(FactKind.DONE, 25, "13:00")]
    assert derive(late).missed_at(at(25, "14:00"))

    state = derive([*late, fact(FactKind.DONE, 25, "11:45")])

    assert state.ended_at == at(25, "11:45")
    assert state.missed_at(at(25, "14:00")) is None


def test_done_before_it_started_uses_nothing_up():
    state = derive([started(), fact(FactKind.DONE, 25, "09:00")])

    assert (state.category, state.consumed(at(25, "11:00"))) == (Category.DONE, 0)
    assert state.missed_at(at(25, "14:00")) is None


def test_a_calendar_that_runs_out_makes_nothing_due():
    one_day = WorkCalendar("Europe/Moscow", exceptions={"2026-03-25": [("09:00", "11:00")]})

    assert derive([started(calendar=one_day)]).due is None


def test_shares_of_it_are_used_up_in_between():
    state = derive([started(minutes=600), fact(FactKind.PAUSED, 26, "17:00")])

    assert state.used_up(300) == at(25, "15:00")
    assert state.used_up(600) == at(26, "11:00")


def test_facts_of_one_moment_count_as_they_were_recorded():
    moment = at(25, "11:00")
    kinds = (FactKind.DONE, FactKind.REOPENED, FactKind.DONE)

    state = derive([started(), *(Fact(kind, moment) for kind in kinds)])

    assert state.category == Category.DONE


def test_what_was_missed_stays_so_whatever_is_promised_afterwards():
    longer, shorter, earlier = (
        promised(at(25, "12:01"), 600),
        promised(at(25, "13:00"), 30),
        Fact(FactKind.PROMISED, at(25, "14:00"), since=at(25, "09:00")),
    )

    state = derive([started(), longer, shorter, earlier])

    assert (state.due, state.since) == (at(25, "12:00"), at(25, "10:00"))
    assert state.promise.minutes == 120
    assert state.asked == (Promise(30, OFFICE), at(25, "09:00"))
    assert state.missed_at(at(25, "15:00")) == at(25, "12:00")


def test_at_its_due_time_it_may_be_promised_anew():
    assert derive([started(), promised(at(25, "12:00"), 180)]).due == at(25, "13:00")


def test_what_a_promise_put_into_the_past_goes_with_that_promise():
    at_once = [started(), promised(at(25, "11:30"), 60)]
    assert derive(at_once).missed_at(at(25, "11:31")) == at(25, "11:00")

    state = derive([*at_once, promised(at(25, "11:40"), 120)])

    assert (state.due, state.missed_at(at(25, "11:50"))) == (at(25, "12:00"), None)
    assert state.stays_missed(at(25, "12:01"))


def test_what_was_not_missed_after_all_is_promised_as_was_asked_meanwhile():
    missed = [started(), promised(at(25, "13:00"), 240)]

    state = derive(
        [*missed, fact(FactKind.PAUSED, 25, "11:00"), fact(FactKind.RESUMED, 25, "12:30")]
    )

    assert (state.due, state.promise.minutes) == (at(25, "15:30"), 240)


def test_what_begins_anew_is_promised_as_was_asked_last():
    done = [started(), promised(at(25, "13:00"), 60), fact(FactKind.DONE, 25, "14:00")]

    state = derive([*done, fact(FactKind.REOPENED, 25, "15:00", restarts=True)])

    assert (state.due, state.missed_at(at(25, "15:30"))) == (at(25, "16:00"), None)


def test_what_was_missed_and_given_up_runs_on_even_if_it_were_to_begin_anew():
    again = fact(FactKind.REOPENED, 25, "15:00", restarts=True)

    late, in_time = (
        derive([started(), fact(FactKind.STOPPED, 25, time), again]) for time in ("12:01", "12:00")
    )

    assert (late.due, late.since) == (at(25, "12:00"), at(25, "10:00"))
    assert (in_time.due, in_time.since) == (at(25, "17:00"), at(25, "15:00"))
