"""The score against its formula, by hand."""

from dataclasses import replace
from math import log

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from spots.detection.rules import Rule
from spots.detection.score import Near, Score, alone, latest_per_customer, score, surprise

RULE = Rule(radii_m=(300.0, 1000.0))


def make_near(
    customers: list[int], *, distance_m: float = 10.0, step_h: float = 1.0, ago_h: float = 0.0
) -> Near:
    """Complaints of one key `step_h` apart, the latest now (at 0 h); one to expect in ten hours."""
    occurred_h = -ago_h - step_h * np.arange(len(customers))
    return Near(
        np.full(len(customers), distance_m),
        occurred_h,
        np.array(customers),
        np.ones((1, len(customers)), dtype=np.bool_),
        -(occurred_h + ago_h)[None] / 10,
    )


def scored(near: Near, **changed: float) -> Score | None:
    rule = Rule(radii_m=RULE.radii_m, **changed)
    ones = np.ones((len(near.counts), 2))
    return score(
        near, keys=range(1, 1 + len(ones)), share=ones, shape=3 * ones, now_h=0.0, rule=rule
    )


def test_surprise_is_the_gamma_poisson_likelihood_ratio_in_decimal_digits():
    by_hand = (6 * log(6 / 0.5) - (6 + 3) * log((6 + 3) / (0.5 + 3))) / log(10)

    assert surprise(np.array([6.0]), np.array([0.5]), 3.0)[0] == pytest.approx(by_hand)
    assert by_hand == pytest.approx(2.784, abs=1e-3)


def test_surprise_with_a_certain_expectation_is_kulldorffs_poisson_statistic():
    poisson = (6 * log(6 / 0.5) - (6 - 0.5)) / log(10)

    assert surprise(np.array([6.0]), np.array([0.5]), 1e9)[0] == pytest.approx(poisson, abs=1e-6)


def test_the_start_is_where_the_surprise_is_largest():
    found = scored(make_near([1, 2, 3, 4, 5, 6], step_h=0.5))

    by_n = {n: surprise(np.array([n]), np.array([0.05 * (n - 1)]), 3.0)[0] for n in (4.0, 5.0, 6.0)}
    assert found is not None
    assert (found.customers, found.start_h, found.radius_m) == (6, -2.5, 300.0)
    assert found.value == pytest.approx(max(by_n.values()))
    assert found.expected == pytest.approx(0.25)


def test_three_customers_are_too_few_however_often_they_complain():
    assert scored(make_near([1, 2, 3, 1, 2, 3, 1, 2, 3], step_h=0.01)) is None


def test_only_the_latest_complaint_of_a_customer_counts():
    customer = np.array([1, 2, 1, 3, 2, 4, 4, 1])
    inside = np.array([[1, 1, 1, 1, 1, 1, 1, 1], [0, 1, 1, 1, 0, 0, 1, 1]], dtype=np.bool_)

    latest = latest_per_customer(customer, inside)

    assert [np.flatnonzero(disc).tolist() for disc in latest] == [[0, 1, 3, 5], [1, 2, 3, 6]]


@given(st.lists(st.tuples(st.integers(-3, 3), st.booleans(), st.booleans()), max_size=30))
def test_the_latest_of_each_customer_is_found_in_each_disc_for_itself(told):
    customer = np.array([who for who, *_ in told], dtype=np.int64)
    inside = np.array([within for _, *within in told], dtype=np.bool_).reshape(-1, 2).T

    by_hand = np.zeros_like(inside)
    for disc, found in zip(inside, by_hand, strict=True):
        seen = set()
        for row in np.flatnonzero(disc):
            found[row] = customer[row] not in seen
            seen.add(customer[row])

    assert (latest_per_customer(customer, inside) == by_hand).all()


def test_the_key_that_tells_more_is_taken_and_lives_by_either():
    one, other = make_near([1, 2, 3, 4, 5]), make_near([1, 2, 3, 4, 5], step_h=10.0)
    few = replace(
        one,
        counts=np.array([[True] * 4 + [False], [True] * 5]),
        expected=np.array([one.expected[0], other.expected[0]]),
    )

    found, first, second = scored(few), scored(make_near([1, 2, 3, 4])), scored(other)

    assert found is not None and first is not None
    assert (found.key, found.customers, found.value) == (1, 4, first.value)
    assert second is None


def test_there_is_nothing_to_score_where_there_is_nothing():
    assert scored(make_near([])) is None


def test_what_is_not_half_again_as_much_as_expected_is_nothing():
    crowded = make_near([1, 2, 3, 4], step_h=10.0)  # four where three are to be expected

    assert scored(crowded) is None


def test_no_place_is_expected_to_be_quieter_than_a_fiftieth_of_a_customer():
    found = scored(make_near([1, 2, 3, 4], step_h=0.001))

    assert found is not None
    assert found.expected == RULE.least_expected


def test_a_wider_disc_is_taken_when_it_tells_more():
    far = make_near([1, 2, 3, 4, 5, 6, 7, 8], distance_m=600.0, step_h=0.1)

    found = scored(far)

    assert found is not None
    assert found.radius_m == 1000.0


def test_the_live_score_does_not_look_beyond_twelve_hours():
    past = make_near([1, 2, 3, 4, 5, 6], ago_h=13.0)

    assert [scored(make_near([1, 2, 3, 4, 5])).live > 1, scored(past).live] == [True, 0.0]


def test_members_alone_are_scored_against_what_came_since_the_first_of_them():
    whole = Score(9.0, 5.0, 0, 300.0, 20, -10.0, 2.0)

    by_hand = surprise(np.array([5.0]), np.array([0.4]), 3.4)[0]
    assert alone(5, 0.2, whole=whole, rule=RULE) == pytest.approx(by_hand)
    assert alone(2, 0.2, whole=whole, rule=RULE) == 0.0
    assert alone(3, 1.0, whole=whole, rule=RULE) == 0.0
