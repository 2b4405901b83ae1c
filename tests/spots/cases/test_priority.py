"""The priority formula: its sum, its parts, its bands."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spots.cases.priority import Facts, Part, Weights, band_of, priority_of

SEGMENTS = st.sampled_from(["", "mass", "business", "vip"])
COUNTS = st.dictionaries(SEGMENTS, st.integers(0, 10_000))
POSITIVE = st.floats(0, 1000)
FACTS = st.builds(
    Facts,
    customers=COUNTS,
    severity=st.floats(1, 5),
    ltv=st.floats(0, 1e9),
    age_hours=st.floats(0, 10_000),
)
WEIGHTS = st.builds(
    Weights,
    per_customer=POSITIVE,
    segments=st.dictionaries(SEGMENTS, st.floats(0, 10)),
    per_severity=POSITIVE,
    per_ltv_thousand=POSITIVE,
    per_hour=POSITIVE,
)


def test_the_points_are_the_sum_of_parts_that_can_be_read():
    facts = Facts(customers={"mass": 10, "vip": 2}, severity=4, ltv=50_000, age_hours=6)

    priority = priority_of(facts, Weights(segments={"vip": 3}))

    assert priority.parts == (
        Part("customers", 12, 24),
        Part("segment:vip", 2, 8),
        Part("severity", 4, 20),
        Part("ltv", 50_000, 25),
        Part("age", 6, 3),
    )
    assert (priority.points, priority.band) == (80, 2)


@pytest.mark.parametrize(
    ("points", "band"), [(0, 4), (39.9, 4), (40, 3), (69.9, 3), (70, 2), (119, 2), (120, 1)]
)
def test_a_band_begins_at_its_threshold(points, band):
    assert band_of(points, Weights()) == band


@given(FACTS, WEIGHTS, SEGMENTS)
def test_one_more_customer_never_lowers_the_points_nor_the_urgency(facts, weights, segment):
    more = dict(facts.customers)
    more[segment] = more.get(segment, 0) + 1
    richer = Facts(more, facts.severity, facts.ltv, facts.age_hours)

    before, after = priority_of(facts, weights), priority_of(richer, weights)

    assert after.points >= before.points or after.points == pytest.approx(before.points)


@given(FACTS, WEIGHTS)
def test_the_parts_always_add_up_and_nothing_is_left_unsaid(facts, weights):
    priority = priority_of(facts, weights)

    assert sum(part.points for part in priority.parts) == pytest.approx(priority.points, abs=1e-6)
    assert all(part.points for part in priority.parts)
