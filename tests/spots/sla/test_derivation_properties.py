"""
Clocks against a walk minute by minute, and what may make no difference.

The walk knows of every minute how the clock stood in it, and counts those that are worked and
open. It shares no code with what it checks.
"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from spots.sla.calendar import WorkCalendar
from spots.sla.derivation import Fact, FactKind, Promise, derive

MINUTE = timedelta(minutes=1)
BEGIN = datetime(2024, 3, 29, 6, tzinfo=UTC)  # a Friday; Berlin's clocks change on Sunday
LASTS = 3 * 1440  # minutes in which facts lie
HORIZON = 12 * 1440  # minutes in which the walk looks for the end

# Where, and the hours of every day that is worked.
WEEKS = [
    ("Europe/Berlin", range(5), 9, 18),
    ("Europe/Berlin", range(7), 0, 24),
    ("Europe/Moscow", range(6), 8, 12),
]
thorough = settings(deadline=None, derandomize=True, max_examples=60)


def calendar_of(week):
    zone, days, opens, closes = week
    return WorkCalendar(zone, {day: [(f"{opens:02}:00", f"{closes:02}:00")] for day in days})


CALENDARS = {calendar_of(week): week for week in WEEKS}
promises = st.builds(
    Promise, minutes=st.integers(1, 1200), calendar=st.sampled_from(list(CALENDARS))
)
moments = st.integers(0, LASTS).map(lambda minute: BEGIN + minute * MINUTE)


@st.composite
def ledgers(draw):
    """Draw the facts of a clock, each at a moment of its own, in any order."""
    times = draw(st.lists(moments, min_size=1, max_size=9, unique=True))
    facts = [Fact(FactKind.STARTED, times[0], draw(promises))]
    for moment in times[1:]:
        kind = draw(st.sampled_from([kind for kind in FactKind if kind != FactKind.STARTED]))
        fact = Fact(kind, moment)
        if kind == FactKind.PROMISED:
            since = draw(st.none() | moments)
            fact = replace(fact, promise=draw(promises), since=since)
        if kind == FactKind.REOPENED:
            fact = replace(fact, restarts=draw(st.booleans()))
        facts.append(fact)
    return draw(st.permutations(facts))


def is_worked(week, moment):
    zone, days, opens, closes = week
    local = moment.astimezone(ZoneInfo(zone))
    return local.weekday() in days and opens <= local.hour < closes


BECOMES = {"paused": "paused", "resumed": "open", "satisfied": "done", "stopped": "stopped"}


def standings(facts):
    """
    Return its category, promise, beginning and end, and how it stood from which moment on.

    What is asked for after it was missed comes too late, unless the due time was asked for late.
    """
    start = next(fact for fact in facts if fact.kind == FactKind.STARTED)
    category, promise, since, ended = "open", start.promise, start.at, None
    asked, taken = (promise, since), since
    stood = []
    for fact in sorted(facts, key=lambda fact: fact.at):
        if ended is None and fact.kind == "promised":
            asked = fact.promise, fact.since or asked[1]
            earlier = [one for one in facts if one.at < fact.at or one is start]
            missed = walked(earlier, fact.at)[3]
            if (missed is None or missed < taken) and asked != (promise, since):
                (promise, since), taken = asked, fact.at
        elif ended is None:
            category = BECOMES.get(fact.kind, category)
            ended = fact.at if category in ("done", "stopped") else None
        elif fact.kind == "reopened":
            earlier = [one for one in facts if one.at < fact.at or one is start]
            given_up = category == "stopped" and walked(earlier, fact.at)[3] is not None
            category, ended = "open", None
            if fact.restarts and not given_up:
                asked = (asked[0], fact.at)
                taken = fact.at if asked != (promise, since) else taken
                promise, since = asked
        stood.append((fact.at, category))
    if ended is not None:  # what has ended is due when it would have been, had it run on
        stood = [*((at, how) for at, how in stood if at < ended), (ended, "open")]
    return category, promise, since, ended, stood


def walked(facts, now):
    """Return its category, when it is due, the minutes consumed by now, and when it was missed."""
    category, promise, since, ended, stood = standings(facts)
    end = now if ended is None else min(now, ended)
    due, consumed, used = None, 0, 0
    for minute in range(HORIZON):
        moment = since + minute * MINUTE
        stands = next((how for at, how in reversed(stood) if at <= moment), "open")
        if stands != "open" or not is_worked(CALENDARS[promise.calendar], moment):
            continue
        used += 1
        consumed += moment < end
        if used == promise.minutes:
            due = moment + MINUTE
    missed = due if due is not None and due < (ended or now) else None
    return category, due, consumed, missed


@thorough
@given(ledgers(), moments)
def test_a_walk_minute_by_minute_agrees(facts, now):
    state = derive(facts)

    expected = walked(facts, now)

    assert (
        state.category,
        state.due,
        round(state.consumed(now)),
        state.missed_at(now),
    ) == expected


@thorough
@given(ledgers(), st.randoms(use_true_random=False))
def test_the_order_of_recording_makes_no_difference(facts, random):
    shuffled = random.sample(facts, len(facts))

    assert derive(shuffled) == derive(facts)
    assert derive(shuffled).due == derive(facts).due


@thorough
@given(ledgers(), st.data())
def test_what_is_recorded_twice_changes_nothing(facts, data):
    twice = data.draw(st.sampled_from(facts))
    place = data.draw(st.integers(0, len(facts)))

    assert derive([*facts[:place], twice, *facts[place:]]) == derive(facts)


@thorough
@given(ledgers(), promises)
def test_what_has_ended_stays_as_it_was_promised(facts, promise):
    last = max(fact.at for fact in facts)
    ended = [*facts, Fact(FactKind.STOPPED, last + MINUTE)]

    later = Fact(FactKind.PROMISED, last + 2 * MINUTE, promise)

    assert derive([*ended, later]).due == derive(ended).due
