"""NPS and CSAT against published formulas and figures, and what must hold of any answers."""

from math import sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback.surveys.scores import (
    Csat,
    Nps,
    answers_to_prove,
    csat_change,
    nps_change,
    weighted_nps,
    wilson,
)

SCORES = st.lists(st.one_of(st.none(), st.integers(-2, 12)), max_size=60)
ENOUGH = st.lists(st.integers(0, 10), min_size=10, max_size=200)


def test_only_scores_from_0_to_10_are_answers():
    assert Nps.of([10, 9, 8, 7, 6, 0, None, 11, -1]) == Nps(2, 2, 6)


def test_nps_is_the_share_of_promoters_less_that_of_detractors():
    assert Nps(promoters=50, detractors=30, answered=100).points == pytest.approx(20)
    assert Nps().points is None


def test_the_interval_is_the_adjusted_walds():
    n, promoters, detractors = 60, 30, 12
    p, d = (promoters + 0.75) / (n + 3), (detractors + 0.75) / (n + 3)
    reach = 1.959964 * sqrt((p + d - (p - d) ** 2) / (n + 3))

    estimate = Nps(promoters, detractors, n).estimate

    assert estimate.low == pytest.approx(100 * (p - d - reach))
    assert estimate.high == pytest.approx(100 * (p - d + reach))


@pytest.mark.parametrize(("n", "half"), [(100, 16), (400, 8), (1000, 5)])
def test_at_nps_20_it_is_as_wide_as_the_figures_say(n, half):
    estimate = Nps(int(n * 0.46), int(n * 0.26), n).estimate

    assert estimate.half == pytest.approx(half, abs=0.6)


def test_below_ten_answers_there_is_too_little_to_say():
    assert Nps(9, 0, 9).estimate is None
    assert Nps(9, 0, 10).estimate is not None
    assert Csat(9, 9).estimate is None


@given(SCORES)
def test_nps_lies_in_its_interval_and_the_interval_on_the_scale(scores):
    nps = Nps.of(scores)
    if (estimate := nps.estimate) is not None:
        assert -100 <= estimate.low <= estimate.value <= estimate.high <= 100
        assert estimate.low < estimate.high


@given(ENOUGH, st.integers(2, 5))
def test_more_of_the_same_answers_say_it_more_surely(scores, times):
    once, often = Nps.of(scores), Nps.of(scores * times)

    assert often.points == pytest.approx(once.points)
    assert often.variance < once.variance


@given(SCORES, SCORES)
def test_parts_add_up_to_the_whole(some, others):
    assert Nps.of(some) + Nps.of(others) == Nps.of(some + others)
    assert Csat.of(some) + Csat.of(others) == Csat.of(some + others)


@given(ENOUGH)
def test_nobody_gains_by_turning_the_scale_round(scores):
    """Swapping promoters and detractors swaps the sign, of the figure and of its bounds."""
    nps = Nps.of(scores)
    turned = Nps(nps.detractors, nps.promoters, nps.answered)

    assert turned.estimate.value == pytest.approx(-nps.estimate.value)
    assert turned.estimate.low == pytest.approx(-nps.estimate.high)


@pytest.mark.parametrize(
    ("part", "whole", "low", "high"),
    [  # Newcombe 1998 (two-sided methods for the single proportion), table I, method 3
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_wilson_gives_the_published_intervals(part, whole, low, high):
    assert wilson(part, whole) == pytest.approx((low, high), abs=5e-5)


def test_csat_is_the_share_of_the_two_best_scores():
    csat = Csat.of([5, 4, 3, 2, 1, None, 0, 6])

    assert csat == Csat(satisfied=2, answered=5)
    assert csat.percent == pytest.approx(40)


def test_a_difference_of_shares_has_the_published_interval():
    """Newcombe 1998 (difference), table II, method 10: 56/70 less 48/80."""
    change = csat_change(Csat(48, 80), Csat(56, 70))

    assert change.value == pytest.approx(20)
    assert (change.low / 100, change.high / 100) == pytest.approx((0.0524, 0.3339), abs=5e-5)
    assert change.proven


def test_ten_points_are_proven_by_so_many_answers_and_refused_of_fewer():
    enough = answers_to_prove(10)

    def rise(n: int):
        third = n // 3
        return nps_change(Nps(third, third, n), Nps(third + n // 20, third - n // 20, n))

    assert enough == pytest.approx(510, abs=5)
    assert rise(enough + 40).proven
    assert not rise(enough - 40).proven
    assert nps_change(Nps(5, 0, 9), Nps(50, 0, 90)) is None


@given(ENOUGH, ENOUGH)
def test_what_rose_one_way_fell_the_other(before, after):
    rise = nps_change(Nps.of(before), Nps.of(after))
    fall = nps_change(Nps.of(after), Nps.of(before))

    assert rise.low <= rise.value <= rise.high
    assert (fall.low, fall.high) == pytest.approx((-rise.high, -rise.low))


def test_weights_give_each_segment_the_voice_of_its_customers():
    content, angry = Nps(90, 0, 100), Nps(0, 90, 100)

    weighted = weighted_nps([(content, 900.0), (angry, 100.0)])

    assert (content + angry).points == 0
    assert weighted.value == pytest.approx(72)
    assert weighted_nps([(content, 900.0), (Nps(0, 5, 5), 100.0)]) is None
    assert weighted_nps([(content, 900.0), (Nps(), 0.0)]) is not None


@given(ENOUGH)
def test_one_segment_alone_weighs_as_it_is(scores):
    nps = Nps.of(scores)

    assert weighted_nps([(nps, 7.0)]) == nps.estimate
