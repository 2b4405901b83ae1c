"""The priority formula: its sum, its parts, its bands."""

from dataclasses import asdict, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spots.cases.priority.formula import (
    CUSTOMERS,
    SCALES,
    SEGMENT,
    Facts,
    Part,
    Scale,
    Weights,
    band_of,
    priority_of,
)

SEGMENTS = st.sampled_from(["", "mass", "business", "vip"])
COUNTS = st.dictionaries(SEGMENTS, st.integers(0, 10_000))
FACTS = st.builds(
    Facts,
    customers=COUNTS,
    subscribers=st.integers(0, 100_000),
    severity=st.floats(1, 5),
    ltv=st.floats(0, 1e9),
    again=st.integers(0, 1000),
    grew=st.integers(0, 1000),
    age_hours=st.floats(0, 10_000),
    places=st.lists(st.tuples(st.just("a place"), st.floats(0, 10)), max_size=4),
    unhappy=st.integers(0, 1000),
    churn=st.floats(0, 1000),
    debt=st.floats(0, 1e9),
)
SCALE = st.builds(Scale, at_most=st.floats(0, 1000), half_at=st.floats(0.01, 1e6))
WEIGHTS = st.builds(
    Weights,
    scales=st.fixed_dictionaries(dict.fromkeys(SCALES, SCALE)),
    severity_at_most=st.floats(0, 1000),
    segments=st.dictionaries(SEGMENTS, st.floats(0, 10)),
)
MORE = {  # one step more of each fact that is a number
    "severity": lambda facts: min(facts.severity + 1, 5),
    "ltv": lambda facts: facts.ltv + 1000,
    "again": lambda facts: facts.again + 1,
    "grew": lambda facts: facts.grew + 1,
    "age_hours": lambda facts: facts.age_hours + 1,
    "places": lambda facts: [*facts.places, ("a hospital", 1.0)],
    "unhappy": lambda facts: facts.unhappy + 1,
    "churn": lambda facts: facts.churn + 0.5,
    "debt": lambda facts: facts.debt + 1000,
}


def points(facts, weights):
    return priority_of(facts, weights).points


def not_below(after, before):
    return after >= before or after == pytest.approx(before)


@pytest.mark.parametrize(
    ("facts", "part"),
    [
        pytest.param({"customers": {"mass": 30}}, Part("customers", 30, 50), id="customers"),
        pytest.param(
            {"customers": {"mass": 10}, "subscribers": 100}, Part("share", 0.1, 15), id="a tenth"
        ),
        pytest.param(
            {"customers": {"": 9}, "subscribers": 3}, Part("share", 1, 300 / 11), id="visitors"
        ),
        pytest.param({"severity": 4}, Part("severity", 4, 20), id="severity"),
        pytest.param({"ltv": 200_000}, Part("ltv", 200_000, 10), id="lifetime value"),
        pytest.param({"again": 5}, Part("again", 5, 7.5), id="complained again"),
        pytest.param({"grew": 10}, Part("growth", 10, 20), id="growth"),
        pytest.param({"age_hours": 48}, Part("age", 48, 15), id="two days"),
        pytest.param(
            {"places": [("Hospital", 2), ("School", 1)]}, Part("places", 3, 20), id="places"
        ),
        pytest.param({"unhappy": 5}, Part("unhappy", 5, 10), id="unhappy"),
        pytest.param({"churn": 5.0}, Part("churn", 5, 10), id="likely to leave"),
    ],
)
def test_what_a_fact_is_worth_by_the_weights_in_force_at_first(facts, part):
    found = {each.code: each for each in priority_of(Facts(**facts), Weights()).parts}

    assert found[part.code] == pytest.approx(part)


def test_the_points_are_the_sum_of_parts_that_can_be_read():
    facts = Facts(customers={"mass": 10, "vip": 5}, severity=5, again=5)

    priority = priority_of(facts, Weights(segments={"vip": 4}))

    by_code = {part.code: (part.value, round(part.points, 2)) for part in priority.parts}
    assert by_code == {
        "customers": (15, 33.33),
        "segment:vip": (5, 16.67),  # fifteen count as thirty: half of what customers can give
        "severity": (5, 25),
        "again": (5, 7.5),
    }
    assert priority.points == pytest.approx(82.5)
    assert priority.band == 3


def test_a_segment_whose_factor_is_nothing_counts_nothing():
    facts = Facts(customers={"test": 7}, severity=0)

    assert points(facts, Weights(segments={"test": 0})) == 0


@pytest.mark.parametrize(
    ("number", "band"), [(0, 4), (54.9, 4), (55, 3), (89.9, 3), (90, 2), (139, 2), (140, 1)]
)
def test_a_band_begins_at_its_threshold(number, band):
    assert band_of(number, Weights()) == band


@given(FACTS, WEIGHTS, SEGMENTS)
def test_one_more_customer_never_lowers_the_points_nor_the_urgency(facts, weights, segment):
    more = {**facts.customers, segment: facts.customers.get(segment, 0) + 1}

    before, after = points(facts, weights), points(replace(facts, customers=more), weights)

    assert not_below(after, before)


@given(FACTS, WEIGHTS, SEGMENTS, SEGMENTS)
def test_a_customer_of_a_higher_segment_never_lowers_the_points(facts, weights, one, other):
    def factor(segment):
        return weights.segments.get(segment, 1.0)

    low, high = sorted((one, other), key=factor)
    counts = {**facts.customers, low: facts.customers.get(low, 0) + 1}
    moved = {**counts, low: counts[low] - 1}
    moved[high] = moved.get(high, 0) + 1

    before = points(replace(facts, customers=counts), weights)
    after = points(replace(facts, customers=moved), weights)

    assert not_below(after, before)


@pytest.mark.parametrize("name", MORE)
@given(facts=FACTS, weights=WEIGHTS)
def test_more_of_a_fact_never_lowers_the_points(name, facts, weights):
    more = replace(facts, **{name: MORE[name](facts)})

    assert not_below(points(more, weights), points(facts, weights))


@given(FACTS, WEIGHTS)
def test_no_part_gives_more_than_its_weight_says(facts, weights):
    parts = priority_of(facts, weights).parts
    of_customers = sum(p.points for p in parts if p.code.startswith((CUSTOMERS, SEGMENT)))
    most = {code: scale.at_most for code, scale in weights.scales.items()}

    assert of_customers <= most[CUSTOMERS] + 1e-6
    for part in parts:
        if part.code in most:
            assert 0 <= part.points <= most[part.code] + 1e-6


@given(FACTS, WEIGHTS)
def test_the_parts_always_add_up_and_nothing_is_left_unsaid(facts, weights):
    priority = priority_of(facts, weights)

    assert sum(part.points for part in priority.parts) == pytest.approx(priority.points, abs=1e-6)
    assert all(part.points for part in priority.parts)


@given(FACTS)
def test_facts_come_back_as_they_were_stored(facts):
    stored = {**asdict(facts), "of another version": 1}

    assert Facts.stored(stored) == facts
    assert Facts.stored({}) == Facts()
