"""The operator's knob: so many weeks between two false spots, as a score."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from spots.detection.calibration import (
    LEAST,
    MOST,
    RATE_PER_MILLION,
    open_at,
    rate_at_5,
    weeks_between,
)

wanted = st.floats(0.1, 500)
scores = st.lists(st.floats(4, 12), max_size=60).map(lambda values: np.array(values, dtype=float))
spans = st.floats(0, 60)
sizes = st.floats(0.05, 20)
NOTHING = np.array([], dtype=float)


@given(wanted, wanted, scores, spans, sizes)
def test_rarer_false_spots_never_need_a_lower_score(one, other, near_misses, weeks, millions):
    known = {"near_misses": near_misses, "weeks": weeks, "millions": millions}
    fewer, more = sorted((one, other))

    assert open_at(fewer, **known) <= open_at(more, **known)


@given(wanted, scores, spans, sizes)
def test_one_near_miss_more_never_lowers_the_score(often, near_misses, weeks, millions):
    known = {"weeks": weeks, "millions": millions}
    more = np.append(near_misses, 6.0)

    assert open_at(often, near_misses=near_misses, **known) <= open_at(
        often, near_misses=more, **known
    )


@given(wanted, scores, spans, sizes)
def test_the_inverse_gives_back_the_weeks(often, near_misses, weeks, millions):
    known = {"near_misses": near_misses, "weeks": weeks, "millions": millions}
    score = open_at(often, **known)
    assume(LEAST < score < MOST)

    assert weeks_between(score, **known) == pytest.approx(often)


@given(st.floats(1e-9, 1e12), scores, spans, sizes)
def test_the_score_stays_within_bounds(often, near_misses, weeks, millions):
    assert LEAST <= open_at(often, near_misses=near_misses, weeks=weeks, millions=millions) <= MOST


@given(st.integers(0, 2000), sizes)
def test_after_years_what_was_counted_beats_what_was_expected(count, millions):
    near_misses, weeks = np.full(count, 5.5), 1000.0

    rate = rate_at_5(near_misses=near_misses, weeks=weeks, millions=millions)

    assert rate == pytest.approx((count + 3) / weeks, rel=0.05, abs=1e-3)


def test_before_anything_is_counted_subscribers_speak():
    assert rate_at_5(near_misses=NOTHING, weeks=0, millions=2) == pytest.approx(
        2 * RATE_PER_MILLION
    )


def test_weak_groups_do_not_count():
    weak = np.full(50, 4.9)

    assert open_at(4, near_misses=weak, weeks=4, millions=1) == open_at(
        4, near_misses=NOTHING, weeks=4, millions=1
    )


def test_half_a_unit_doubles_the_weeks():
    known = {"near_misses": np.full(9, 5.2), "weeks": 3.0, "millions": 1.0}

    assert weeks_between(7.5, **known) == pytest.approx(2 * weeks_between(7.0, **known))


def test_the_quiet_score_means_a_false_spot_in_some_weeks_for_a_million_subscribers():
    assert weeks_between(7.0, near_misses=NOTHING, weeks=0, millions=1) == pytest.approx(3.6, 0.05)


def test_no_subscribers_known_still_gives_a_score():
    assert LEAST <= open_at(4, near_misses=NOTHING, weeks=0, millions=0) <= MOST


@pytest.mark.parametrize("often", [0, -1, float("nan")])
def test_weeks_that_make_no_sense_are_refused(often):
    with pytest.raises(ValueError, match="more than 0"):
        open_at(often, near_misses=NOTHING, weeks=1, millions=1)
