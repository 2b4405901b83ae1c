"""When stages of a ladder are reached. The clock: ten hours round the clock from ten."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spots.escalation.stages import Stage, Step, climbed
from spots.sla.calendar import WorkCalendar
from spots.sla.derivation import Fact, FactKind, Promise, derive

START = datetime(2024, 6, 3, 10, tzinfo=UTC)  # a Monday
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
LONG_AGO = START - timedelta(days=100)
ALWAYS = WorkCalendar("UTC", {day: [("00:00", "24:00")] for day in range(7)})
OFFICE = WorkCalendar("UTC", {day: [("09:00", "18:00")] for day in range(5)})

HALF = Stage(1, LONG_AGO, percent=50)
THREE_QUARTERS = Stage(2, LONG_AGO, percent=75)
NINETY = Stage(3, LONG_AGO, percent=90)
MISSED = Stage(4, LONG_AGO)
HOUR_LATE = Stage(5, LONG_AGO, after=60)
LADDER = (HALF, THREE_QUARTERS, NINETY, MISSED, HOUR_LATE)


def started(minutes=600, calendar=ALWAYS):
    return Fact(FactKind.STARTED, START, Promise(minutes, calendar))


def life(*facts):
    """Steps of facts that are known at once; every fact that moves the due is a version."""
    steps, version, due = [], 0, None
    for number, fact in enumerate(facts, start=1):
        state = derive(facts[:number])
        if state.due != due or not version:
            version, due = version + 1, state.due
        known = max([fact.at, *(step.known_from for step in steps[-1:])])
        steps.append(Step(known, version, state))
    return steps


def reached(steps, until, ladder=LADDER):
    found = climbed(steps, lambda _policy: ladder, until=until).reached
    return [(one.rung, one.due_version, one.at) for one in found]


def promised(at, minutes):
    return Fact(FactKind.PROMISED, at, Promise(minutes, ALWAYS))


def test_each_stage_is_reached_at_its_share_of_the_time_and_after_the_breach():
    assert reached(life(started()), START + 24 * HOUR) == [
        (1, 1, START + 5 * HOUR),
        (2, 1, START + 7.5 * HOUR),
        (3, 1, START + 9 * HOUR),
        (4, 1, START + 10 * HOUR),
        (5, 1, START + 11 * HOUR),
    ]


def test_a_moment_before_its_stage_nothing_is_reached_and_the_look_comes_back_then():
    before = climbed(life(started()), lambda _policy: LADDER, until=START + 5 * HOUR - MINUTE)

    assert before.reached == ()
    assert before.next_at == START + 5 * HOUR


def test_shares_are_of_working_time_and_minutes_after_the_breach_as_the_rung_says():
    working = Stage(6, LONG_AGO, after=60, working=True)
    plain = Stage(7, LONG_AGO, after=60)

    found = reached(life(started(480, OFFICE)), START + 48 * HOUR, (HALF, working, plain))

    # due on Monday at 18:00: an hour of working time later is Tuesday's first
    assert found == [
        (1, 1, START + 4 * HOUR),
        (7, 1, START + 9 * HOUR),
        (6, 1, START + 24 * HOUR),
    ]


def test_a_due_time_moved_later_arms_again_only_what_is_ahead():
    moved = START + 8 * HOUR  # 80 % used; of 900 minutes that is 53 %

    found = reached(life(started(), promised(moved, 900)), START + 48 * HOUR)

    assert found == [
        (1, 1, START + 5 * HOUR),
        (2, 1, START + 7.5 * HOUR),
        (2, 2, START + 11.25 * HOUR),
        (3, 2, START + 13.5 * HOUR),
        (4, 2, START + 15 * HOUR),
        (5, 2, START + 16 * HOUR),
    ]


def test_a_due_time_moved_earlier_past_several_reaches_only_the_highest_of_them():
    moved = START + 4 * HOUR  # of 300 minutes 80 % are used

    found = reached(life(started(), promised(moved, 300)), START + 4.25 * HOUR)

    assert found == [(2, 2, moved)]


def test_a_stage_that_lay_ahead_again_is_reached_again_by_a_jump_back():
    later, back = START + 8 * HOUR, START + 8.5 * HOUR

    found = reached(life(started(), promised(later, 1200), promised(back, 600)), back)

    assert found == [(1, 1, START + 5 * HOUR), (2, 1, START + 7.5 * HOUR), (2, 3, back)]


def test_a_due_time_moved_before_now_reaches_what_follows_the_breach_alone():
    moved = START + 4 * HOUR

    assert reached(life(started(), promised(moved, 60)), moved) == [(5, 2, moved)]


def test_what_was_reached_before_a_pause_is_not_reached_again_after_it():
    facts = (
        started(),
        Fact(FactKind.PAUSED, START + 6 * HOUR),
        Fact(FactKind.RESUMED, START + 16 * HOUR),
    )

    assert reached(life(*facts), START + 18 * HOUR) == [
        (1, 1, START + 5 * HOUR),
        (2, 3, START + 17.5 * HOUR),
    ]


def test_while_a_clock_stands_still_nothing_is_reached_even_after_its_breach():
    facts = (started(), Fact(FactKind.PAUSED, START + 10.5 * HOUR))

    found = climbed(life(*facts), lambda _policy: (HOUR_LATE,), until=START + 99 * HOUR)

    assert (found.reached, found.next_at) == ((), None)


def test_what_ended_reaches_nothing_any_more():
    facts = (started(), Fact(FactKind.DONE, START + 6 * HOUR))

    assert reached(life(*facts), START + 99 * HOUR) == [(1, 1, START + 5 * HOUR)]


def test_what_begins_anew_is_reached_anew():
    facts = (
        started(),
        Fact(FactKind.DONE, START + 6 * HOUR),
        Fact(FactKind.REOPENED, START + 20 * HOUR, restarts=True),
    )

    assert reached(life(*facts), START + 26 * HOUR) == [
        (1, 1, START + 5 * HOUR),
        (1, 2, START + 25 * HOUR),
    ]


def test_stages_that_came_into_force_later_do_not_tell_of_what_is_past():
    edited = START + 6 * HOUR
    ladder = (Stage(1, edited, percent=50), Stage(2, edited, percent=75))

    assert reached(life(started()), START + 8 * HOUR, ladder) == [(2, 1, START + 7.5 * HOUR)]


def test_another_policy_brings_its_own_ladder_and_leaves_the_past_to_the_old_one():
    other = Stage(9, LONG_AGO, percent=60)
    first = Fact(FactKind.STARTED, START, Promise(600, ALWAYS, policy=1))
    then = Fact(FactKind.PROMISED, START + 7 * HOUR, Promise(1200, ALWAYS, policy=2))

    found = climbed(
        life(first, then),
        lambda policy: (HALF,) if policy == 1 else (other,),
        until=START + 99 * HOUR,
    )

    assert [(one.rung, one.at) for one in found.reached] == [
        (1, START + 5 * HOUR),
        (9, START + 12 * HOUR),
    ]


KINDS = [kind for kind in FactKind if kind != FactKind.STARTED]
stages = st.builds(
    lambda percent, after, working: (percent, after, working),
    st.none() | st.integers(1, 99),
    st.integers(0, 300),
    st.booleans(),
)


@st.composite
def ladders(draw):
    drawn = draw(st.lists(stages, min_size=1, max_size=6))
    return tuple(
        Stage(number, LONG_AGO, percent, 0 if percent else after, working)
        for number, (percent, after, working) in enumerate(drawn)
    )


@st.composite
def lives(draw):
    facts = [started(draw(st.integers(1, 900)), draw(st.sampled_from([ALWAYS, OFFICE])))]
    minute = 0
    for _ in range(draw(st.integers(0, 7))):
        minute += draw(st.integers(1, 400))
        kind = draw(st.sampled_from(KINDS))
        promise = Promise(draw(st.integers(1, 900)), ALWAYS) if kind == "promised" else None
        facts.append(Fact(kind, START + minute * MINUTE, promise))
    return life(*facts)


thorough = settings(deadline=None, derandomize=True, max_examples=200)


@thorough
@given(lives(), ladders(), st.lists(st.integers(0, 5000), min_size=1, max_size=8))
def test_it_makes_no_difference_when_anybody_looked(steps, ladder, minutes):
    """What a row of looks found is what the last of them finds alone: none is late."""
    looks = [START + minute * MINUTE for minute in sorted(minutes)]
    seen = []
    for look in looks:
        known = [step for step in steps if step.known_from <= look]  # it knows no more yet
        seen += [one for one in reached(known, look, ladder) if one not in seen]

    assert sorted(seen) == sorted(reached(steps, looks[-1], ladder))


@thorough
@given(lives(), ladders())
def test_a_stage_is_reached_once_for_a_due_time_and_never_while_it_stands_still(steps, ladder):
    found = reached(steps, START + 5000 * MINUTE, ladder)

    assert len({(rung, version) for rung, version, _at in found}) == len(found)
    for _rung, version, at in found:
        step = [one for one in steps if one.known_from <= at][-1]
        assert step.state.category == "open"
        assert step.due_version == version


@thorough
@given(lives(), ladders(), st.integers(0, 5000))
def test_the_next_look_is_when_the_next_stage_is_reached(steps, ladder, minute):
    look = max(START + minute * MINUTE, steps[-1].known_from)
    found = climbed(steps, lambda _policy: ladder, until=look)
    later = reached(steps, look + timedelta(days=60), ladder)

    ahead = [at for _rung, _version, at in later if at > look]
    assert not ahead or found.next_at == min(ahead)


@pytest.mark.parametrize("jump", [90, 150, 250])
def test_a_jump_and_what_follows_it_tells_of_no_stage_twice(jump):
    steps = life(started(), promised(START + jump * MINUTE, 200))

    rungs = [rung for rung, _, _ in reached(steps, START + 99 * HOUR)]

    assert len(rungs) == len(set(rungs))
