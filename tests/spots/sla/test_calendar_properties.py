"""
Working time against a walk that reads the local clock minute by minute, and its own laws.

The walk knows nothing but the rule: a minute counts if the clock on the wall, at its
beginning, reads inside a span. It shares no code and no idea with what it checks.
"""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spots.sla.calendar import WorkCalendar

MINUTE = timedelta(minutes=1)

# Where local clocks were put forward or back, and once a day was left out.
CHANGES = [
    ("Europe/Moscow", "2011-03-27"),  # to summer time for good
    ("Europe/Moscow", "2014-10-26"),  # and back, by law
    ("Asia/Chita", "2014-10-26"),  # two hours back
    ("Asia/Chita", "2016-03-27"),  # one forward
    ("Europe/Volgograd", "2018-10-28"),
    ("Europe/Berlin", "2024-03-31"),
    ("Europe/Berlin", "2024-10-27"),
    ("America/St_Johns", "2010-03-14"),  # at a minute past midnight
    ("America/St_Johns", "2010-11-07"),  # back into the day before
    ("America/Sao_Paulo", "2018-02-18"),  # at midnight: Saturday's last hour repeats
    ("America/Sao_Paulo", "2018-11-04"),  # the day begins at 01:00
    ("Australia/Lord_Howe", "2024-04-07"),  # half an hour
    ("Australia/Lord_Howe", "2024-10-06"),
    ("Antarctica/Troll", "2024-10-27"),  # two hours
    ("Pacific/Apia", "2011-12-30"),  # a Friday that never was
    ("Pacific/Kwajalein", "1993-08-21"),  # and a Saturday
    ("Asia/Kathmandu", "1986-01-01"),  # a quarter of an hour
    ("Africa/Casablanca", "2024-04-14"),  # after Ramadan
    ("Asia/Vladivostok", "2024-06-10"),  # nothing happens
]

# Deterministic, so that a red run is red again; patient, because the walk is slow.
thorough = settings(deadline=None, derandomize=True, max_examples=150)


def _time(minute):
    return f"{minute // 60:02}:{minute % 60:02}"


@st.composite
def days(draw):
    """Draw the spans of a day, at times that like to lie where clocks are changed."""
    near = st.sampled_from([0, 1, 60, 61, 90, 119, 120, 150, 180, 181, 540, 1080, 1380, 1439, 1440])
    bounds = sorted(draw(st.sets(near | st.integers(0, 1440), max_size=6)))
    pairs = zip(bounds[::2], bounds[1::2], strict=False)
    return [(_time(opens), _time(closes)) for opens, closes in pairs]


@st.composite
def situations(draw):
    """Draw a calendar as it is written, and moments within four days of a clock change."""
    zone, written = draw(st.sampled_from(CHANGES))
    change = datetime.fromisoformat(written).replace(tzinfo=UTC)
    dates = [(change + timedelta(days=days)).date().isoformat() for days in range(-2, 3)]
    kinds = st.sampled_from([[], [("12:00", "12:30")], *draw(st.lists(days(), max_size=3))])
    rules = {
        "zone": zone,
        # Some time must be worked: once a week at least.
        "week": {day: draw(kinds) for day in range(6)} | {6: [("12:00", "12:30")]},
        "holidays": draw(st.lists(st.sampled_from(dates), max_size=2)),
        "exceptions": draw(st.dictionaries(st.sampled_from(dates), kinds, max_size=2)),
    }
    near = st.integers(-4 * 1440, 4 * 1440).map(lambda minutes: change + minutes * MINUTE)
    start, end = sorted([draw(near), draw(near)])
    pauses = [tuple(sorted([draw(near), draw(near)])) for _ in range(draw(st.integers(0, 4)))]
    return rules, start, end, pauses


def is_open(rules, moment):
    local = moment.astimezone(ZoneInfo(rules["zone"]))
    date, time = local.date().isoformat(), local.strftime("%H:%M")
    spans = rules["week"].get(local.weekday(), [])
    if date in rules["holidays"]:
        spans = []
    spans = rules["exceptions"].get(date, spans)
    # Written alike, times compare as text: "23:59" < "24:00".
    return any(opens <= time < closes for opens, closes in spans)


def open_minutes(rules, start, end, pauses):
    """Yield each minute, by its beginning, that is worked and not paused."""
    while start < end:
        if is_open(rules, start) and not any(since <= start < until for since, until in pauses):
            yield start
        start += MINUTE


