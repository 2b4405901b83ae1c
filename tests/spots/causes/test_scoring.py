"""The helper's arithmetic, case by case."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spots.causes.scoring import MOST, SeenCause, SeenEvent, Situation, suggest

BEGAN = datetime(2026, 3, 25, 10, tzinfo=UTC)
POWER, TRANSPORT, HOLE, LOAD, BUILD, WORKS = range(1, 7)
CAUSES = [
    SeenCause(POWER, "power", frozenset({"outage"})),
    SeenCause(TRANSPORT, "transport", frozenset({"outage"})),
    SeenCause(HOLE, "no_coverage", frozenset({"hole"})),
    SeenCause(LOAD, "overload", frozenset()),
    SeenCause(BUILD, "build", frozenset({"build"})),
    SeenCause(WORKS, "works", frozenset({"works"})),
]


def event(kind="outage", *, hours=-0.5, ends=None, share=1.0, cause="", **more):
    ends_at = None if ends is None else BEGAN + timedelta(hours=ends)
    return SeenEvent(kind, "x", BEGAN + timedelta(hours=hours), ends_at, share, cause=cause, **more)


def ranked(events=(), outside=None, past=None) -> list[tuple[int, float]]:
    found = suggest(Situation(BEGAN, events, outside or {}, past or {}), CAUSES)
    return [(one.cause_id, round(one.score, 2)) for one in found]


@pytest.mark.parametrize(
    ("situation", "expected"),
    [
        pytest.param({}, [], id="nothing known"),
        pytest.param(
            {"events": [event(cause="power")]}, [(POWER, 0.95)], id="an outage with its cause"
        ),
        pytest.param(
            {"events": [event()]}, [(POWER, 0.57), (TRANSPORT, 0.57)], id="an outage without one"
        ),
        pytest.param(
            {"events": [event(cause="unheard_of")]},
            [(POWER, 0.57), (TRANSPORT, 0.57)],
            id="an unknown cause",
        ),
        pytest.param(
            {"events": [event(cause="power", share=0.62)]},
            [(POWER, 0.59)],
            id="of a part of the complaints",
        ),
        pytest.param({"events": [event(cause="power", share=0.05)]}, [], id="of hardly any"),
        pytest.param(
            {"events": [event(cause="power", hours=-9, ends=-2)]},
            [(POWER, 0.14)],
            id="over before it began",
        ),
        pytest.param(
            {"events": [event(cause="power", hours=-48)]},
            [(POWER, 0.66)],
            id="long without complaints",
        ),
        pytest.param(
            {"events": [event(cause="power", hours=1.5)]},
            [(POWER, 0.95)],
            id="reported a little late",
        ),
        pytest.param(
            {"events": [event(cause="power", hours=3)]},
            [(POWER, 0.28)],
            id="began after the complaints",
        ),
        pytest.param({"events": [event("works")]}, [(WORKS, 0.85)], id="works"),
        pytest.param({"events": [event("build")]}, [(BUILD, 0.4)], id="a site being built"),
        pytest.param(
            {"events": [event(cause="power", share=0.5), event("works", share=0.5, cause="power")]},
            [(POWER, 0.7)],
            id="two that speak for one cause",
        ),
        pytest.param(
            {"outside": {"4G": 1.0, "2G": 0.1}}, [(HOLE, 0.8)], id="all outside the coverage"
        ),
        pytest.param({"outside": {"4G": 0.65}}, [(HOLE, 0.4)], id="many outside"),
        pytest.param({"outside": {"4G": 0.3}}, [], id="as many outside as is usual"),
        pytest.param({"past": {LOAD: 8, POWER: 2}}, [(LOAD, 0.28)], id="what earlier spots had"),
        pytest.param({"past": {LOAD: 4}}, [], id="too few earlier spots"),
        pytest.param(
            {"events": [event()], "past": {TRANSPORT: 10}},
            [(TRANSPORT, 0.72), (POWER, 0.57)],
            id="the past decides between two",
        ),
    ],
)
def test_what_is_known_speaks_for_causes(situation, expected):
    assert ranked(**situation) == expected


def test_the_strongest_reason_comes_first():
    situation = Situation(BEGAN, [event(cause="power", share=0.2), event(cause="power")])

    [found] = suggest(situation, CAUSES)

    assert [one.share for one in found.evidence] == [1.0, 0.2]


events = st.builds(
    event,
    st.sampled_from(["outage", "works", "build"]),
    hours=st.floats(-100, 100),
    share=st.floats(0, 1),
    cause=st.sampled_from(["", "power", "overload", "x"]),
)


@given(
    st.lists(events, max_size=8),
    st.dictionaries(st.sampled_from(["2G", "4G"]), st.floats(0, 1)),
    st.dictionaries(st.integers(1, 9), st.integers(0, 50)),
)
def test_scores_are_shares_in_order_and_few(seen, outside, past):
    found = suggest(Situation(BEGAN, seen, outside, past), CAUSES)

    scores = [one.score for one in found]
    assert len(found) <= MOST
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1 and one.evidence for score, one in zip(scores, found, strict=True))


@given(st.lists(events, max_size=4), events)
def test_more_evidence_never_lowers_a_cause(seen, more):
    def score(of):
        return {one.cause_id: one.score for one in suggest(Situation(BEGAN, of), CAUSES)}

    before, after = score(seen), score([*seen, more])

    assert all(after.get(cause, 0) >= was - 1e-9 for cause, was in before.items())
