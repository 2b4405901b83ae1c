"""What events come to does not depend on when they were heard of."""

from datetime import UTC, datetime, timedelta
from itertools import permutations

from hypothesis import given
from hypothesis import strategies as st

from complaints.events.folding import EventType, Happened, outcome

START = datetime(2026, 3, 25, 10, tzinfo=UTC)


def at(minutes: int) -> datetime:
    return START + timedelta(minutes=minutes)


def event(kind: str, minutes: int, **said: str) -> Happened:
    return Happened(f"{kind}{minutes}", EventType(kind), at(minutes), said)


def test_the_last_word_of_each_kind_counts():
    told = outcome([event("withdrawn", 1), event("reopened", 2), event("closed", 3)])

    assert (told.withdrawn_at, told.closed_at, told.reopened_at) == (None, at(3), None)


def test_what_is_said_twice_is_so_since_the_first_time():
    assert outcome([event("closed", 5), event("closed", 2)]).closed_at == at(2)


def test_a_late_correction_changes_only_what_no_later_one_said():
    later = event("corrected", 5, topic="slow")
    late = event("corrected", 1, topic="no_signal", text="x")

    assert outcome([later, late]).corrected == {"topic": "slow", "text": "x"}


def test_comments_come_to_nothing():
    assert outcome([event("comment", 1, text="x")]) == outcome([])


@given(
    st.lists(
        st.tuples(st.sampled_from([kind.value for kind in EventType]), st.integers(0, 9)),
        max_size=4,
        unique=True,
    )
)
def test_every_order_of_hearing_comes_to_the_same(told):
    events = [event(kind, minutes, topic=f"t{minutes}") for kind, minutes in told]

    assert len({repr(outcome(order)) for order in permutations(events)}) == 1
