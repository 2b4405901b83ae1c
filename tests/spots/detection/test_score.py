"""The score against its formula, by hand."""

from math import log

import numpy as np
import pytest

from spots.detection.rules import Rule
from spots.detection.score import Near, Score, alone, latest_per_customer, score, surprise

RULE = Rule(radii_m=(300.0, 1000.0))


def make_near(customers: list[int], *, distance_m: float = 10.0, step_h: float = 1.0) -> Near:
    """Complaints `step_h` apart, the latest now (at 0 h); one to expect every ten hours."""
    occurred_h = -step_h * np.arange(len(customers))
    return Near(
        np.full(len(customers), distance_m), occurred_h, np.array(customers), -occurred_h / 10
    )


def scored(near: Near, **changed: float) -> Score | None:
    rule = Rule(radii_m=RULE.radii_m, **changed)
    ones = np.ones(2)
    return score(near, key=1, share=ones, shape=3 * ones, now_h=0.0, rule=rule)


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
    near = make_near([1, 2, 1, 3, 2, 4])

    assert latest_per_customer(near, 300.0).tolist() == [0, 1, 3, 5]


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
    past = make_near([1, 2, 3, 4, 5, 6])
    past = Near(past.distance_m, past.occurred_h - 13, past.customer, past.expected)

    assert [scored(make_near([1, 2, 3, 4, 5])).live > 1, scored(past).live] == [True, 0.0]


def test_members_alone_are_scored_against_what_came_since_the_first_of_them():
    whole = Score(9.0, 5.0, 0, 300.0, 20, -10.0, 2.0)

    by_hand = surprise(np.array([5.0]), np.array([0.4]), 3.4)[0]
    assert alone(5, 0.2, whole=whole, rule=RULE) == pytest.approx(by_hand)
    assert alone(2, 0.2, whole=whole, rule=RULE) == 0.0
    assert alone(3, 1.0, whole=whole, rule=RULE) == 0.0