@thorough
@given(situations())
def test_a_walk_from_minute_to_minute_counts_the_same(situation):
    rules, start, end, pauses = situation
    calendar = WorkCalendar(**rules)

    walked = list(open_minutes(rules, start, end, pauses))

    assert calendar.worked(start, end, pauses) == len(walked)
    for count in {1, len(walked) // 2, len(walked)} & set(range(1, len(walked) + 1)):
        assert calendar.due(start, count, pauses) == walked[count - 1] + MINUTE
    assert calendar.due(start, len(walked) + 1, [*pauses, (end, None)]) is None


@pytest.mark.parametrize(("zone", "date"), CHANGES, ids=lambda written: written)
@pytest.mark.parametrize("spans", [[("00:00", "24:00")], [("00:30", "02:15"), ("22:45", "23:59")]])
def test_a_walk_over_each_clock_change_counts_the_same(zone, date, spans):
    rules = {"zone": zone, "week": dict.fromkeys(range(7), spans), "holidays": [], "exceptions": {}}
    calendar = WorkCalendar(**rules)
    start = datetime.fromisoformat(date).replace(tzinfo=UTC) - timedelta(days=2)
    end = start + timedelta(days=4)

    walked = list(open_minutes(rules, start, end, []))

    assert calendar.worked(start, end) == len(walked)
    for count in range(1, len(walked) + 1, 7):
        assert calendar.due(start, count) == walked[count - 1] + MINUTE


microseconds = st.integers(0, 10**9).map(lambda count: timedelta(microseconds=count))
minutes_granted = st.floats(0.001, 20_000) | st.integers(1, 20_000)


@thorough
@given(situations(), minutes_granted, microseconds)
def test_as_much_is_worked_until_the_due_time_as_was_granted(situation, minutes, shift):
    rules, start, _, pauses = situation
    calendar = WorkCalendar(**rules)
    start, pauses = start + shift, [(since + shift / 3, until + shift) for since, until in pauses]

    due = calendar.due(start, minutes, pauses)

    # A microsecond is 1.7e-8 minutes.
    assert calendar.worked(start, due, pauses) == pytest.approx(minutes, rel=0, abs=2e-8)
    assert calendar.worked(start, due - timedelta(microseconds=2), pauses) < minutes


@thorough
@given(situations(), minutes_granted, minutes_granted)
def test_more_minutes_are_never_due_earlier(situation, some, others):
    rules, start, _, pauses = situation
    calendar = WorkCalendar(**rules)
    fewer, more = sorted([some, others])

    assert calendar.due(start, fewer, pauses) <= calendar.due(start, more, pauses)


@thorough
@given(situations(), minutes_granted)
def test_another_pause_never_makes_it_due_earlier_nor_more_worked(situation, minutes):
    rules, start, end, pauses = situation
    calendar = WorkCalendar(**rules)

    for count in range(len(pauses)):
        fewer, more = pauses[:count], pauses[: count + 1]
        assert calendar.due(start, minutes, fewer) <= calendar.due(start, minutes, more)
        assert calendar.worked(start, end, fewer) >= calendar.worked(start, end, more)


@thorough
@given(situations(), st.integers(0, 2880))
def test_splitting_what_is_measured_changes_nothing(situation, minutes):
    rules, start, end, pauses = situation
    calendar = WorkCalendar(**rules)
    middle = min(start + minutes * MINUTE, end)

    parts = calendar.worked(start, middle, pauses) + calendar.worked(middle, end, pauses)

    assert parts == calendar.worked(start, end, pauses)


@thorough
@given(situations(), st.integers(1, 5000), st.integers(1, 5000))
def test_granting_twice_in_a_row_is_granting_the_sum(situation, first, second):
    rules, start, _, pauses = situation
    calendar = WorkCalendar(**rules)

    assert calendar.due(calendar.due(start, first, pauses), second, pauses) == (
        calendar.due(start, first + second, pauses)
    )


@thorough
@given(situations(), st.integers(1, 5000), st.randoms(use_true_random=False))
def test_the_order_of_pauses_and_pauses_within_pauses_change_nothing(situation, minutes, random):
    rules, start, end, pauses = situation
    calendar = WorkCalendar(**rules)
    within = [(since + (until - since) / 4, until) for since, until in pauses]
    shuffled = random.sample([*pauses, *within, *pauses], 3 * len(pauses))

    assert calendar.due(start, minutes, shuffled) == calendar.due(start, minutes, pauses)
    assert calendar.worked(start, end, shuffled) == calendar.worked(start, end, pauses)
